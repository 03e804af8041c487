/** One candidate for a Lease: takes it, renews it, gives it back, and knows until when it holds it. */
import type { Clock } from '../kube/clock.ts';
import type { KubeApi } from '../kube/connection.ts';
import { KubeError } from '../kube/error.ts';
import { claim, type LeaseSettings, mayHold, resignation, type Sighting, sighted } from './election.ts';
import type { LeaseRecord, StoredLease } from './lease.ts';
import { LeaseClient, type RequestLimits } from './lease-client.ts';

export interface CandidacyOptions {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly lease: LeaseSettings;
}

/** How long giving back may take; without it, who waits for the Lease waits for its duration. */
const giveBackMilliseconds = 5000;

/** All methods reject with KubeError, or with the reason of their signal. */
export class Candidacy {
  readonly #clock: Clock;
  readonly #settings: LeaseSettings;
  readonly #client: LeaseClient;
  #sighting: Sighting | undefined;
  /** Whether nobody else can have changed the Lease since it was sighted, as far as we know. */
  #isCurrent = false;
  /** Whether we have written ourselves into the Lease, or may have. */
  #mayBeHolder = false;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #leaderSeenAt: number | undefined;

  constructor({ api, clock, lease }: CandidacyOptions) {
    this.#clock = clock;
    this.#settings = lease;
    this.#client = new LeaseClient(api, lease.namespace, lease.name);
  }

  /** By the steady clock; in the past when it is not held. */
  get heldUntil(): number {
    return this.#heldUntil;
  }

  get isHeld(): boolean {
    return this.#clock.steadyNow() < this.#heldUntil;
  }

  /** What stood in the Lease when it was seen last. */
  get record(): LeaseRecord | undefined {
    return this.#sighting?.record;
  }

  /** When the Lease was last seen to be taken or renewed, by whomever; by the steady clock, undefined before the first time. */
  get leaderSeenAt(): number | undefined {
    return this.#leaderSeenAt;
  }

  /** Looks at the Lease, and leaves it as it is. */
  async look(signal: AbortSignal): Promise<void> {
    await this.#look(this.#limits(signal, this.#clock.steadyNow() + this.#settings.renewDeadlineMilliseconds));
  }

  /** Looks at the Lease, and takes it if it is free. */
  async take(signal: AbortSignal): Promise<void> {
    this.#isCurrent = false;
    await this.#hold(signal, this.#clock.steadyNow() + this.#settings.renewDeadlineMilliseconds);
  }

  /** Resolves to false when somebody else has it. As long as nobody else writes to it, that is one request. */
  renew(signal: AbortSignal): Promise<boolean> {
    return this.#hold(signal, this.#heldUntil);
  }

  /** Holds it no more, whatever stands in it. */
  drop(): void {
    this.#heldUntil = Number.NEGATIVE_INFINITY;
  }

  /** Lets the next one in, if we stand in the Lease; resolves to whether we did. */
  async giveBack(): Promise<boolean> {
    this.drop();
    if (!this.#mayBeHolder) return false;
    const { signal } = new AbortController();
    const deadline = this.#clock.steadyNow() + giveBackMilliseconds;
    return await this.#fromSight(signal, deadline, () => this.#resign(signal, deadline));
  }

  /** No request goes on past `deadline`. */
  async #hold(signal: AbortSignal, deadline: number): Promise<boolean> {
    return await this.#fromSight(signal, deadline, () => this.#claim(signal, deadline));
  }

  /** Looks first only where it is needed: when we cannot know what stands in the Lease, or it was something else. */
  async #fromSight<T>(signal: AbortSignal, deadline: number, act: () => Promise<T>): Promise<T> {
    if (this.#isCurrent) {
      try {
        return await act();
      } catch (error) {
        const isElse = error instanceof KubeError && (error.code === 'CONFLICT' || error.code === 'NOT_FOUND');
        if (!isElse) throw error;
      }
    }
    await this.#look(this.#limits(signal, deadline));
    return await act();
  }

  async #claim(signal: AbortSignal, deadline: number): Promise<boolean> {
    const sighting = this.#sighting as Sighting;
    const sentAt = this.#clock.steadyNow();
    if (!mayHold(sighting, this.#settings, sentAt)) return false;
    const written = claim(sighting, this.#settings, this.#clock.now());
    this.#isCurrent = false;
    this.#mayBeHolder = true;
    this.#note(await this.#client.write(sighting.lease, written, this.#limits(signal, deadline)));
    // An answer that comes when the time is up begins nothing: what was led is being ended.
    if (!signal.aborted && this.#clock.steadyNow() < deadline) {
      this.#heldUntil = sentAt + this.#settings.renewDeadlineMilliseconds;
    }
    return true;
  }

  async #resign(signal: AbortSignal, deadline: number): Promise<boolean> {
    const lease = this.#sighting?.lease;
    if (lease?.record.holder !== this.#settings.identity) return false;
    const written = resignation(lease.record, this.#clock.now());
    this.#isCurrent = false;
    this.#note(await this.#client.write(lease, written, this.#limits(signal, deadline)));
    this.#mayBeHolder = false;
    return true;
  }

  async #look(limits: RequestLimits): Promise<void> {
    this.#isCurrent = false;
    this.#note(await this.#client.read(limits));
    if (this.record?.holder !== this.#settings.identity) this.#mayBeHolder = false;
  }

  #note(lease: StoredLease | undefined): void {
    const now = this.#clock.steadyNow();
    this.#sighting = sighted(this.#sighting, lease, now);
    if (lease?.record.holder !== undefined && this.#sighting.since === now) this.#leaderSeenAt = now;
    this.#isCurrent = true;
  }

  /** Below what is left, and short enough that another connection can be tried. */
  #limits(signal: AbortSignal, deadline: number): RequestLimits {
    const left = Math.max(1, deadline - this.#clock.steadyNow());
    return { signal, timeoutMilliseconds: Math.min(left, this.#settings.renewDeadlineMilliseconds / 2) };
  }
}
