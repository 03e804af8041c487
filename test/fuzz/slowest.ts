/** Which packets take longest to process. A packet that was interrupted once does not count as slow. */
import type { Processing } from './processing.ts';

export interface Timed {
  readonly packet: Uint8Array;
  readonly microseconds: number;
}

const kept = 100;
/** How often a packet that seems slow is processed again before that is believed. */
const repetitions = 3;

export class Slowest {
  readonly #process: Processing;
  /** Slowest first. */
  readonly #packets: Timed[] = [];

  constructor(process: Processing) {
    this.#process = process;
  }

  /** Processes the packet. */
  time(packet: Uint8Array): void {
    const slowEnough = this.#packets.length < kept ? 0 : this.#packets.at(-1)!.microseconds;
    let microseconds = microsecondsOf(this.#process, packet);
    for (let i = 0; i < repetitions && microseconds > slowEnough; i += 1) {
      microseconds = Math.min(microseconds, microsecondsOf(this.#process, packet));
    }
    if (microseconds <= slowEnough) return;
    this.#packets.push({ packet, microseconds });
    this.#packets.sort((a, b) => b.microseconds - a.microseconds);
    this.#packets.length = Math.min(this.#packets.length, kept);
  }

  /**
   * Processes them in turn, each so often again: their shortest times, the longest of these first. In turn, so that what
   * takes the processor away for a moment does not meet all runs of one packet.
   */
  again(times: number): Timed[] {
    const shortest = this.#packets.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < times; round += 1) {
      for (const [i, { packet }] of this.#packets.entries()) {
        shortest[i] = Math.min(shortest[i]!, microsecondsOf(this.#process, packet));
      }
    }
    const timed = this.#packets.map(({ packet }, i) => ({ packet, microseconds: shortest[i]! }));
    return timed.sort((a, b) => b.microseconds - a.microseconds);
  }
}

function microsecondsOf(process: Processing, packet: Uint8Array): number {
  const start = performance.now();
  process(packet);
  return (performance.now() - start) * 1000;
}
