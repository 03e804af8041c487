/**
 * What this isolate remembers of clusters between requests: plain data, never a promise.
 *
 * An isolate has 128 MiB for everything. So images are kept up to a sum of octets, and beyond it those go that were not
 * asked for longest. The one that was loaded last stays, whatever its size: without it there would be no answer. Of what
 * goes, the manifest stays, and what is loaded in its place is not older.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { type Manifest, maxImageOctets } from '../../zone/manifest.ts';
import type { Registration } from '../clusters/registration.ts';
import type { LoadedSnapshot } from './load.ts';
import type { Served } from './served.ts';
import type { BodyRefusedError } from './snapshot-error.ts';

export interface RememberedCluster {
  /** What questions are answered from. */
  served: Served;
  /** The snapshot behind it, if there is one, and the registration under which it is good. */
  loaded: { readonly snapshot: LoadedSnapshot; readonly registration: Registration } | undefined;
  /** Of the newest snapshot that was ever answered from, also when it is no longer in memory. */
  newest: Manifest | undefined;
  /** Since when KV shows what disputes `newest` (succession.ts), in Unix milliseconds; undefined when it does not. */
  disputedSince: number | undefined;
  /** When KV was last asked, in Unix milliseconds, whether or not it answered. */
  triedAt: number;
  /** When the request that is asking now began to; undefined while none does. */
  tryingSince: number | undefined;
  /** The newest that was read and is bad, and when it was read, so that it is not read again all the time. */
  refused: { readonly error: BodyRefusedError; readonly readAt: number } | undefined;
  /** Whether what KV showed last is bad under the registration that is known. */
  isDoubtful: boolean;
  /** What went wrong last, so that it is logged once and not every second. */
  trouble: string | undefined;
}

/**
 * One image of the largest size, or three of clusters with 150,000 endpoints (6.6 MiB each). What is loaded comes on
 * top until it is in memory whole: the most is this, one more image, its body, and what collecting garbage is behind.
 */
const maxOctets = maxImageOctets;

/** In an open Worker anybody may ask for any cluster id; what goes first is the memory of clusters without a snapshot. */
const maxClusters = 256;

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

  /** Does not count as asking. */
  peek(cluster: ClusterId): RememberedCluster | undefined {
    return this.#clusters.get(cluster);
  }

  /** Lets images go until the others fit; `latest` is the one that stays. */
  fit(latest: RememberedCluster): void {
    let octets = 0;
    for (const { loaded } of this.#clusters.values()) octets += octetsOf(loaded);
    for (const remembered of this.#clusters.values()) {
      if (octets <= maxOctets) return;
      if (remembered === latest) continue;
      octets -= octetsOf(remembered.loaded);
      forgetImage(remembered);
    }
  }

  #forgetOne(): void {
    const [oldest] = this.#clusters.keys();
    const [empty] = [...this.#clusters].find(([, { newest }]) => newest === undefined) ?? [oldest];
    if (empty !== undefined) this.#clusters.delete(empty);
  }
}

function octetsOf(loaded: RememberedCluster['loaded']): number {
  return loaded?.snapshot.image.octets ?? 0;
}

/** The next question loads it again, at once. */
function forgetImage(remembered: RememberedCluster): void {
  if (remembered.loaded === undefined) return;
  remembered.loaded = undefined;
  remembered.served = { kind: 'absent' };
  remembered.triedAt = Number.NEGATIVE_INFINITY;
}

function nothingRemembered(): RememberedCluster {
  return {
    served: { kind: 'absent' },
    loaded: undefined,
    newest: undefined,
    disputedSince: undefined,
    triedAt: Number.NEGATIVE_INFINITY,
    tryingSince: undefined,
    refused: undefined,
    isDoubtful: false,
    trouble: undefined,
  };
}
