/** One request to the edge: a signed snapshot, and what the edge said to it. */
import {
  formatManifest,
  type Manifest,
  manifestHeader,
  signatureHeader,
  signedOctets,
  snapshotContentType,
  snapshotPath,
  type Version,
} from '../../zone/manifest.ts';
import { type PutAnswer, put } from './put.ts';
import type { SigningKey } from './signing-key.ts';

/** The edge, or what stands in its place in a test. */
export interface Edge {
  /** Rejects only with the signal's reason, when it aborts. */
  put(manifest: Manifest, body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<EdgeAnswer>;
}

export type EdgeAnswer =
  | { readonly kind: 'stored' }
  /** Something as new or newer is stored. */
  | { readonly kind: 'not-newer'; readonly stored: Version }
  /** May succeed when it is tried again. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterSeconds: number | undefined }
  /** Will not succeed until somebody changes something. */
  | { readonly kind: 'refused'; readonly reason: string };

const defaultTimeoutMilliseconds = 30_000;
/** 50 kB a second: a slow uplink is to bring the largest body too. */
const slowestOctetsPerMillisecond = 50;

export class HttpEdge implements Edge {
  readonly #url: URL;
  readonly #key: SigningKey;
  readonly #timeoutMilliseconds: number;

  /** Of `url` only scheme, host and port count. The time is that of an empty body; a longer one has more. */
  constructor(url: URL, key: SigningKey, timeoutMilliseconds = defaultTimeoutMilliseconds) {
    this.#url = url;
    this.#key = key;
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  async put(manifest: Manifest, body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<EdgeAnswer> {
    const text = formatManifest(manifest);
    const headers = {
      'content-type': snapshotContentType,
      [manifestHeader]: text,
      [signatureHeader]: this.#key.sign(signedOctets(text)),
    };
    const sendingMilliseconds = Math.ceil(body.length / slowestOctetsPerMillisecond);
    const timeout = AbortSignal.timeout(this.#timeoutMilliseconds + sendingMilliseconds);
    const either = AbortSignal.any([signal, timeout]);
    try {
      const url = new URL(snapshotPath(manifest.cluster), this.#url);
      // A redirect is not followed: it would bring the cluster's addresses to whom nobody named.
      return readAnswer(manifest, await put(url, headers, body, either));
    } catch (error) {
      signal.throwIfAborted();
      const reason = `cannot reach the edge at ${this.#url.origin} (${causeOf(error)})`;
      return { kind: 'unavailable', reason, retryAfterSeconds: undefined };
    }
  }
}

type Body = Readonly<Record<string, unknown>>;

function readAnswer(manifest: Manifest, { status, headers, text }: PutAnswer): EdgeAnswer {
  const { error, epoch, serial } = readJson(text);
  if (status === 200 && epoch === manifest.epoch && serial === manifest.serial) return { kind: 'stored' };
  if (status === 409 && isCount(epoch) && isCount(serial)) return { kind: 'not-newer', stored: { epoch, serial } };
  const said = typeof error === 'string' ? error : (unexplained[status] ?? 'it gives no reason; check its address');
  const reason = `the edge answered ${status}: ${said}`;
  if (status === 408 || status === 429 || status >= 500) {
    return { kind: 'unavailable', reason, retryAfterSeconds: readSeconds(headers['retry-after']) };
  }
  return { kind: 'refused', reason };
}

/** Answers of servers that are no edge. */
const unexplained: Readonly<Record<number, string>> = {
  200: 'it does not say what it stored; check its address',
  301: 'it redirects, and a snapshot is not sent elsewhere; check its address',
  302: 'it redirects, and a snapshot is not sent elsewhere; check its address',
  307: 'it redirects, and a snapshot is not sent elsewhere; check its address',
  308: 'it redirects, and a snapshot is not sent elsewhere; check its address',
};

function readJson(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Body) : {};
  } catch {
    return {};
  }
}

/** Retry-After in seconds; a date (RFC 9110 §10.2.3) counts as none. */
function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** An abort says so, and why only one level down. */
function causeOf(error: unknown): string {
  const { name, message, cause } = error as Error;
  if (name === 'AbortError' || name === 'TimeoutError') return 'no answer in time';
  if (!(cause instanceof Error)) return error instanceof AggregateError ? causeOf(error.errors[0]) : message;
  return cause.message || message;
}
