/**
 * What this isolate remembers of clusters between requests: plain data, never a promise.
 *
 * In an open Worker anybody may ask for any cluster id, so the number is bounded; what goes first is the memory of clusters
 * of which there is nothing.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Registration } from '../clusters/registration.ts';
import type { LoadedSnapshot } from './load.ts';
import type { Served } from './served.ts';
import type { BodyRefusedError } from './snapshot-error.ts';

export interface RememberedCluster {
  /** What questions are answered from. */
  served: Served;
  /** The snapshot behind it, if there is one. */
  loaded: LoadedSnapshot | undefined;
  /** When KV was last asked, in Unix milliseconds, whether or not it answered. */
  triedAt: number;
  /** When the request that is asking now began to; undefined while none does. */
  tryingSince: number | undefined;
  registration: Registration | undefined;
  registrationReadAt: number;
  /** The newest that was read and is bad, and when it was read, so that it is not read again all the time. */
  refused: { readonly error: BodyRefusedError; readonly readAt: number } | undefined;
  /** What went wrong last, so that it is logged once and not every second. */
  trouble: string | undefined;
}

const maxClusters = 64;

export class RememberedClusters {
  /** The least recently asked first. */
  readonly #clusters = new Map<ClusterId, RememberedCluster>();

  of(cluster: ClusterId): RememberedCluster {
    const remembered = this.#clusters.get(cluster) ?? nothingRemembered();
    this.#clusters.delete(cluster);
    if (this.#clusters.size >= maxClusters) this.#forgetOne();
    this.#clusters.set(cluster, remembered);
    return remembered;
  }

  #forgetOne(): void {
    const [oldest] = this.#clusters.keys();
    const [empty] = [...this.#clusters].find(([, { loaded }]) => loaded === undefined) ?? [oldest];
    if (empty !== undefined) this.#clusters.delete(empty);
  }
}

function nothingRemembered(): RememberedCluster {
  return {
    served: { kind: 'absent' },
    loaded: undefined,
    triedAt: Number.NEGATIVE_INFINITY,
    tryingSince: undefined,
    registration: undefined,
    registrationReadAt: Number.NEGATIVE_INFINITY,
    refused: undefined,
    trouble: undefined,
  };
}
