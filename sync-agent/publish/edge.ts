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
import type { SigningKey } from './signing-key.ts';

/** The edge, or what stands in its place in a test. */
export interface Edge {
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

const timeoutMilliseconds = 30_000;

export class HttpEdge implements Edge {
  readonly #url: URL;
  readonly #key: SigningKey;

  constructor(url: URL, key: SigningKey) {
    this.#url = url;
    this.#key = key;
  }

  async put(manifest: Manifest, body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<EdgeAnswer> {
    const text = formatManifest(manifest);
    let response: Response;
    try {
      response = await fetch(new URL(snapshotPath(manifest.cluster), this.#url), {
        method: 'PUT',
        redirect: 'error',
        headers: {
          'content-type': snapshotContentType,
          [manifestHeader]: text,
          [signatureHeader]: this.#key.sign(signedOctets(text)),
        },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]),
      });
      return readAnswer(response.status, response.headers, await response.text());
    } catch (error) {
      signal.throwIfAborted();
      return {
        kind: 'unavailable',
        reason: `cannot reach ${this.#url.origin} (${causeOf(error)})`,
        retryAfterSeconds: undefined,
      };
    }
  }
}

function readAnswer(status: number, headers: Headers, text: string): EdgeAnswer {
  if (status === 200) return { kind: 'stored' };
  const body = readJson(text);
  const reason = `the edge answered ${status}: ${typeof body['error'] === 'string' ? body['error'] : 'no reason given'}`;
  const { epoch, serial } = body;
  if (status === 409 && Number.isSafeInteger(epoch) && Number.isSafeInteger(serial)) {
    return { kind: 'not-newer', stored: { epoch: epoch as number, serial: serial as number } };
  }
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    return { kind: 'unavailable', reason, retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined };
  }
  return { kind: 'refused', reason };
}

function readJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** `fetch` hides the reason one level down. */
function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
