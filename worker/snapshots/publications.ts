/**
 * Decides which publishes of one cluster are taken, one after the other, and writes them into KV. It runs in a Durable
 * Object; what it knows survives it.
 *
 * A write into KV is always waited for, however long it takes: one that was given up might still happen, after a newer one.
 * So publishes wait for each other, a few at most, and nothing else waits for them: whoever looks sees what is kept.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import { supplementKinds } from '../../zone/supplement/supplement.ts';
import type { Registration } from '../clusters/registration.ts';
import type { KeyValueStore, Machine } from '../environment.ts';
import type {
  Contents,
  Decision,
  ObjectStorage,
  PublicationsCalls,
  PublicationsStatus,
  RefusalNote,
  Registered,
  RegistryCalls,
  SignedManifest,
} from '../objects.ts';
import { putPatiently } from '../patient-put.ts';
import { Turns } from '../turns.ts';
import { isSignedFor } from './authenticity.ts';
import {
  adopting,
  boundIdentity,
  decide,
  intending,
  isNoteworthy,
  isPublishedSince,
  nothingKnown,
  type PublicationsState,
  publishing,
  withdrawing,
} from './publication-state.ts';
import { readStored, writeStored } from './stored-snapshot.ts';

const stateKey = 'state';
const refusalKey = 'last-refusal';
/** Each holds its body in memory, of which an object has 128 MiB. */
const maxPublishes = 4;

export class Publications implements PublicationsCalls {
  readonly #storage: ObjectStorage;
  readonly #store: KeyValueStore;
  readonly #registry: Pick<RegistryCalls, 'registrationOf'>;
  readonly #machine: Machine;
  /** Of what writes into KV. */
  readonly #turns = new Turns();
  /** Of notes, which wait for the storage alone. */
  readonly #notes = new Turns();
  #isWithdrawing = false;
  /** As it is kept; undefined before it was read. */
  #state: PublicationsState | undefined;

  constructor(
    storage: ObjectStorage,
    store: KeyValueStore,
    registry: Pick<RegistryCalls, 'registrationOf'>,
    machine: Machine,
  ) {
    this.#storage = storage;
    this.#store = store;
    this.#registry = registry;
    this.#machine = machine;
  }

  async consider({ manifest }: SignedManifest, registered: Registered): Promise<Decision> {
    const state = await this.#stateOf(manifest.cluster, registered);
    const decision = decide(state, manifest, registered.revision);
    return decision.kind === 'acceptable' && this.#isBusy ? { kind: 'busy' } : decision;
  }

  async store(
    signed: SignedManifest,
    body: Uint8Array,
    contents: Contents,
    registered: Registered,
  ): ReturnType<PublicationsCalls['store']> {
    if (this.#isBusy) return { kind: 'busy' };
    return this.#turns.take(async () => {
      const { manifest } = signed;
      const { cluster } = manifest;
      const { revision } = registered;
      const state = await this.#stateOf(cluster, registered);
      const decision = decide(state, manifest, revision);
      if (decision.kind !== 'acceptable') return decision;
      // Keys, zones and limits may have changed for as long as the body was on its way, or others had their turns.
      const current = await this.#registry.registrationOf(cluster);
      if (current?.revision !== revision) return { kind: 'outdated' };
      const intended = intending(state, manifest, revision);
      await this.#keep(intended);
      const failure = await putPatiently(this.#machine, async () => {
        await writeStored(this.#store, signed, body);
        // Whoever takes the cluster back in may publish none.
        if (contents.kind === 'retired') await this.#deleteSupplements(cluster);
      });
      if (failure !== undefined) return failure;
      await this.#keep(publishing(intended, manifest, contents, revision));
      return { kind: 'stored', replaced: state.published?.version };
    });
  }

  noteRefusal(note: RefusalNote): Promise<void> {
    return this.#notes.take(async () => {
      if (isNoteworthy(note, await this.#lastRefusal())) await this.#storage.put({ [refusalKey]: note });
    });
  }

  async withdraw(
    cluster: ClusterId,
    revision: number,
    registration: Registration | undefined,
  ): ReturnType<PublicationsCalls['withdraw']> {
    // Whoever is told so asks again.
    if (this.#isWithdrawing) return { kind: 'not-written', reason: 'it is under way' };
    this.#isWithdrawing = true;
    try {
      return await this.#turns.take(() => this.#withdraw(cluster, revision, registration));
    } finally {
      this.#isWithdrawing = false;
    }
  }

  async status(cluster: ClusterId, registered: Registered): Promise<PublicationsStatus> {
    const state = await this.#stateOf(cluster, registered);
    const identity = boundIdentity(state, registered.revision);
    return { published: state.published, identity, lastRefusal: await this.#lastRefusal() };
  }

  get #isBusy(): boolean {
    return this.#turns.length >= maxPublishes;
  }

  async #withdraw(
    cluster: ClusterId,
    revision: number,
    registration: Registration | undefined,
  ): ReturnType<PublicationsCalls['withdraw']> {
    // What was lost is learned from KV before that is gone: versions go on when the cluster comes back.
    const state =
      registration === undefined
        ? ((await this.#kept()) ?? nothingKnown)
        : await this.#stateOf(cluster, { registration, revision: 0 });
    if (isPublishedSince(state, revision)) return { kind: 'withdrawn' };
    // Kept, and not just deleted: an object that knows nothing takes what KV shows, which may be what goes now.
    await this.#keep(withdrawing(state, revision));
    await this.#notes.take(() => this.#storage.delete(refusalKey));
    const failure = await putPatiently(this.#machine, async () => {
      await this.#deleteSupplements(cluster);
      await this.#store.delete(kvKeys.snapshot(cluster));
    });
    return failure ?? { kind: 'withdrawn' };
  }

  async #deleteSupplements(cluster: ClusterId): Promise<void> {
    for (const kind of supplementKinds) await this.#store.delete(kvKeys[kind](cluster));
  }

  /** What is kept; where that was lost, what KV tells, if the cluster signed it. */
  async #stateOf(cluster: ClusterId, { registration, revision }: Registered): Promise<PublicationsState> {
    const kept = await this.#kept();
    if (kept !== undefined) return kept;
    const stored = await readStored(this.#store, cluster);
    if (stored.kind !== 'stored') return nothingKnown;
    await stored.body.cancel();
    const isOwn = await isSignedFor(cluster, registration, stored.signed);
    return isOwn ? adopting(stored.signed.manifest, revision) : nothingKnown;
  }

  async #lastRefusal(): Promise<RefusalNote | undefined> {
    return (await this.#storage.get(refusalKey)) as RefusalNote | undefined;
  }

  async #kept(): Promise<PublicationsState | undefined> {
    if (this.#state !== undefined) return this.#state;
    const kept = (await this.#storage.get(stateKey)) as PublicationsState | undefined;
    // Something newer may have been kept meanwhile.
    this.#state ??= kept;
    return this.#state;
  }

  async #keep(state: PublicationsState): Promise<void> {
    await this.#storage.put({ [stateKey]: state });
    this.#state = state;
  }
}
