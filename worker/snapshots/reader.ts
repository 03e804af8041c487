/**
 * The snapshots that this isolate answers from.
 *
 * While questions come, KV is asked for something newer at most once a second. A snapshot is swapped whole, and never for
 * an older one. Requests share what is in memory and nothing else: in Workers a promise belongs to the request that made
 * it, and goes with it. So one request asks KV, the others wait by timers of their own, and none waits for long: whoever
 * asks may have been cut off, and what is in memory is good until its age says otherwise.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { isNewer } from '../../zone/manifest.ts';
import { readRegistration } from '../clusters/registration.ts';
import type { KeyValueStore, Machine } from '../environment.ts';
import { isSignedFor, unregisteredZone } from './authenticity.ts';
import { type LoadedSnapshot, loadNewer } from './load.ts';
import { type RememberedCluster, RememberedClusters } from './remembered-clusters.ts';
import { type Served, servedZones } from './served.ts';
import { BodyRefusedError, SnapshotError } from './snapshot-error.ts';

const checkIntervalMilliseconds = 1000;
/** How long a request waits for KV: with something in memory to answer from, and with nothing. */
const patienceMilliseconds = { loaded: 1000, empty: 5000 } as const;
const pollMilliseconds = 5;
/** A registration changes when an operator changes it. */
const registrationMilliseconds = 30_000;
/** A snapshot that is bad does not get better, but what KV gave of it may. */
const refusedMilliseconds = 60_000;

/** Lets work outlive the request that began it, as far as the platform allows. */
export type Background = (work: Promise<void>) => void;

export class SnapshotReader {
  readonly #store: KeyValueStore;
  readonly #machine: Machine;
  readonly #clusters = new RememberedClusters();

  constructor(store: KeyValueStore, machine: Machine) {
    this.#store = store;
    this.#machine = machine;
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
    background(check);
    const inTime = await Promise.race([check.then(() => true), this.#machine.sleep(patience).then(() => false)]);
    memory.triedAt = this.#machine.now();
    // Another request may have taken over.
    if (memory.tryingSince === since) memory.tryingSince = undefined;
    if (!inTime && memory.loaded === undefined) memory.served = { kind: 'unreachable' };
    return memory.served;
  }

  async #check(cluster: ClusterId, memory: RememberedCluster): Promise<void> {
    try {
      await this.#refresh(cluster, memory);
      memory.trouble = undefined;
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (memory.trouble !== trouble) this.#machine.log(`cluster ${cluster} is not read: ${trouble}`);
      memory.trouble = trouble;
      if (error instanceof BodyRefusedError && error !== memory.refused?.error) {
        memory.refused = { error, readAt: this.#machine.now() };
      }
      const isBad = error instanceof SnapshotError;
      // It may be good under a registration that changed a moment ago.
      if (isBad) memory.registrationReadAt = Number.NEGATIVE_INFINITY;
      // What was good before goes on answering; its age shows by itself.
      if (memory.loaded === undefined) memory.served = { kind: isBad ? 'damaged' : 'unreachable' };
    }
  }

  async #refresh(cluster: ClusterId, memory: RememberedCluster): Promise<void> {
    await this.#refreshRegistration(cluster, memory);
    const { registration } = memory;
    if (registration === undefined) {
      remember(memory, undefined);
      return;
    }
    const { refused } = memory;
    const isRemembered = refused !== undefined && this.#machine.now() - refused.readAt < refusedMilliseconds;
    const known = memory.loaded?.signed.manifest;
    const newer = await loadNewer(this.#store, cluster, registration, known, isRemembered ? refused.error : undefined);
    // Another request may have loaded something meanwhile. That nothing is stored takes nothing away: the value of a
    // registered cluster does not vanish, but KV may be late to show it.
    const { loaded } = memory;
    const isProgress =
      loaded === undefined || (newer !== undefined && isNewer(newer.signed.manifest, loaded.signed.manifest));
    if (isProgress) remember(memory, newer);
  }

  /** A snapshot whose key or zone is no longer registered is not answered from any more. */
  async #refreshRegistration(cluster: ClusterId, memory: RememberedCluster): Promise<void> {
    const now = this.#machine.now();
    if (now - memory.registrationReadAt < registrationMilliseconds && memory.registration !== undefined) return;
    const registration = await readRegistration(this.#store, cluster);
    memory.registration = registration;
    memory.registrationReadAt = now;
    if (registration === undefined || memory.loaded === undefined) return;
    const { signed, image } = memory.loaded;
    const isStillGood =
      (await isSignedFor(cluster, registration, signed)) && unregisteredZone(registration, image) === undefined;
    if (!isStillGood) remember(memory, undefined);
  }
}

function remember(memory: RememberedCluster, loaded: LoadedSnapshot | undefined): void {
  memory.loaded = loaded;
  if (loaded === undefined) memory.served = { kind: 'absent' };
  else {
    const { signed, image } = loaded;
    const { manifest } = signed;
    memory.served =
      image.kind === 'retired'
        ? { kind: 'retired', manifest }
        : { kind: 'live', manifest, zones: servedZones(image.zones) };
  }
}
