/**
 * Answers that an isolate gave, so that a question that comes again costs a lookup and at most a copy. An answer counts for
 * the snapshot that it came from and no other, and what was not asked for lately goes. Most questions never come again, and
 * to keep their answers would cost more than to make them, so an answer is kept when its question comes a second time.
 *
 * Records of one set come in random order in every answer. Addresses of one set are shuffled in the copy; an answer in which
 * more may vary, such as SRV records, is made anew each time.
 */
import type { Random } from '../message/random-order.ts';
import { smallOctets } from '../octets/small-octets.ts';
import type { Served } from '../snapshots/served.ts';
import { shuffleAddresses, type Variation } from './answer-variation.ts';
import { AskedLately } from './asked-lately.ts';
import { isSameQuestion, lastingKey, type QuestionKey } from './question-key.ts';

/** An answer as it was sent. */
export interface KeptAnswer {
  readonly octets: Uint8Array<ArrayBuffer>;
  /** Undefined: nobody may keep it. */
  readonly maxAgeSeconds: number | undefined;
}

interface Entry {
  readonly key: QuestionKey;
  /** Of the snapshot. */
  readonly number: number;
  readonly answer: KeptAnswer;
  readonly variation: Exclude<Variation, 'any'>;
}

/** What is longer is rare, and made anew: that is little beside sending it. */
const maxAnswerOctets = 16 * 1024;
/** Of each of the two halves; an isolate has 128 MiB for everything. */
const maxOctets = 2 * 1024 * 1024;
/** What an answer takes beside its octets and those of its question. */
const fixedOctets = 512;

export class RepeatedAnswers {
  /** What was asked since the halves last turned, and in the turn before, by hash; of two with one hash, the last. */
  #lately = new Map<number, Entry>();
  #before = new Map<number, Entry>();
  #latelyOctets = 0;
  readonly #asked = new AskedLately();
  readonly #numbers = new WeakMap<Served, number>();
  #lastNumber = 0;

  /** Undefined when the answer is to be made. Its octets are not the caller's to change: they may be those of others. */
  find(key: QuestionKey, served: Served, random: Random): KeptAnswer | undefined {
    const entry = this.#lately.get(key.hash) ?? this.#broughtOver(key.hash);
    if (entry === undefined || !isSameQuestion(entry.key, key)) return undefined;
    if (entry.number !== this.#numbers.get(served)) return undefined;
    const { answer, variation } = entry;
    if (variation === 'none') return answer;
    const octets = smallOctets(answer.octets.length);
    octets.set(answer.octets);
    shuffleAddresses(octets, variation, random);
    return { octets, maxAgeSeconds: answer.maxAgeSeconds };
  }

  keep(key: QuestionKey, served: Served, answer: KeptAnswer, variationOf: () => Variation): void {
    if (answer.octets.length > maxAnswerOctets || !this.#asked.note(key.hash)) return;
    const variation = variationOf();
    if (variation === 'any') return;
    // A copy, so that it keeps nothing else in memory.
    const { octets, maxAgeSeconds } = answer;
    const number = this.#numberOf(served);
    this.#add({ key: lastingKey(key), number, answer: { octets: octets.slice(), maxAgeSeconds }, variation });
  }

  #broughtOver(hash: number): Entry | undefined {
    const entry = this.#before.get(hash);
    if (entry === undefined) return undefined;
    this.#before.delete(hash);
    this.#add(entry);
    return entry;
  }

  #add(entry: Entry): void {
    const replaced = this.#lately.get(entry.key.hash);
    this.#lately.set(entry.key.hash, entry);
    this.#latelyOctets += octetsOf(entry) - (replaced === undefined ? 0 : octetsOf(replaced));
    if (this.#latelyOctets <= maxOctets) return;
    this.#before = this.#lately;
    this.#lately = new Map();
    this.#latelyOctets = 0;
  }

  /** An entry that held the snapshot itself would keep it in memory. */
  #numberOf(served: Served): number {
    let number = this.#numbers.get(served);
    if (number === undefined) {
      this.#lastNumber += 1;
      number = this.#lastNumber;
      this.#numbers.set(served, number);
    }
    return number;
  }
}

function octetsOf({ key, answer }: Entry): number {
  return key.message.length + answer.octets.length + fixedOctets;
}
