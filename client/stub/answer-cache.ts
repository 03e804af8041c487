/**
 * What was answered lately, in bounded memory: in two halves, of which the older one goes when the newer one is full. What
 * is asked for again passes to the newer one, so it stays.
 */
import type { CachedAnswer } from './cached-answer.ts';
import { isSameQuestion, type Question } from './question.ts';

/** What an answer takes beside its octets and those of its question. */
const fixedOctets = 768;
const placeOctets = 8;

export class AnswerCache {
  readonly #maxHalfOctets: number;
  /** By hash; of two with one hash, the last. */
  #lately = new Map<number, CachedAnswer>();
  #before = new Map<number, CachedAnswer>();
  #latelyOctets = 0;

  constructor(maxOctets: number) {
    this.#maxHalfOctets = maxOctets / 2;
  }

  find(question: Question, hash: number): CachedAnswer | undefined {
    const kept = this.#lately.get(hash) ?? this.#broughtOver(hash);
    return kept !== undefined && isSameQuestion(kept.question, question) ? kept : undefined;
  }

  keep(answer: CachedAnswer): void {
    const replaced = this.#lately.get(answer.hash);
    this.#before.delete(answer.hash);
    this.#lately.set(answer.hash, answer);
    this.#latelyOctets += octetsOf(answer) - (replaced === undefined ? 0 : octetsOf(replaced));
    if (this.#latelyOctets <= this.#maxHalfOctets) return;
    this.#before = this.#lately;
    this.#lately = new Map();
    this.#latelyOctets = 0;
  }

  forget(question: Question, hash: number): void {
    const kept = this.find(question, hash);
    if (kept === undefined) return;
    this.#lately.delete(hash);
    this.#before.delete(hash);
    this.#latelyOctets = Math.max(0, this.#latelyOctets - octetsOf(kept));
  }

  /** Whether one of all that are kept passes; it looks through them. */
  some(passes: (answer: CachedAnswer) => boolean): boolean {
    return [this.#lately, this.#before].some((half) => [...half.values()].some(passes));
  }

  /** Forgets what does not pass. */
  keepOnly(passes: (answer: CachedAnswer) => boolean): void {
    const kept = [...this.#before.values(), ...this.#lately.values()].filter(passes);
    this.#before = new Map();
    this.#lately = new Map();
    this.#latelyOctets = 0;
    for (const answer of kept) this.keep(answer);
  }

  #broughtOver(hash: number): CachedAnswer | undefined {
    const kept = this.#before.get(hash);
    if (kept !== undefined) this.keep(kept);
    return kept;
  }
}

/** An estimate. */
function octetsOf({ question, body }: CachedAnswer): number {
  const { records, errors, ttlPlaces } = body;
  return question.qname.length + records.length + errors.length + ttlPlaces.length * placeOctets + fixedOctets;
}
