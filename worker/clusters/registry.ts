/**
 * Who may publish what: the registrations of all clusters, and the one value in KV from which readers learn of them. It
 * runs in a Durable Object, of which there is one; what it knows survives it.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import type { Name } from '../../zone/name.ts';
import { type KeyValueStore, kvCacheSeconds, type Machine } from '../environment.ts';
import type { NotWritten, ObjectStorage, PublicationsCalls, Registered, RegistryCalls } from '../objects.ts';
import { putPatiently } from '../patient-put.ts';
import { Turns } from '../turns.ts';
import {
  formatRegistrations,
  leftOut,
  parseRegistration,
  parseRegistrations,
  type Registration,
  registrationJson,
} from './registration.ts';
import { findConflict } from './zone-claims.ts';

const clusterPrefix = 'cluster/';
/** Clusters that were taken away, and whose snapshot may still be there: at which revision they were. */
const withdrawalPrefix = 'withdrawal/';
/** That of the last change, and that of the last change that KV has. */
const revisionKey = 'revision';
const writtenKey = 'written';
/** When what failed is tried again. */
const retryMilliseconds = 5000;

interface Known {
  readonly registered: Map<ClusterId, Registered>;
  readonly withdrawals: Map<ClusterId, number>;
  revision: number;
  written: number;
}

export class Registry implements RegistryCalls {
  readonly #storage: ObjectStorage;
  readonly #store: KeyValueStore;
  readonly #publicationsOf: (cluster: ClusterId) => Pick<PublicationsCalls, 'withdraw'>;
  readonly #machine: Machine;
  readonly #turns = new Turns();
  /** As it is kept; undefined before it was read. */
  #known: Known | undefined;

  constructor(
    storage: ObjectStorage,
    store: KeyValueStore,
    publicationsOf: (cluster: ClusterId) => Pick<PublicationsCalls, 'withdraw'>,
    machine: Machine,
  ) {
    this.#storage = storage;
    this.#store = store;
    this.#publicationsOf = publicationsOf;
    this.#machine = machine;
  }

  async registrationOf(cluster: ClusterId): Promise<Registered | undefined> {
    return (await this.#current()).registered.get(cluster);
  }

  async all(): Promise<readonly (readonly [ClusterId, Registered])[]> {
    return [...(await this.#current()).registered].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  register(
    cluster: ClusterId,
    registration: Registration,
    endpointHosts: readonly Name[],
  ): ReturnType<RegistryCalls['register']> {
    return this.#turns.take(async () => {
      const known = await this.#read();
      const conflict = findConflict(registrationsOf(known), cluster, registration, endpointHosts);
      if (conflict !== undefined) return { kind: 'conflict', conflict };
      // What was published before must be forgotten before something is published anew.
      const failure = await this.#withdraw(known, cluster);
      if (failure !== undefined) return { kind: 'not-withdrawn' };
      const revision = this.#nextRevision(known);
      const registered = { registration, revision };
      await this.#lookAgain();
      await this.#storage.put({ [clusterPrefix + cluster]: stored(registered), [revisionKey]: revision });
      known.registered.set(cluster, registered);
      known.revision = revision;
      return (await this.#write(known)) ?? { kind: 'registered', ...registered };
    });
  }

  unregister(cluster: ClusterId): ReturnType<RegistryCalls['unregister']> {
    return this.#turns.take(async () => {
      const known = await this.#read();
      const revision = this.#nextRevision(known);
      await this.#lookAgain();
      // Nothing is awaited in between, so both happen or neither.
      const noted = this.#storage.put({ [revisionKey]: revision, [withdrawalPrefix + cluster]: revision });
      await Promise.all([noted, this.#storage.delete(clusterPrefix + cluster)]);
      known.registered.delete(cluster);
      known.withdrawals.set(cluster, revision);
      known.revision = revision;
      const failure = await this.#write(known);
      return (await this.#withdraw(known, cluster)) ?? failure ?? { kind: 'unregistered' };
    });
  }

  /** Ends what was not ended. */
  alarm(): Promise<void> {
    return this.#turns.take(async () => {
      const known = await this.#read();
      if (known.written !== known.revision) await this.#write(known);
      for (const cluster of [...known.withdrawals.keys()]) await this.#withdraw(known, cluster);
    });
  }

  /** Whoever only looks does not wait for a change that KV is slow to take: what is kept counts already. */
  async #current(): Promise<Known> {
    return this.#known ?? this.#turns.take(() => this.#read());
  }

  /** What is kept; where that was lost, what KV has. */
  async #read(): Promise<Known> {
    if (this.#known !== undefined) return this.#known;
    const revision = await this.#storage.get(revisionKey);
    if (typeof revision !== 'number') return this.#adopt();
    const written = await this.#storage.get(writtenKey);
    const registered = new Map<ClusterId, Registered>();
    for (const [cluster, value] of await this.#list(clusterPrefix)) {
      const read = readStored(value);
      if ('reason' in read) this.#machine.log(leftOut(cluster, read.reason));
      else registered.set(cluster, read);
    }
    const withdrawals = new Map(await this.#list(withdrawalPrefix)) as Map<ClusterId, number>;
    this.#known = { registered, withdrawals, revision, written: typeof written === 'number' ? written : 0 };
    return this.#known;
  }

  async #list(prefix: string): Promise<readonly (readonly [ClusterId, unknown])[]> {
    const rows = [...(await this.#storage.list({ prefix }))];
    return rows.map(([key, value]) => [key.slice(prefix.length) as ClusterId, value]);
  }

  async #adopt(): Promise<Known> {
    const text = await this.#store.get(kvKeys.registry, { type: 'text', cacheTtl: kvCacheSeconds });
    const parsed = text === null ? undefined : parseRegistrations(text);
    for (const problem of parsed?.problems ?? []) this.#machine.log(problem);
    const revision = this.#machine.now();
    const entries = [...(parsed?.registrations ?? [])].map(([cluster, registration]) => {
      return [cluster, { registration, revision }] as const;
    });
    const rows = entries.map(([cluster, registered]) => [clusterPrefix + cluster, stored(registered)] as const);
    if (rows.length > 0) {
      await this.#storage.put({ ...Object.fromEntries(rows), [revisionKey]: revision, [writtenKey]: revision });
    }
    this.#known = { registered: new Map(entries), withdrawals: new Map(), revision, written: revision };
    return this.#known;
  }

  /** By the clock, so that it rises even if what was kept is lost. */
  #nextRevision({ revision }: Known): number {
    return Math.max(revision + 1, this.#machine.now());
  }

  /** Set before anything changes, because the object may end at any moment from then on. */
  #lookAgain(): Promise<void> {
    return this.#storage.setAlarm(this.#machine.now() + retryMilliseconds);
  }

  async #write({ registered, revision }: Known): Promise<NotWritten | undefined> {
    const text = formatRegistrations(registrationsOf({ registered }));
    const failure = await putPatiently(this.#machine, () => this.#store.put(kvKeys.registry, text));
    if (failure !== undefined) {
      await this.#lookAgain();
      this.#machine.log(`the registry is not written into KV: ${failure.reason}; it is tried again`);
      return failure;
    }
    await this.#storage.put({ [writtenKey]: revision });
    if (this.#known !== undefined) this.#known.written = revision;
    return undefined;
  }

  /** Undefined when nothing of a cluster that was taken away is left. */
  async #withdraw({ withdrawals }: Known, cluster: ClusterId): Promise<NotWritten | undefined> {
    const revision = withdrawals.get(cluster);
    if (revision === undefined) return undefined;
    const result = await this.#publicationsOf(cluster).withdraw(cluster, revision).catch(notReached);
    if (result.kind === 'not-written') {
      await this.#lookAgain();
      this.#machine.log(`the snapshot of cluster ${cluster} is not taken away: ${result.reason}; it is tried again`);
      return result;
    }
    await this.#storage.delete(withdrawalPrefix + cluster);
    withdrawals.delete(cluster);
    return undefined;
  }
}

function registrationsOf({ registered }: Pick<Known, 'registered'>): ReadonlyMap<ClusterId, Registration> {
  return new Map([...registered].map(([cluster, { registration }]) => [cluster, registration]));
}

function stored({ registration, revision }: Registered): unknown {
  return { ...registrationJson(registration), revision };
}

function notReached(error: unknown): NotWritten {
  return { kind: 'not-written', reason: error instanceof Error ? error.message : String(error) };
}

/** The reason when it is none, which only another version of this program can have written. */
function readStored(value: unknown): Registered | { readonly reason: string } {
  const registration = parseRegistration(value);
  if ('reason' in registration) return registration;
  const { revision } = value as { revision?: unknown };
  return typeof revision === 'number' ? { registration, revision } : { reason: 'it has no revision' };
}
