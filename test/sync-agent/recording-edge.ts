/** Keeps what is published, and stores it all unless a test says otherwise. */
import type { Edge, EdgeAnswer } from '../../sync-agent/publish/edge.ts';
import type { Manifest } from '../../zone/manifest.ts';

export class RecordingEdge implements Edge {
  readonly manifests: Manifest[] = [];
  /** What had been listed when the first snapshot came. */
  listedBefore: readonly string[] = [];
  answer: (signal: AbortSignal) => Promise<EdgeAnswer> = async () => ({ kind: 'stored' });
  readonly #listed: () => readonly string[];

  constructor(listed: () => readonly string[]) {
    this.#listed = listed;
  }

  put(manifest: Manifest, _: Uint8Array, signal: AbortSignal): Promise<EdgeAnswer> {
    if (this.manifests.length === 0) this.listedBefore = [...this.#listed()];
    this.manifests.push(manifest);
    return this.answer(signal);
  }
}
