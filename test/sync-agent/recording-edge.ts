/** Keeps what is published and shows it again, unless a test says otherwise. */
import { gunzipSync } from 'node:zlib';
import type { Edge, EdgeAnswer } from '../../sync-agent/publish/edge.ts';
import type { ServedVersion, StoredSnapshot } from '../../sync-agent/publish/stored-snapshot.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { type Manifest, maySucceed } from '../../zone/manifest.ts';

export class RecordingEdge implements Edge {
  /** Of all attempts. */
  readonly manifests: Manifest[] = [];
  /** What was asked of it: `put`, `stored` or `served`. */
  readonly asked: string[] = [];
  /** What had been listed when the first snapshot came. */
  listedBefore: readonly string[] = [];
  /** What it has stored. */
  kept: { readonly manifest: Manifest; readonly body: Uint8Array } | undefined;
  /** Instead of storing. */
  answer: ((signal: AbortSignal) => Promise<EdgeAnswer>) | undefined;
  /** Instead of telling what it has stored. */
  storedAnswer: (() => Promise<StoredSnapshot>) | undefined;
  servedAnswer: (() => Promise<ServedVersion>) | undefined;
  readonly #listed: () => readonly string[];

  constructor(listed: () => readonly string[] = () => []) {
    this.#listed = listed;
  }

  async put(manifest: Manifest, body: Uint8Array, signal: AbortSignal): Promise<EdgeAnswer> {
    this.asked.push('put');
    if (this.manifests.length === 0) this.listedBefore = [...this.#listed()];
    this.manifests.push(manifest);
    if (this.answer !== undefined) return await this.answer(signal);
    const { kept } = this;
    if (kept !== undefined && !maySucceed(manifest, kept.manifest)) {
      const { epoch, serial } = kept.manifest;
      return { kind: 'not-newer', stored: { epoch, serial } };
    }
    this.kept = { manifest, body };
    return { kind: 'stored' };
  }

  async stored(_: ClusterId, signal: AbortSignal): Promise<StoredSnapshot> {
    this.asked.push('stored');
    signal.throwIfAborted();
    if (this.storedAnswer !== undefined) return await orAborted(this.storedAnswer(), signal);
    const { kept } = this;
    if (kept === undefined) return { kind: 'nothing' };
    return { kind: 'stored', manifest: kept.manifest, image: async () => new Uint8Array(gunzipSync(kept.body)) };
  }

  async served(_: ClusterId, signal: AbortSignal): Promise<ServedVersion> {
    this.asked.push('served');
    signal.throwIfAborted();
    if (this.servedAnswer !== undefined) return await this.servedAnswer();
    return this.kept === undefined ? { kind: 'nothing' } : { kind: 'served', manifest: this.kept.manifest };
  }
}

function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([answer, aborted]);
}
