/**
 * Answers that were given from one snapshot, so that a question that comes again costs a lookup and at most a copy. They
 * go with the snapshot; before that, what was not asked for lately goes. Most questions never come again, and to keep their
 * answers would cost more than to make them, so an answer is kept when its question comes for the second time.
 *
 * Records of one set come in random order in every answer. Where the records are one set of addresses, these are shuffled
 * in the copy; of any other answer whose order may vary, several are kept, and one is drawn.
 */
import type { Random } from '../message/random-order.ts';
import { shuffleAddresses, type Variation } from './answer-variation.ts';
import { AskedLately } from './asked-lately.ts';

/** An answer as it was sent. */
export interface KeptAnswer {
  readonly octets: Uint8Array<ArrayBuffer>;
  /** Undefined: nobody may keep it. */
  readonly maxAgeSeconds: number | undefined;
}

interface Entry {
  readonly answers: KeptAnswer[];
  readonly variation: Variation;
}

/** What is longer is rare, and made anew: that is little beside sending it. */
const maxKeyLength = 1024;
const maxAnswerOctets = 16 * 1024;
/** Of each of the two halves; an isolate has 128 MiB for everything. */
const maxOctets = 1024 * 1024;
/** What an answer takes beside its octets and its key. */
const fixedOctets = 256;
/** Of one answer, where anything may vary. */
const maxOrders = 8;

export class RepeatedAnswers {
  /** What was asked since the halves last turned, and in the turn before. */
  #lately = new Map<string, Entry>();
  #before = new Map<string, Entry>();
  #latelyOctets = 0;
  readonly #asked = new AskedLately();

  /** Undefined when the answer is to be made. Its octets may be those of others. */
  find(key: string, random: Random): KeptAnswer | undefined {
    const entry = this.#lately.get(key) ?? this.#broughtOver(key);
    if (entry === undefined) return undefined;
    const { answers, variation } = entry;
    if (variation === 'any' && answers.length < maxOrders) return undefined;
    const kept = answers[answers.length === 1 ? 0 : Math.floor(random() * answers.length)]!;
    if (typeof variation !== 'object') return kept;
    const octets = kept.octets.slice();
    shuffleAddresses(octets, variation, random);
    return { octets, maxAgeSeconds: kept.maxAgeSeconds };
  }

  /** Once a question came twice. The answer's octets do not change any more. */
  keep(key: string, answer: KeptAnswer, variationOf: () => Variation): void {
    if (key.length > maxKeyLength || answer.octets.length > maxAnswerOctets || !this.#asked.has(key)) return;
    const known = this.#lately.get(key);
    if (known === undefined) this.#lately.set(key, { answers: [answer], variation: variationOf() });
    else if (known.answers.length < maxOrders) known.answers.push(answer);
    this.#count(key, answer);
  }

  #broughtOver(key: string): Entry | undefined {
    const entry = this.#before.get(key);
    if (entry === undefined) return undefined;
    this.#before.delete(key);
    this.#lately.set(key, entry);
    for (const answer of entry.answers) this.#count(key, answer);
    return entry;
  }

  #count(key: string, { octets }: KeptAnswer): void {
    this.#latelyOctets += key.length + octets.length + fixedOctets;
    if (this.#latelyOctets <= maxOctets) return;
    this.#before = this.#lately;
    this.#lately = new Map();
    this.#latelyOctets = 0;
  }
}
