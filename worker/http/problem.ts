/**
 * Refusals over HTTP: a status, a stable code and a sentence, as JSON. Never cached.
 */

export type ProblemCode =
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'UNAUTHORIZED'
  | 'CLUSTER_NOT_IN_SCOPE'
  | 'BAD_REQUEST'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'TOO_LARGE'
  | 'NO_SIGNATURE'
  | 'WRONG_SIGNATURE'
  | 'ZONE_NOT_REGISTERED'
  | 'NOT_NEWER'
  | 'BODY_MISMATCH'
  | 'STORE_UNAVAILABLE'
  | 'INTERNAL';

export interface Problem {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 503;
  readonly code: ProblemCode;
  /** One line for people: what is wrong, what to do next. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the body, for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export function problemResponse(problem: Problem): Response {
  const { status, code, message, headers, facts } = problem;
  return jsonResponse({ error: message, code, ...facts }, status, headers);
}

export function jsonResponse(body: unknown, status = 200, headers?: Readonly<Record<string, string>>): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  });
}

/** One and the same for a credential that is missing, malformed, unknown, expired or revoked. */
export const unauthorized: Problem = {
  status: 401,
  code: 'UNAUTHORIZED',
  message: 'a valid token is needed, as "Authorization: Bearer TOKEN" or in the path as /t/TOKEN/dns-query',
  headers: { 'www-authenticate': 'Bearer realm="kube-doh"' },
};
