/**
 * Who may publish what: the registrations of all clusters, and the one value in KV from which readers learn of them. It
 * runs in a Durable Object, of which there is one; what it knows survives it.
 *
 * Changes wait for each other and for KV, never for the object of a cluster, which may wait for KV itself: what such an
 * object has to do is noted, and asked of it again and again until it is done.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import type { Name } from '../../zone/name.ts';
import { type KeyValueStore, kvCacheSeconds, type Machine, messageOf } from '../environment.ts';
import type { NotWritten, ObjectStorage, PublicationsCalls, Registered, RegistryCalls } from '../objects.ts';
import { putPatiently } from '../patient-put.ts';
import { within } from '../time-limit.ts';
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
/** Clusters that were taken away, and whose snapshot may still be there. */
const withdrawalPrefix = 'withdrawal/';
/** That of the last change, and that of the last change that KV has. */
const revisionKey = 'revision';
const writtenKey = 'written';
/** When what failed is tried again. */
const retryMilliseconds = 5000;
/** How long the object of a cluster is waited for. */
const patienceMilliseconds = 2000;
/** How many values the platform keeps at once. */
const maxRows = 128;

interface Withdrawal {
  /** At which the cluster was taken away. */
  readonly revision: number;
  /** As it was before; undefined when there was none. */
  readonly registration: Registration | undefined;
}

interface Known {
  readonly registered: Map<ClusterId, Registered>;
  readonly withdrawals: Map<ClusterId, Withdrawal>;
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
      const revision = this.#nextRevision(known);
      const registered = { registration, revision };
      await this.#lookAgain();
      await this.#storage.put({ [clusterPrefix + cluster]: registeredRow(registered), [revisionKey]: revision });
      known.registered.set(cluster, registered);
      known.revision = revision;
      return (await this.#write(known)) ?? { kind: 'registered', ...registered };
    });
  }

  async unregister(cluster: ClusterId): ReturnType<RegistryCalls['unregister']> {
    const failure = await this.#turns.take(async () => {
      const known = await this.#read();
      const revision = this.#nextRevision(known);
      const { registration } = known.registered.get(cluster) ?? known.withdrawals.get(cluster) ?? {};
      const withdrawal = { revision, registration };
      await this.#lookAgain();
      // Nothing is awaited in between, so both happen or neither.
      const rows = { [revisionKey]: revision, [withdrawalPrefix + cluster]: withdrawalRow(withdrawal) };
      await Promise.all([this.#storage.put(rows), this.#storage.delete(clusterPrefix + cluster)]);
      known.registered.delete(cluster);
      known.withdrawals.set(cluster, withdrawal);
      known.revision = revision;
      return this.#write(known);
    });
    await this.#withdraw(cluster);
    return failure ?? { kind: 'unregistered' };
  }

  /** Ends what was not ended. */
  async alarm(): Promise<void> {
    const clusters = await this.#turns.take(async () => {
      const known = await this.#read();
      if (known.written !== known.revision) await this.#write(known);
      return [...known.withdrawals.keys()];
    });
    await Promise.all(clusters.map((cluster) => this.#withdraw(cluster)));
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
      const read = readRegistered(value);
      if ('reason' in read) this.#machine.log(leftOut(cluster, read.reason));
      else registered.set(cluster, read);
    }
    const withdrawals = new Map<ClusterId, Withdrawal>();
    for (const [cluster, value] of await this.#list(withdrawalPrefix)) withdrawals.set(cluster, readWithdrawal(value));
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
    const rows = entries.map(([cluster, registered]) => [clusterPrefix + cluster, registeredRow(registered)] as const);
    for (let at = 0; at < rows.length; at += maxRows) {
      await this.#storage.put(Object.fromEntries(rows.slice(at, at + maxRows)));
    }
    // Last, because nothing counts before: it is all taken from KV again.
    if (rows.length > 0) await this.#storage.put({ [revisionKey]: revision, [writtenKey]: revision });
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

  /** Has what a cluster published taken away; in nobody's turn. */
  async #withdraw(cluster: ClusterId): Promise<void> {
    const withdrawal = this.#known?.withdrawals.get(cluster);
    if (withdrawal === undefined) return;
    const { revision, registration } = withdrawal;
    const call = () => this.#publicationsOf(cluster).withdraw(cluster, revision, registration);
    const result = await within(this.#machine, patienceMilliseconds, call).catch(notReached);
    if (result.kind === 'not-written') {
      await this.#lookAgain();
      this.#machine.log(`the snapshot of cluster ${cluster} is not taken away: ${result.reason}; it is tried again`);
      return;
    }
    await this.#turns.take(async () => {
      const { withdrawals } = await this.#read();
      // It may have been taken away once more meanwhile.
      if (withdrawals.get(cluster)?.revision !== revision) return;
      await this.#storage.delete(withdrawalPrefix + cluster);
      withdrawals.delete(cluster);
    });
  }
}

function registrationsOf({ registered }: Pick<Known, 'registered'>): ReadonlyMap<ClusterId, Registration> {
  return new Map([...registered].map(([cluster, { registration }]) => [cluster, registration]));
}

function registeredRow({ registration, revision }: Registered): unknown {
  return { ...registrationJson(registration), revision };
}

function withdrawalRow({ registration, revision }: Withdrawal): unknown {
  return registration === undefined ? { revision } : { ...registrationJson(registration), revision };
}

function notReached(error: unknown): NotWritten {
  return { kind: 'not-written', reason: messageOf(error) };
}

/** The reason when it is none, which only another version of this program can have written. */
function readRegistered(value: unknown): Registered | { readonly reason: string } {
  const registration = parseRegistration(value);
  if ('reason' in registration) return registration;
  const { revision } = value as { revision?: unknown };
  return typeof revision === 'number' ? { registration, revision } : { reason: 'it has no revision' };
}

function readWithdrawal(value: unknown): Withdrawal {
  const registration = parseRegistration(value);
  const { revision } = value as { revision: number };
  return { revision, registration: 'reason' in registration ? undefined : registration };
}
