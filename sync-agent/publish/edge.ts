/** Requests to the edge: a signed snapshot goes there, and what is answered from there comes back. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import {
  formatManifest,
  type Manifest,
  manifestHeader,
  maxBodyOctets,
  signatureHeader,
  signedOctets,
  snapshotContentType,
  snapshotPath,
  type Version,
} from '../../zone/manifest.ts';
import {
  formatSnapshotRead,
  maxReadAgeMilliseconds,
  readHeader,
  snapshotReadOctets,
} from '../../zone/snapshot-read.ts';
import { type AnswerText, causeOf, readJson, type Unanswered, unansweredBy, unreachable } from './edge-answer.ts';
import { type GetAnswer, get, IncompleteAnswerError } from './get.ts';
import { type PutAnswer, put } from './put.ts';
import type { SigningKey } from './signing-key.ts';
import {
  readIncompleteSnapshot,
  readServedVersion,
  readStoredSnapshot,
  type ServedVersion,
  type StoredSnapshot,
} from './stored-snapshot.ts';

/** The edge, or what stands in its place in a test. Each rejects only with the signal's reason, when it aborts. */
export interface Edge {
  put(manifest: Manifest, body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<EdgeAnswer>;
  /** The snapshot that readers are answered from here and now; elsewhere it may be an older one for a minute. */
  stored(cluster: ClusterId, signal: AbortSignal): Promise<StoredSnapshot>;
  /** Which one it is. */
  served(cluster: ClusterId, signal: AbortSignal): Promise<ServedVersion>;
}

export type EdgeAnswer =
  | { readonly kind: 'stored' }
  /** Something as new or newer is stored. */
  | { readonly kind: 'not-newer'; readonly stored: Version }
  | Unanswered;

const defaultTimeoutMilliseconds = 30_000;
/** 50 kB a second: a slow link is to bring the largest body too. */
const slowestOctetsPerMillisecond = 50;
/** Of a refusal, or of a page of something that is no edge. */
const maxAnswerOctets = 64 * 1024;
/** A clock that is off by less is not why a read was refused. */
const maxClockErrorMilliseconds = maxReadAgeMilliseconds - 60_000;

export class HttpEdge implements Edge {
  readonly #url: URL;
  readonly #key: SigningKey;
  readonly #timeoutMilliseconds: number;
  /** By how much the edge's clock is ahead of this one, if that is so much that it has said so. */
  #aheadMilliseconds = 0;

  /**
   * Of `url` only scheme, host and port count. The time is that of an empty body, a longer one has more; and of silence
   * while a snapshot comes.
   */
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
    // A redirect is not followed: it would bring the cluster's addresses to whom nobody named.
    return await this.#answered(signal, body.length, async (either) => {
      const url = new URL(snapshotPath(manifest.cluster), this.#url);
      return readPutAnswer(manifest, await put(url, headers, body, either));
    });
  }

  async stored(cluster: ClusterId, signal: AbortSignal): Promise<StoredSnapshot> {
    // However much it is, it may come at the slowest speed; from a link that is dead nothing comes at all.
    return await this.#answered(signal, maxBodyOctets, async (either) => {
      try {
        const answer = await this.#read('GET', cluster, either);
        return readStoredSnapshot(cluster, answer, saidIn(answer));
      } catch (error) {
        if (!(error instanceof IncompleteAnswerError)) throw error;
        signal.throwIfAborted();
        const incomplete = readIncompleteSnapshot(cluster, error.head, causeOf(error.cause));
        if (incomplete === undefined) throw error.cause;
        return incomplete;
      }
    });
  }

  async served(cluster: ClusterId, signal: AbortSignal): Promise<ServedVersion> {
    return await this.#answered(signal, 0, async (either) => {
      return readServedVersion(cluster, await this.#read('HEAD', cluster, either));
    });
  }

  /**
   * A read is signed with the time, and an agent whose clock is wrong must learn what is stored all the same: then it is
   * signed with the edge's time.
   */
  async #read(method: 'GET' | 'HEAD', cluster: ClusterId, signal: AbortSignal): Promise<GetAnswer> {
    const ask = (): Promise<GetAnswer> => {
      const text = formatSnapshotRead({ cluster, at: Date.now() + this.#aheadMilliseconds });
      const headers = { [readHeader]: text, [signatureHeader]: this.#key.sign(snapshotReadOctets(text)) };
      const url = new URL(snapshotPath(cluster), this.#url);
      return get(method, url, headers, {
        maxOctets: maxBodyOctets,
        silenceMilliseconds: this.#timeoutMilliseconds,
        signal,
      });
    };
    const answer = await ask();
    const edgeNow = answer.status === 403 ? timeIn(answer) : undefined;
    if (edgeNow === undefined) return answer;
    const aheadMilliseconds = edgeNow - Date.now();
    if (Math.abs(aheadMilliseconds - this.#aheadMilliseconds) < maxClockErrorMilliseconds) return answer;
    this.#aheadMilliseconds = aheadMilliseconds;
    return await ask();
  }

  /** What `ask` gives, or that there is no answer. `octets` go there, or come back. */
  async #answered<Answer>(
    signal: AbortSignal,
    octets: number,
    ask: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | Unanswered> {
    const transferMilliseconds = Math.ceil(octets / slowestOctetsPerMillisecond);
    const timeout = AbortSignal.timeout(this.#timeoutMilliseconds + transferMilliseconds);
    try {
      return await ask(AbortSignal.any([signal, timeout]));
    } catch (error) {
      signal.throwIfAborted();
      return unreachable(this.#url, error);
    }
  }
}

function readPutAnswer(manifest: Manifest, { status, headers, text }: PutAnswer): EdgeAnswer {
  const said = readJson(text);
  const { epoch, serial } = said;
  if (status === 200 && epoch === manifest.epoch && serial === manifest.serial) return { kind: 'stored' };
  if (status === 409 && isCount(epoch) && isCount(serial)) return { kind: 'not-newer', stored: { epoch, serial } };
  return unansweredBy(status, headers, said);
}

function saidIn({ headers, body }: GetAnswer): AnswerText {
  if (manifestHeader in headers || body.length > maxAnswerOctets) return {};
  return readJson(Buffer.from(body).toString());
}

/** What time it is at the edge, in Unix milliseconds. */
function timeIn(answer: GetAnswer): number | undefined {
  const { now } = saidIn(answer);
  const time = isCount(now) ? now : Date.parse(answer.headers.date ?? '');
  return Number.isNaN(time) ? undefined : time;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
