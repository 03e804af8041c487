/** Speaks JSON with one Kubernetes API server over HTTPS, as the administrator of a control plane. */
import { Agent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** Where an API server is and how to be let in. */
export interface ApiServerAccess {
  /** `https://HOST:PORT` */
  readonly url: string;
  /** PEM certificates that verify the server. */
  readonly authority: string;
  readonly token: string;
}

/** One request; `body` is sent as JSON under `contentType` (`application/json` by default). */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** Sends a request and returns the parsed reply. Fails with ApiRequestFailure on any status but 2xx. */
export type ApiServer = (request: ApiRequest) => Promise<unknown>;

/** The API server refused a request; `status` is its HTTP status, `reason` its machine-readable word ("NotFound"). */
export class ApiRequestFailure extends Error {
  override readonly name = 'ApiRequestFailure';
  readonly status: number;
  readonly reason: string;

  constructor(request: ApiRequest, status: number, reply: { reason?: string; message?: string }) {
    super(`${request.method} ${request.path}: ${status} ${reply.message ?? reply.reason ?? ''}`.trimEnd());
    this.status = status;
    this.reason = reply.reason ?? '';
  }
}

/** Connects lazily; idle connections do not keep the process alive. At most 48 requests are under way at once. */
export function apiServer(access: ApiServerAccess): ApiServer {
  const agent = new Agent({ keepAlive: true, maxSockets: 48, ca: access.authority });
  return async (request) => {
    const { status, body } = await send(agent, access, request);
    if (status >= 200 && status < 300) return parseReply(body);
    throw new ApiRequestFailure(request, status, failureReply(body));
  };
}

function send(agent: Agent, access: ApiServerAccess, request: ApiRequest): Promise<{ status: number; body: string }> {
  const payload = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers = {
    authorization: `Bearer ${access.token}`,
    accept: 'application/json',
    ...(payload !== undefined && {
      'content-type': request.contentType ?? 'application/json',
      'content-length': Buffer.byteLength(payload),
    }),
  };
  return new Promise((settle, fail) => {
    const outgoing = httpsRequest(new URL(request.path, access.url), { agent, method: request.method, headers });
    outgoing.once('error', fail);
    outgoing.once('response', (response) => {
      text(response).then((body) => settle({ status: response.statusCode ?? 0, body }), fail);
    });
    outgoing.end(payload);
  });
}

/** `/readyz` and its like answer plain text. */
function parseReply(body: string): unknown {
  return body.startsWith('{') ? JSON.parse(body) : body;
}

function failureReply(body: string): { reason?: string; message?: string } {
  return body.startsWith('{') ? (JSON.parse(body) as { reason?: string; message?: string }) : { message: body };
}
