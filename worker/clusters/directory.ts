/**
 * What clusters may do, as this isolate knows it: the registrations that stand in KV, read once in 30 seconds while they
 * are asked for.
 *
 * A change is seen within that time and what KV itself needs, a minute or more; a cluster that is not known is looked for
 * every second. While KV fails, or shows something that is damaged, what was read last goes on counting. Requests share
 * what was read and nothing else: in Workers a promise belongs to the request that made it. So one request asks KV, the
 * others wait by timers of their own, and none for long.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import { type KeyValueStore, kvCacheSeconds, type Machine, StoreError } from '../environment.ts';
import { clusterOfAlias, clustersByAlias, type QuestionName } from './alias-clusters.ts';
import { parseRegistrations, type Registration, type Registrations } from './registration.ts';

const freshMilliseconds = 30_000;
/** A cluster that is not there may have been registered a moment ago, elsewhere. */
const unknownMilliseconds = 1000;
/** As long as snapshots are answered from, unless they say otherwise. */
const troubleMilliseconds = 24 * 60 * 60 * 1000;
/** How long a request waits for KV. Whoever asks may have been cut off, so the next one asks after that time. */
const patienceMilliseconds = 2000;
/** How long KV is left alone after it failed. */
const retryMilliseconds = 1000;
const pollMilliseconds = 5;

const readOptions = { type: 'text', cacheTtl: kvCacheSeconds } as const;

const nothingRegistered = { registrations: new Map<ClusterId, Registration>(), problems: [] };

/** One moment's registrations. */
interface Known {
  /** The value in KV; null where there is none. */
  readonly text: string | null;
  readonly registrations: Registrations;
  readonly byAlias: ReadonlyMap<string, ClusterId>;
}

export class Directory {
  readonly #store: KeyValueStore;
  readonly #machine: Machine;
  #known: Known | undefined;
  /** When the read of what is known began, in Unix milliseconds. */
  #readAt = Number.NEGATIVE_INFINITY;
  /** When the request that is asking now began to; undefined while none does. */
  #askingSince: number | undefined;
  #trouble: { readonly error: StoreError; readonly at: number } | undefined;

  constructor(store: KeyValueStore, machine: Machine) {
    this.#store = store;
    this.#machine = machine;
  }

  /**
   * Undefined when the cluster is not registered. Whoever has reason to doubt what is known says how old it may be. Throws
   * StoreError when nothing is known, or nothing of the last 24 hours.
   */
  async of(cluster: ClusterId, maxAgeMilliseconds = freshMilliseconds): Promise<Registration | undefined> {
    const { registrations } = await this.#current(maxAgeMilliseconds);
    const registration = registrations.get(cluster);
    if (registration !== undefined || maxAgeMilliseconds <= unknownMilliseconds) return registration;
    return (await this.#current(unknownMilliseconds)).registrations.get(cluster);
  }

  /**
   * Which of the clusters has an alias zone that the name is or lies in; undefined when none has. Own domains do not count:
   * clusters may share them. Throws StoreError, as `of`.
   */
  async clusterOfAlias(name: QuestionName, clusters: readonly ClusterId[]): Promise<ClusterId | undefined> {
    return clusterOfAlias((await this.#current(freshMilliseconds)).byAlias, name, clusters);
  }

  /**
   * Reads a text from KV, and the registrations in the same operation when they are due, so that both together cost what
   * one does. Throws StoreError.
   */
  async readBeside(key: string): Promise<string | null> {
    const now = this.#machine.now();
    const isDue = now - this.#readAt >= freshMilliseconds && !this.#isAsked(now) && !this.#isLeftAlone(now);
    if (!isDue) return this.#store.get(key, readOptions);
    this.#askingSince = now;
    try {
      const values = await this.#store.get([key, kvKeys.registry], readOptions);
      this.#take(values.get(kvKeys.registry) ?? null, now);
      return values.get(key) ?? null;
    } catch (error) {
      this.#noteTrouble(error);
      throw error;
    } finally {
      this.#noteEnd(now);
    }
  }

  /** Ends as soon as what is known may be believed. */
  async #current(maxAgeMilliseconds: number): Promise<Known> {
    for (;;) {
      const now = this.#machine.now();
      const age = now - this.#readAt;
      if (this.#known !== undefined && age < maxAgeMilliseconds) return this.#known;
      if (this.#isLeftAlone(now)) return this.#inTrouble(now);
      if (!this.#isAsked(now)) await this.#ask(now);
      else {
        // Somebody is asking KV right now: what is a moment older will do, and so it will while KV fails.
        if (this.#known !== undefined && age < maxAgeMilliseconds + patienceMilliseconds) return this.#known;
        if (this.#known !== undefined && this.#trouble !== undefined) return this.#inTrouble(now);
        await this.#machine.sleep(pollMilliseconds);
      }
    }
  }

  #inTrouble(now: number): Known {
    if (this.#known !== undefined && now - this.#readAt <= troubleMilliseconds) return this.#known;
    throw this.#trouble!.error;
  }

  /** Asks KV and notes what it says, or that it says nothing. What comes too late is noted all the same. */
  async #ask(since: number): Promise<void> {
    this.#askingSince = since;
    const tooLate = this.#machine.sleep(patienceMilliseconds).then(() => {
      throw new StoreError('the store did not answer in time');
    });
    const read = async (): Promise<void> => this.#take(await this.#store.get(kvKeys.registry, readOptions), since);
    try {
      await Promise.race([read(), tooLate]);
    } catch (error) {
      this.#noteTrouble(error);
      if (!(error instanceof StoreError)) throw error;
    } finally {
      this.#noteEnd(since);
    }
  }

  /** What is damaged is trouble, and so is a value that is gone: it does not vanish, but KV may be late to show it. */
  #take(text: string | null, askedAt: number): void {
    if (askedAt < this.#readAt) return;
    if (text === null && this.#known !== undefined && this.#known.text !== null) {
      this.#noteTrouble(new StoreError('it is not there any more'));
      return;
    }
    if (this.#known === undefined || this.#known.text !== text) {
      const parsed = text === null ? nothingRegistered : parseRegistrations(text);
      if (parsed === undefined) {
        this.#noteTrouble(new StoreError('it is damaged'));
        return;
      }
      for (const problem of parsed.problems) this.#machine.log(problem);
      const { registrations } = parsed;
      this.#known = { text, registrations, byAlias: clustersByAlias(registrations) };
    }
    this.#readAt = askedAt;
    this.#trouble = undefined;
  }

  /** Logged when it begins, and not with every request. */
  #noteTrouble(error: unknown): void {
    if (!(error instanceof StoreError)) return;
    if (this.#trouble?.error.message !== error.message) {
      this.#machine.log(`the registry is not read: ${error.message}`);
    }
    this.#trouble = { error, at: this.#machine.now() };
  }

  /** Another request may have taken over. */
  #noteEnd(since: number): void {
    if (this.#askingSince === since) this.#askingSince = undefined;
  }

  #isAsked(now: number): boolean {
    return this.#askingSince !== undefined && now - this.#askingSince < patienceMilliseconds;
  }

  #isLeftAlone(now: number): boolean {
    return this.#trouble !== undefined && now - this.#trouble.at < retryMilliseconds;
  }
}
