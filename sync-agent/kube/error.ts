/**
 * What can go wrong between the agent and a Kubernetes API server. Every failure is a KubeError: a stable code for
 * programs, one line that says what to do next for people.
 */

export type KubeErrorCode =
  /** No kubeconfig at that path, or not inside a cluster. */
  | 'KUBECONFIG_MISSING'
  | 'KUBECONFIG_UNREADABLE'
  /** Not a kubeconfig, no such context, a context that leads nowhere. */
  | 'KUBECONFIG_INVALID'
  /** A token file, certificate file or credential plugin that the configuration names does not deliver. */
  | 'CREDENTIALS_UNAVAILABLE'
  | 'UNREACHABLE'
  /** The server answers, but its certificate cannot be verified. */
  | 'UNTRUSTED'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  /** The server does not have the resource. */
  | 'NOT_FOUND'
  /** What was to be written is not as it was when it was read, is there already, or its namespace is ending: look again. */
  | 'CONFLICT'
  /** The resource version or the continue token is not available (any more): list again. */
  | 'GONE'
  | 'TOO_MANY_REQUESTS'
  | 'SERVER_ERROR'
  /** Not what the Kubernetes API sends: another status, no JSON, another kind, a line without end. */
  | 'BAD_RESPONSE'
  /** No answer, or no data, in the time allowed. */
  | 'TIMEOUT'
  /** The connection ended in the middle of an answer. */
  | 'DISCONNECTED';

export interface KubeErrorDetails {
  readonly cause?: unknown;
  readonly retryAfterSeconds?: number | undefined;
}

export class KubeError extends Error {
  readonly code: KubeErrorCode;
  /** How long the server asked to be left alone. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: KubeErrorCode, message: string, details: KubeErrorDetails = {}) {
    super(oneLine(message), { cause: details.cause });
    this.name = 'KubeError';
    this.code = code;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** Whether it stays until somebody changes a permission, a credential or a setting. */
  get permanent(): boolean {
    return permanentCodes.has(this.code);
  }
}

const permanentCodes: ReadonlySet<KubeErrorCode> = new Set<KubeErrorCode>([
  'KUBECONFIG_MISSING',
  'KUBECONFIG_UNREADABLE',
  'KUBECONFIG_INVALID',
  'CREDENTIALS_UNAVAILABLE',
  'UNTRUSTED',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
]);

const maxMessageCharacters = 500;

/** The text without line breaks and control characters, cut to a readable length. */
function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > maxMessageCharacters ? `${line.slice(0, maxMessageCharacters)}…` : line;
}

/** The message of anything that was thrown, in one line. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0]);
  return oneLine(error instanceof Error ? error.message : String(error));
}

/** The `code` of a Node.js error, such as `ECONNREFUSED`; empty when there is none. */
export function systemCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
