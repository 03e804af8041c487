/** Brings signed supplements to the edge. */
import { createHash } from 'node:crypto';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { isCount, manifestHeader, signatureHeader } from '../../zone/manifest.ts';
import { formatSupplementManifest, supplementFormat, supplementSignedOctets } from '../../zone/supplement/manifest.ts';
import { type SupplementKind, supplementContentType, supplementPath } from '../../zone/supplement/supplement.ts';
import { readJson, type Unanswered, unansweredBy, unreachable } from '../publish/edge-answer.ts';
import { type PutAnswer, put } from '../publish/put.ts';
import type { SigningKey } from '../publish/signing-key.ts';

/** What is sent. */
export interface SupplementPut {
  readonly kind: SupplementKind;
  readonly cluster: ClusterId;
  /** As in SupplementManifest. */
  readonly generatedAt: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

export type SupplementAnswer =
  | { readonly kind: 'stored' }
  /** One that was generated then is stored, which is no earlier. */
  | { readonly kind: 'not-newer'; readonly generatedAt: number }
  | Unanswered;

/** The edge, or what stands in its place in a test. */
export interface SupplementEdge {
  /** Rejects only with the signal's reason, when it aborts. */
  putSupplement(supplement: SupplementPut, signal: AbortSignal): Promise<SupplementAnswer>;
}

const defaultTimeoutMilliseconds = 30_000;
/** As for snapshots (publish/edge.ts). */
const slowestOctetsPerMillisecond = 50;

export class HttpSupplementEdge implements SupplementEdge {
  readonly #url: URL;
  readonly #key: SigningKey;
  readonly #timeoutMilliseconds: number;

  /** Of `url` only scheme, host and port count. The time is that of an empty body; a longer one has more. */
  constructor(url: URL, key: SigningKey, timeoutMilliseconds = defaultTimeoutMilliseconds) {
    this.#url = url;
    this.#key = key;
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  async putSupplement(
    { kind, cluster, generatedAt, body }: SupplementPut,
    signal: AbortSignal,
  ): Promise<SupplementAnswer> {
    const sha256 = createHash('sha256').update(body).digest('hex');
    const { length } = body;
    const text = formatSupplementManifest({ format: supplementFormat, cluster, generatedAt, length, sha256 });
    const headers = {
      'content-type': supplementContentType(kind),
      [manifestHeader]: text,
      [signatureHeader]: this.#key.sign(supplementSignedOctets(kind, text)),
    };
    const transferMilliseconds = Math.ceil(length / slowestOctetsPerMillisecond);
    const timeout = AbortSignal.timeout(this.#timeoutMilliseconds + transferMilliseconds);
    const url = new URL(supplementPath(cluster, kind), this.#url);
    try {
      return readAnswer(await put(url, headers, body, AbortSignal.any([signal, timeout])));
    } catch (error) {
      signal.throwIfAborted();
      return unreachable(this.#url, error);
    }
  }
}

function readAnswer({ status, headers, text }: PutAnswer): SupplementAnswer {
  const said = readJson(text);
  const { result, generatedAt } = said;
  if (status === 200 && result === 'stored') return { kind: 'stored' };
  if (status === 409 && isCount(generatedAt)) return { kind: 'not-newer', generatedAt };
  return unansweredBy(status, headers, said);
}
