/**
 * The snapshots that this isolate answers from.
 *
 * While questions come, KV is asked for something newer at most once a second. A snapshot is swapped whole, and never for
 * an older one. Requests share what is in memory and nothing else: in Workers a promise belongs to the request that made
 * it, so whoever finds another request loading waits by a timer of its own.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { OpenedForwardZone, OpenedReverseZone, OpenedZone } from '../../zone/image/open.ts';
import { isNewer, type Manifest } from '../../zone/manifest.ts';
import { type Registration, readRegistration } from '../clusters/registration.ts';
import type { KeyValueStore } from '../environment.ts';
import { readBoundedStream } from '../http/bounded-body.ts';
import { BodyError, openBody } from './body.ts';
import { isSignedBy } from './signature.ts';
import { readStored, type StoredSnapshot } from './stored-snapshot.ts';

/** What questions about a cluster are answered from. */
export type Served =
  | { readonly kind: 'live'; readonly manifest: Manifest; readonly zones: ServedZones }
  | { readonly kind: 'retired'; readonly manifest: Manifest }
  /** Nothing was published yet, or the cluster is not known. */
  | { readonly kind: 'absent' }
  /** What is stored failed a check, and nothing better is in memory. */
  | { readonly kind: 'damaged'; readonly reason: string }
  /** KV did not answer, and nothing is in memory. */
  | { readonly kind: 'unreachable' };

export interface ServedZones {
  readonly forward: readonly OpenedForwardZone[];
  readonly reverse: OpenedReverseZone | undefined;
}

interface Memory {
  served: Served;
  /** When KV was last asked and answered. */
  checkedAt: number;
  /** When a request began to ask; undefined while none does. */
  checkingSince: number | undefined;
  registration: Registration | undefined;
  registrationReadAt: number;
}

const checkIntervalMilliseconds = 1000;
/** A registration changes when an operator changes it. */
const registrationMilliseconds = 30_000;
/** A check that takes longer was cut off with its request. */
const checkTimeoutMilliseconds = 10_000;
const waitMilliseconds = 5;

export class SnapshotReader {
  readonly #store: KeyValueStore;
  readonly #clusters = new Map<ClusterId, Memory>();

  constructor(store: KeyValueStore) {
    this.#store = store;
  }

  /** Never throws: trouble is a kind of answer. */
  async read(cluster: ClusterId): Promise<Served> {
    const memory = this.#memoryOf(cluster);
    for (;;) {
      const now = Date.now();
      if (now - memory.checkedAt < checkIntervalMilliseconds) return memory.served;
      if (memory.checkingSince === undefined || now - memory.checkingSince > checkTimeoutMilliseconds) break;
      await new Promise((resolve) => setTimeout(resolve, waitMilliseconds));
    }
    memory.checkingSince = Date.now();
    try {
      memory.served = await this.#check(cluster, memory);
    } catch (error) {
      memory.served = withTrouble(memory.served, error);
    }
    memory.checkedAt = Date.now();
    memory.checkingSince = undefined;
    return memory.served;
  }

  #memoryOf(cluster: ClusterId): Memory {
    const known = this.#clusters.get(cluster);
    if (known !== undefined) return known;
    const memory: Memory = {
      served: { kind: 'absent' },
      checkedAt: Number.NEGATIVE_INFINITY,
      checkingSince: undefined,
      registration: undefined,
      registrationReadAt: Number.NEGATIVE_INFINITY,
    };
    this.#clusters.set(cluster, memory);
    return memory;
  }

  async #check(cluster: ClusterId, memory: Memory): Promise<Served> {
    const stored = await readStored(this.#store, cluster);
    if (stored === undefined) {
      // A registered cluster's value does not vanish by itself; KV may still be catching up.
      return 'manifest' in memory.served && (await this.#registration(cluster, memory)) !== undefined
        ? memory.served
        : { kind: 'absent' };
    }
    const { manifest } = stored.signed;
    if ('manifest' in memory.served && !isNewer(manifest, memory.served.manifest)) {
      await stored.body.cancel();
      return memory.served;
    }
    return this.#load(cluster, memory, stored);
  }

  async #load(cluster: ClusterId, memory: Memory, { signed, body }: StoredSnapshot): Promise<Served> {
    const { text, signature, manifest } = signed;
    const registration = await this.#registration(cluster, memory);
    if (!(await isSignedBy(registration?.publicKeys ?? [], text, signature)) || manifest.cluster !== cluster) {
      await body.cancel();
      // The key may have been replaced a moment ago.
      memory.registrationReadAt = Number.NEGATIVE_INFINITY;
      throw new BodyError('the stored snapshot is not signed by a registered key');
    }
    const octets = await readBoundedStream(body, manifest.length);
    if (octets === undefined) throw new BodyError('the stored snapshot is longer than its manifest says');
    const image = await openBody(octets as Uint8Array<ArrayBuffer>, manifest);
    if (image.kind === 'retired') return { kind: 'retired', manifest };
    return { kind: 'live', manifest, zones: servedZones(image.zones) };
  }

  async #registration(cluster: ClusterId, memory: Memory): Promise<Registration | undefined> {
    const now = Date.now();
    if (now - memory.registrationReadAt > registrationMilliseconds) {
      memory.registration = await readRegistration(this.#store, cluster);
      memory.registrationReadAt = now;
    }
    return memory.registration;
  }
}

function servedZones(zones: readonly OpenedZone[]): ServedZones {
  return {
    forward: zones.filter((zone) => zone.kind !== 'reverse'),
    reverse: zones.find((zone) => zone.kind === 'reverse'),
  };
}

/** What was good before goes on answering; its age shows by itself. */
function withTrouble(served: Served, error: unknown): Served {
  if ('manifest' in served) return served;
  return error instanceof BodyError ? { kind: 'damaged', reason: error.message } : { kind: 'unreachable' };
}
