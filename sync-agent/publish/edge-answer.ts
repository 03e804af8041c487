/** An edge's answers as values: what went wrong, and whether it is worth trying again. */
import type { IncomingHttpHeaders } from 'node:http';

/** The fields of the JSON that an edge answers with; none for what is no such JSON. */
export type AnswerText = Readonly<Record<string, unknown>>;

/** A request that did not bring what it should. */
export type Unanswered =
  /** May succeed when it is tried again. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterSeconds: number | undefined }
  /** Will not succeed until somebody changes something; `code` is the edge's own (docs/snapshot.md). */
  | { readonly kind: 'refused'; readonly reason: string; readonly code?: string };

const maxReasonCharacters = 500;

export function unansweredBy(status: number, headers: IncomingHttpHeaders, { error, code }: AnswerText): Unanswered {
  const said =
    typeof error === 'string' ? oneLine(error) : (unexplained[status] ?? 'it gives no reason; check its address');
  const reason = `the edge answered ${status}: ${said}`;
  if (status === 408 || status === 429 || status >= 500) {
    return { kind: 'unavailable', reason, retryAfterSeconds: readSeconds(headers['retry-after']) };
  }
  return typeof code === 'string' ? { kind: 'refused', reason, code } : { kind: 'refused', reason };
}

/** `error` is why there is no answer at all. */
export function unreachable(edge: URL, error: unknown): Unanswered {
  const reason = `cannot reach the edge at ${edge.origin} (${causeOf(error)})`;
  return { kind: 'unavailable', reason, retryAfterSeconds: undefined };
}

export function readJson(text: string): AnswerText {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as AnswerText) : {};
  } catch {
    return {};
  }
}

/** What an edge says ends in the agent's log: one line, and no longer than a sentence or two. */
export function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > maxReasonCharacters ? `${line.slice(0, maxReasonCharacters)}…` : line;
}

/** Answers of servers that are no edge. */
const unexplained: Readonly<Record<number, string>> = {
  200: 'it does not say what it stored; check its address',
  301: 'it redirects, and a snapshot is not sent elsewhere; check its address',
  302: 'it redirects, and a snapshot is not sent elsewhere; check its address',
  307: 'it redirects, and a snapshot is not sent elsewhere; check its address',
  308: 'it redirects, and a snapshot is not sent elsewhere; check its address',
};

/** Retry-After in seconds; a date (RFC 9110 §10.2.3) counts as none. */
function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** Why there is no answer, in a few words. An abort says so, and why only one level down. */
export function causeOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'AbortError' || name === 'TimeoutError') return 'no answer in time';
  if (!(cause instanceof Error)) return error instanceof AggregateError ? causeOf(error.errors[0]) : message;
  return cause.message || message;
}
