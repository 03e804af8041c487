/** Brings signed remarks to the edge. */
import { createHash } from 'node:crypto';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { manifestHeader, signatureHeader } from '../../zone/manifest.ts';
import {
  formatRemarksManifest,
  remarksContentType,
  remarksFormat,
  remarksPath,
  remarksSignedOctets,
} from '../../zone/remarks/manifest.ts';
import { readJson, type Unanswered, unansweredBy, unreachable } from '../publish/edge-answer.ts';
import { put } from '../publish/put.ts';
import type { SigningKey } from '../publish/signing-key.ts';

/** What is sent. */
export interface RemarksPut {
  readonly cluster: ClusterId;
  /** As in RemarksManifest. */
  readonly generatedAt: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

export type RemarksAnswer = { readonly kind: 'stored' } | Unanswered;

/** The edge, or what stands in its place in a test. */
export interface RemarksEdge {
  /** Rejects only with the signal's reason, when it aborts. */
  putRemarks(remarks: RemarksPut, signal: AbortSignal): Promise<RemarksAnswer>;
}

const defaultTimeoutMilliseconds = 30_000;
/** As for snapshots (publish/edge.ts). */
const slowestOctetsPerMillisecond = 50;

export class HttpRemarksEdge implements RemarksEdge {
  readonly #url: URL;
  readonly #key: SigningKey;
  readonly #timeoutMilliseconds: number;

  /** Of `url` only scheme, host and port count. The time is that of an empty body; a longer one has more. */
  constructor(url: URL, key: SigningKey, timeoutMilliseconds = defaultTimeoutMilliseconds) {
    this.#url = url;
    this.#key = key;
    this.#timeoutMilliseconds = timeoutMilliseconds;
  }

  async putRemarks({ cluster, generatedAt, body }: RemarksPut, signal: AbortSignal): Promise<RemarksAnswer> {
    const sha256 = createHash('sha256').update(body).digest('hex');
    const text = formatRemarksManifest({ format: remarksFormat, cluster, generatedAt, length: body.length, sha256 });
    const headers = {
      'content-type': remarksContentType,
      [manifestHeader]: text,
      [signatureHeader]: this.#key.sign(remarksSignedOctets(text)),
    };
    const transferMilliseconds = Math.ceil(body.length / slowestOctetsPerMillisecond);
    const timeout = AbortSignal.timeout(this.#timeoutMilliseconds + transferMilliseconds);
    const url = new URL(remarksPath(cluster), this.#url);
    try {
      const answer = await put(url, headers, body, AbortSignal.any([signal, timeout]));
      const said = readJson(answer.text);
      if (answer.status === 200 && said['result'] === 'stored') return { kind: 'stored' };
      return unansweredBy(answer.status, answer.headers, said);
    } catch (error) {
      signal.throwIfAborted();
      return unreachable(this.#url, error);
    }
  }
}
