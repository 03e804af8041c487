/**
 * Decides which publishes of one cluster are taken, one after the other, and writes them into KV. It runs in a Durable
 * Object; what it knows survives it.
 *
 * A write into KV is always waited for, however long it takes: one that was given up might still happen, after a newer one.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import type { Registration } from '../clusters/registration.ts';
import type { KeyValueStore, Machine } from '../environment.ts';
import type {
  Contents,
  Decision,
  NotWritten,
  ObjectStorage,
  PublicationsCalls,
  PublicationsStatus,
  RefusalNote,
  Registered,
  SignedManifest,
} from '../objects.ts';
import { putPatiently } from '../patient-put.ts';
import { Turns } from '../turns.ts';
import { isSignedFor } from './authenticity.ts';
import {
  adopting,
  boundIdentity,
  decide,
  forgetting,
  intending,
  isNoteworthy,
  nothingKnown,
  type PublicationsState,
  publishing,
} from './publication-state.ts';
import { readStored, writeStored } from './stored-snapshot.ts';

const stateKey = 'state';
const refusalKey = 'last-refusal';

export class Publications implements PublicationsCalls {
  readonly #storage: ObjectStorage;
  readonly #store: KeyValueStore;
  readonly #machine: Machine;
  readonly #turns = new Turns();
  /** As it is kept; undefined before it was read. */
  #state: PublicationsState | undefined;

  constructor(storage: ObjectStorage, store: KeyValueStore, machine: Machine) {
    this.#storage = storage;
    this.#store = store;
    this.#machine = machine;
  }

  consider({ manifest }: SignedManifest, { registration, revision }: Registered): Promise<Decision> {
    return this.#turns.take(async () => {
      const state = await this.#stateOf(manifest.cluster, registration);
      return decide(state, manifest, revision);
    });
  }

  store(
    signed: SignedManifest,
    body: Uint8Array,
    contents: Contents,
    { registration, revision }: Registered,
  ): ReturnType<PublicationsCalls['store']> {
    return this.#turns.take(async () => {
      const { manifest } = signed;
      const state = await this.#stateOf(manifest.cluster, registration);
      const decision = decide(state, manifest, revision);
      if (decision.kind !== 'acceptable') return decision;
      const intended = intending(state, manifest, revision);
      await this.#keep(intended);
      const failure = await putPatiently(this.#machine, () => writeStored(this.#store, signed, body));
      if (failure !== undefined) return failure;
      await this.#keep(publishing(intended, manifest, contents, revision));
      return { kind: 'stored' };
    });
  }

  noteRefusal(note: RefusalNote): Promise<void> {
    return this.#turns.take(async () => {
      if (isNoteworthy(note, await this.#lastRefusal())) await this.#storage.put({ [refusalKey]: note });
    });
  }

  withdraw(cluster: ClusterId, revision: number): Promise<{ readonly kind: 'withdrawn' } | NotWritten> {
    return this.#turns.take(async () => {
      const state = (await this.#kept()) ?? nothingKnown;
      // It was registered anew, and has published.
      if (state.revision > revision) return { kind: 'withdrawn' };
      // Kept, and not just deleted: an object that knows nothing takes what KV shows, which may be what goes now.
      await this.#keep(forgetting(revision));
      await this.#storage.delete(refusalKey);
      const failure = await putPatiently(this.#machine, () => this.#store.delete(kvKeys.snapshot(cluster)));
      return failure ?? { kind: 'withdrawn' };
    });
  }

  status(cluster: ClusterId, { registration, revision }: Registered): Promise<PublicationsStatus> {
    return this.#turns.take(async () => {
      const state = await this.#stateOf(cluster, registration);
      const { published } = state;
      return { published, identity: boundIdentity(state, revision), lastRefusal: await this.#lastRefusal() };
    });
  }

  /** What is kept; where that was lost, what KV tells, if the cluster signed it. */
  async #stateOf(cluster: ClusterId, registration: Registration): Promise<PublicationsState> {
    const kept = await this.#kept();
    if (kept !== undefined) return kept;
    const stored = await readStored(this.#store, cluster);
    if (stored.kind !== 'stored') return nothingKnown;
    await stored.body.cancel();
    const isOwn = await isSignedFor(cluster, registration, stored.signed);
    return isOwn ? adopting(stored.signed.manifest) : nothingKnown;
  }

  async #lastRefusal(): Promise<RefusalNote | undefined> {
    return (await this.#storage.get(refusalKey)) as RefusalNote | undefined;
  }

  async #kept(): Promise<PublicationsState | undefined> {
    this.#state ??= (await this.#storage.get(stateKey)) as PublicationsState | undefined;
    return this.#state;
  }

  async #keep(state: PublicationsState): Promise<void> {
    await this.#storage.put({ [stateKey]: state });
    this.#state = state;
  }
}
