/** Changes the cluster all the time, one object of each kind that is watched by default; what the API refuses is passed over. */
import { setTimeout as sleep } from 'node:timers/promises';
import { changingSlice, steadyNamespace } from '../../faults/steady-objects.ts';
import type { ClusterObjects } from '../control-plane/apply.ts';

const pauseMilliseconds = 150;

export class Changes {
  /** Those that the API server has taken. */
  taken = 0;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  private constructor(objects: ClusterObjects) {
    this.#running = this.#run(objects, this.#stop.signal);
  }

  static begin(objects: ClusterObjects): Changes {
    return new Changes(objects);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(objects: ClusterObjects, signal: AbortSignal): Promise<void> {
    for (let step = 1; !signal.aborted; step += 1) {
      const annotations = { 'example.com/step': String(step) };
      try {
        await objects.apply([changingSlice(step)]);
        await objects.patch({ kind: 'Namespace', name: steadyNamespace }, { metadata: { annotations } });
        await objects.patch(
          { kind: 'Service', namespace: steadyNamespace, name: 'changing' },
          { metadata: { annotations } },
        );
        this.taken += 1;
      } catch {
        // The API server is away, or has another cluster.
      }
      await sleep(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
    }
  }
}
