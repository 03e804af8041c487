/**
 * A value from elsewhere, kept in memory: read again when it is old, by one request at a time, and still believed for a
 * while when it cannot be read.
 *
 * Requests share it, and each waits by timers of its own: a promise goes with the request that made it, and a request may
 * be cut off at any moment.
 */
import type { Machine } from '../environment.ts';

export interface Source<T> {
  /** May throw. */
  read(): Promise<T>;
  /** For how long the value is believed without another look. */
  freshMilliseconds(value: T): number;
  /** For how long it is believed while it cannot be read. */
  troubleMilliseconds(value: T): number;
  /** What is thrown when `read` does not end in time and nothing may be believed. */
  tooLate(): Error;
  /** How long the source is left alone after it failed. */
  readonly retryMilliseconds: number;
}

/** How long a request waits for the source. Whoever asks may have been cut off, so the next one asks after that time. */
const patienceMilliseconds = 2000;
const pollMilliseconds = 5;

export class Remembered<T> {
  readonly #source: Source<T>;
  readonly #machine: Machine;
  #known: { readonly value: T; readonly readAt: number } | undefined;
  /** When the request that is reading now began to; undefined while none does. */
  #readingSince: number | undefined;
  #trouble: { readonly error: unknown; readonly at: number } | undefined;

  constructor(source: Source<T>, machine: Machine) {
    this.#source = source;
    this.#machine = machine;
  }

  /** The value, if it is there and believed without another look. */
  fresh(): T | undefined {
    const known = this.#known;
    if (known === undefined) return undefined;
    const age = this.#machine.now() - known.readAt;
    return age <= this.#source.freshMilliseconds(known.value) ? known.value : undefined;
  }

  /** The value, not older than `maxAgeMilliseconds` if the source can be had. Throws what `read` threw. */
  async current(maxAgeMilliseconds = Number.POSITIVE_INFINITY): Promise<T> {
    const { freshMilliseconds, troubleMilliseconds, retryMilliseconds } = this.#source;
    for (;;) {
      const now = this.#machine.now();
      const known = this.#known;
      const age = now - (known?.readAt ?? 0);
      if (known !== undefined && age <= Math.min(freshMilliseconds(known.value), maxAgeMilliseconds))
        return known.value;
      const trouble = this.#trouble;
      if (trouble !== undefined && now - trouble.at < retryMilliseconds) {
        if (known !== undefined && age <= troubleMilliseconds(known.value)) return known.value;
        throw trouble.error;
      }
      const isBeingRead = this.#readingSince !== undefined && now - this.#readingSince < patienceMilliseconds;
      await (isBeingRead ? this.#machine.sleep(pollMilliseconds) : this.#read(now));
    }
  }

  /** Notes what the source says, or that it says nothing. What comes too late is noted all the same. */
  async #read(since: number): Promise<void> {
    this.#readingSince = since;
    const tooLate = this.#machine.sleep(patienceMilliseconds).then(() => {
      throw this.#source.tooLate();
    });
    try {
      await Promise.race([this.#note(since), tooLate]);
    } catch (error) {
      this.#trouble = { error, at: this.#machine.now() };
    } finally {
      // Another request may have taken over.
      if (this.#readingSince === since) this.#readingSince = undefined;
    }
  }

  async #note(readAt: number): Promise<void> {
    const value = await this.#source.read();
    if (this.#known === undefined || readAt >= this.#known.readAt) this.#known = { value, readAt };
  }
}
