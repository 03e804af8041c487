/**
 * The snapshots that this isolate answers from.
 *
 * While questions come, KV is asked for something newer at most once a second, so what its location shows is answered from
 * a second later. A snapshot is swapped whole, and never for an older one (but see succession.ts). Requests share what is
 * in memory and nothing else: in Workers a promise belongs to the request that made it, and goes with it. So one request
 * asks KV, the others wait by timers of their own, and none waits for long: whoever asks may have been cut off, and what is
 * in memory is good until its age says otherwise.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { isNewer } from '../../zone/manifest.ts';
import type { Directory } from '../clusters/directory.ts';
import type { Registration } from '../clusters/registration.ts';
import { type KeyValueStore, type Machine, messageOf } from '../environment.ts';
import { isSignedFor, unregisteredZone } from './authenticity.ts';
import { type LoadedSnapshot, loadWanted } from './load.ts';
import { type RememberedCluster, RememberedClusters } from './remembered-clusters.ts';
import { type Served, servedFrom } from './served.ts';
import { BodyRefusedError, SnapshotError } from './snapshot-error.ts';
import { isDisputing, standingOf } from './succession.ts';

const checkIntervalMilliseconds = 1000;
/** How long a request waits for KV: with something in memory to answer from, and with nothing. */
const patienceMilliseconds = { loaded: 1000, empty: 5000 } as const;
const pollMilliseconds = 5;
/** A snapshot that is bad does not get better, but what KV gave of it may. */
const refusedMilliseconds = 60_000;

/** Lets work outlive the request that began it, as far as the platform allows. */
export type Background = (work: Promise<void>) => void;

/** Hears what becomes of snapshots. */
interface LoadMeter {
  loaded(cluster: ClusterId, generatedAt: number): void;
  notLoaded(cluster: ClusterId, why: 'damaged' | 'unreachable'): void;
}

export class SnapshotReader {
  readonly #store: KeyValueStore;
  readonly #directory: Directory;
  readonly #machine: Machine;
  readonly #meter: LoadMeter | undefined;
  readonly #clusters = new RememberedClusters();

  constructor(store: KeyValueStore, directory: Directory, machine: Machine, meter?: LoadMeter) {
    this.#store = store;
    this.#directory = directory;
    this.#machine = machine;
    this.#meter = meter;
  }

  /** What `read` would give at once; undefined when it is time to ask KV. */
  current(cluster: ClusterId, now: number): Served | undefined {
    const memory = this.#clusters.peek(cluster);
    const isCurrent = memory !== undefined && now - memory.triedAt < checkIntervalMilliseconds;
    return isCurrent ? memory.served : undefined;
  }

  /** Never throws: trouble is a kind of answer. */
  async read(cluster: ClusterId, background: Background): Promise<Served> {
    const memory = this.#clusters.of(cluster);
    const patience = memory.loaded === undefined ? patienceMilliseconds.empty : patienceMilliseconds.loaded;
    for (;;) {
      const now = this.#machine.now();
      const age = now - memory.triedAt;
      if (age < checkIntervalMilliseconds) return memory.served;
      if (memory.tryingSince === undefined || now - memory.tryingSince >= patience) break;
      // Somebody is asking KV right now; an answer that is a moment older need not wait for it.
      if (memory.loaded !== undefined && age < 2 * checkIntervalMilliseconds) return memory.served;
      await this.#machine.sleep(pollMilliseconds);
    }
    const since = this.#machine.now();
    memory.tryingSince = since;
    const check = this.#check(cluster, memory);
    background(check.then(() => {}));
    const found = await Promise.race([check, this.#machine.sleep(patience).then(() => undefined)]);
    memory.triedAt = this.#machine.now();
    // Another request may have taken over.
    if (memory.tryingSince === since) memory.tryingSince = undefined;
    if (found !== undefined) return found;
    if (memory.loaded === undefined) memory.served = { kind: 'unreachable' };
    return memory.served;
  }

  /** What is to be answered from, at the moment when it is known: other clusters' snapshots may push it out again. */
  async #check(cluster: ClusterId, memory: RememberedCluster): Promise<Served> {
    try {
      const served = await this.#refresh(cluster, memory);
      memory.trouble = undefined;
      memory.isDoubtful = false;
      return served;
    } catch (error) {
      const trouble = messageOf(error);
      if (memory.trouble !== trouble) this.#machine.log(`cluster ${cluster} is not read: ${trouble}`);
      memory.trouble = trouble;
      if (error instanceof BodyRefusedError && error !== memory.refused?.error) {
        memory.refused = { error, readAt: this.#machine.now() };
      }
      const isBad = error instanceof SnapshotError;
      const why = isBad ? 'damaged' : 'unreachable';
      this.#meter?.notLoaded(cluster, why);
      // It may be good under a registration that changed a moment ago.
      memory.isDoubtful = isBad;
      // What was good before goes on answering; its age shows by itself.
      if (memory.loaded === undefined) memory.served = { kind: why };
      return memory.served;
    }
  }

  async #refresh(cluster: ClusterId, memory: RememberedCluster): Promise<Served> {
    const maxAgeMilliseconds = memory.isDoubtful ? checkIntervalMilliseconds : undefined;
    const registration = await this.#directory.of(cluster, maxAgeMilliseconds);
    if (registration === undefined) return withdraw(memory);
    await applyRegistration(cluster, memory, registration);

    const { newest, served } = memory;
    const isLoaded = memory.loaded !== undefined;
    const now = this.#machine.now();
    const loading = await loadWanted(
      this.#store,
      cluster,
      registration,
      (manifest) => {
        const standing = standingOf(manifest, newest, memory.disputedSince, now);
        return standing === 'newer' || (standing === 'same' && !isLoaded);
      },
      this.#refusedLately(memory),
    );
    if (loading.kind === 'loaded') return this.#take(memory, loading.snapshot, registration, newest);
    const isDisputed = loading.kind === 'passed-over' && newest !== undefined && isDisputing(loading.manifest, newest);
    memory.disputedSince = isDisputed ? (memory.disputedSince ?? now) : undefined;
    // Another cluster may have pushed out meanwhile what KV has nothing newer than.
    if (isLoaded && memory.newest === newest) return served;
    // That nothing is stored takes nothing away: KV may be late to show it. So it may be with something newer.
    if (memory.loaded === undefined) memory.served = { kind: newest === undefined ? 'absent' : 'unreachable' };
    return memory.served;
  }

  #take(
    memory: RememberedCluster,
    snapshot: LoadedSnapshot,
    registration: Registration,
    newestBefore: RememberedCluster['newest'],
  ): Served {
    const { manifest } = snapshot.signed;
    const { newest } = memory;
    // Another request may have loaded something meanwhile.
    const isOvertaken = newest !== undefined && newest !== newestBefore && !isNewer(manifest, newest);
    if (isOvertaken && memory.loaded !== undefined) return memory.served;
    if (isOvertaken && newest.sha256 !== manifest.sha256) return { kind: 'unreachable' };
    memory.loaded = { snapshot, registration };
    memory.newest = manifest;
    this.#meter?.loaded(manifest.cluster, manifest.generatedAt);
    memory.disputedSince = undefined;
    const served = servedFrom(snapshot.image, snapshot.signed, registration);
    memory.served = served;
    this.#clusters.fit(memory);
    return served;
  }

  #refusedLately({ refused }: RememberedCluster): BodyRefusedError | undefined {
    const isLate = refused === undefined || this.#machine.now() - refused.readAt >= refusedMilliseconds;
    return isLate ? undefined : refused.error;
  }
}

/** A cluster that is not registered any more is not answered from. */
function withdraw(memory: RememberedCluster): Served {
  memory.loaded = undefined;
  memory.served = { kind: 'absent' };
  return memory.served;
}

/** A snapshot whose key or zone is no longer registered is not answered from any more, and new limits count at once. */
async function applyRegistration(
  cluster: ClusterId,
  memory: RememberedCluster,
  registration: Registration,
): Promise<void> {
  const { loaded } = memory;
  if (loaded === undefined || loaded.registration === registration) return;
  const { signed, image } = loaded.snapshot;
  const isStillGood =
    (await isSignedFor(cluster, registration, signed)) && unregisteredZone(registration, image) === undefined;
  // Another request may have loaded something meanwhile.
  if (memory.loaded !== loaded) return;
  if (!isStillGood) withdraw(memory);
  else {
    memory.loaded = { snapshot: loaded.snapshot, registration };
    memory.served = servedFrom(image, signed, registration);
  }
}
