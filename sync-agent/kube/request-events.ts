/** Requests to the API server as events, each once, when it has come to its end. */
import type { AgentEvent, Tell } from '../agent-events.ts';
import { type Method, permissionOf } from './refusal.ts';

/** With the HTTP status of the answer; undefined when there is none, or it is not whole. */
export type EndOfRequest = (httpStatus: number | undefined) => void;

type Verb = (AgentEvent & { kind: 'api-request' })['verb'];

export function requestBegun(
  { method, path }: { readonly method: Method; readonly path: string },
  host: string,
  tell: Tell,
): EndOfRequest {
  const begunAt = performance.now();
  return (httpStatus) => {
    const code = httpStatus === undefined ? '<error>' : String(httpStatus);
    tell({
      kind: 'api-request',
      verb: verbOf(method, path),
      host,
      code,
      seconds: (performance.now() - begunAt) / 1000,
    });
  };
}

function verbOf(method: Method, path: string): Verb {
  if (method !== 'GET') return method;
  const { verb } = permissionOf(path);
  return verb === 'watch' ? 'WATCH' : verb === 'list' ? 'LIST' : 'GET';
}
