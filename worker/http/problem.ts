/**
 * Refusals over HTTP: a status, a stable code and a sentence, as JSON. Never cached.
 */
import { signatureHeader } from '../../zone/manifest.ts';

type ProblemCode =
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'UNAUTHORIZED'
  | 'CLUSTER_NOT_IN_SCOPE'
  | 'NAMESPACE_NOT_IN_SCOPE'
  | 'BAD_REQUEST'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'TOO_LARGE'
  | 'URI_TOO_LONG'
  | 'TOO_MANY_REQUESTS'
  | 'NO_SIGNATURE'
  | 'WRONG_SIGNATURE'
  | 'BAD_MANIFEST'
  | 'CLOCK_AHEAD'
  | 'EPOCH_AHEAD'
  | 'SERIAL_AHEAD'
  | 'ZONE_NOT_REGISTERED'
  | 'WRONG_IDENTITY'
  | 'NOT_NEWER'
  | 'READ_EXPIRED'
  | 'NO_SNAPSHOT'
  | 'EXPIRED'
  | 'NO_ENDPOINTS'
  | 'DAMAGED_ENDPOINTS'
  | 'DAMAGED_SNAPSHOT'
  | 'BODY_MISMATCH'
  | 'ZONE_TAKEN'
  | 'NOT_CONFIGURED'
  | 'STORE_UNAVAILABLE'
  | 'ACCESS_UNAVAILABLE'
  | 'INTERNAL';

export interface Problem {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 414 | 415 | 422 | 429 | 500 | 503;
  readonly code: ProblemCode;
  /** One line for people: what is wrong, what to do next. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the body, for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

export function problem(
  status: Problem['status'],
  code: ProblemCode,
  message: string,
  facts: NonNullable<Problem['facts']> = {},
  headers: NonNullable<Problem['headers']> = {},
): Problem {
  return { status, code, message, facts, headers };
}

/** What may be otherwise after a while. */
export function unavailable(code: ProblemCode, message: string, retrySeconds = 1): Problem {
  return problem(503, code, message, {}, { 'retry-after': String(retrySeconds) });
}

export function problemResponse({ status, code, message, headers, facts }: Problem): Response {
  return jsonResponse({ error: message, code, ...facts }, status, headers);
}

export function jsonResponse(body: unknown, status = 200, headers?: Readonly<Record<string, string>>): Response {
  const octets = new TextEncoder().encode(`${JSON.stringify(body)}\n`);
  return new Response(octets, {
    status,
    // The length is said here, because the answer to a HEAD has it too and no body to count.
    headers: { ...jsonHeaders, 'content-length': String(octets.length), ...headers },
  });
}

export const jsonHeaders = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

export function badRequest(message: string): Problem {
  return problem(400, 'BAD_REQUEST', message);
}

export function tooLarge(message: string): Problem {
  return problem(413, 'TOO_LARGE', message);
}

/** `what` begins the sentence; `header` is the one that is signed. */
export function noSignature(what: string, header: string): Problem {
  const message = `${what} needs the headers ${header} and ${signatureHeader}`;
  const headers = { 'www-authenticate': 'Kube-DoH-Signature realm="kube-doh"' };
  return problem(401, 'NO_SIGNATURE', message, {}, headers);
}

/** The same whether the cluster exists or not. */
export const wrongSignature: Problem = problem(
  403,
  'WRONG_SIGNATURE',
  'no registered key of this cluster made this signature; register the public key first',
);

export const badManifest: Problem = problem(422, 'BAD_MANIFEST', 'the manifest is not of a format that is known here');

export const cutOff: Problem = badRequest('the body was cut off');

/** Of a manifest that says a time which has not come yet. */
export function clockAhead(milliseconds: number): Problem {
  const seconds = Math.floor(milliseconds / 1000);
  const message = `the manifest says that it was made ${seconds} seconds from now; set the agent's clock`;
  return problem(422, 'CLOCK_AHEAD', message);
}

/** One and the same for a credential that is missing, malformed, unknown, expired or revoked. */
export const unauthorized: Problem = problem(
  401,
  'UNAUTHORIZED',
  'a valid token is needed, as "Authorization: Bearer TOKEN" or in the path /t/TOKEN/dns-query; administrators send their key as TOKEN',
  {},
  { 'www-authenticate': 'Bearer realm="kube-doh"' },
);

/** The same whether the cluster exists or not. */
export const notInScope: Problem = problem(
  403,
  'CLUSTER_NOT_IN_SCOPE',
  'this credential is not for the cluster that the path names',
);

/** One and the same whatever the credential is. */
export const tooManyRequests: Problem = problem(
  429,
  'TOO_MANY_REQUESTS',
  'too many requests; wait before you try again',
  {},
  { 'retry-after': '10' },
);

/** Whether a credential is good could not be found out. */
export const accessUnavailable: Problem = unavailable(
  'ACCESS_UNAVAILABLE',
  'the keys of Cloudflare Access could not be read; try again',
  5,
);

/** The store failed; what was wrong with the request was said before. */
export const storeUnavailable: Problem = unavailable(
  'STORE_UNAVAILABLE',
  'the store did not take or give a value; try again',
);

/** As `Served` tells them apart. */
export const withoutSnapshot: Readonly<Record<'absent' | 'damaged' | 'unreachable', Problem>> = {
  absent: problem(
    404,
    'NO_SNAPSHOT',
    'nothing is answered for this cluster here: nothing was published, or KV does not show it yet',
  ),
  // It may also be good under a registration that KV does not show yet.
  damaged: unavailable(
    'DAMAGED_SNAPSHOT',
    'what is stored failed a check and is not answered from; publish a newer snapshot',
  ),
  unreachable: storeUnavailable,
};

/** What needs the Durable Objects is closed without them; `what` begins the sentence. */
export function notConfigured(what: string): Problem {
  const message = `${what} needs the Durable Objects REGISTRY, PUBLICATIONS and JOURNAL: bind them as wrangler.toml does`;
  return problem(503, 'NOT_CONFIGURED', message);
}

/** The same whether it exists or not. */
export const namespaceNotInScope: Problem = problem(
  403,
  'NAMESPACE_NOT_IN_SCOPE',
  'this credential is not for that namespace',
);

export const expired: Problem = problem(
  503,
  'EXPIRED',
  'the cluster published its last snapshot too long ago; see that its agent runs',
);

/** A mistake in this program. The log says more. */
export const internal: Problem = problem(500, 'INTERNAL', 'something went wrong here');
