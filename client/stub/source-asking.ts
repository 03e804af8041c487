/**
 * Asks sources, each question once at a time, and keeps what they say. Also keeps, for a second, that they said nothing.
 */
import { rcodes } from '../../worker/message/rcode.ts';
import { formatName, type Name, type SpelledName } from '../../zone/name.ts';
import { type AnswerBody, emptyBody } from './answer-body.ts';
import type { AnswerCache } from './answer-cache.ts';
import { lifetimeSeconds } from './answer-lifetime.ts';
import type { CachedAnswer } from './cached-answer.ts';
import type { Chase, ChasedAddresses } from './contract.ts';
import type { ElapsedTime } from './elapsed-time.ts';
import { errorOption } from './error-options.ts';
import { failureErrors } from './failure-errors.ts';
import { keptAddresses } from './kept-addresses.ts';
import { failureOf, type Lane, type SourceFailure } from './lane.ts';
import { type AddressType, addressTypeOf, unansweredTarget, withAddresses } from './outside-target.ts';
import { hashOf, nameText, type Question } from './question.ts';
import { QuestionsUnderWay } from './questions-under-way.ts';
import { bodyOf, readSourceAnswer } from './source-answer.ts';
import { sourceQuestion } from './source-question.ts';
import type { StubEvent } from './stub-event.ts';
import { type After, within } from './time-limit.ts';

export type Outcome =
  | { readonly kind: 'answer'; readonly answer: CachedAnswer }
  /** `body` is for those for whom nothing is kept. */
  | { readonly kind: 'failure'; readonly body: AnswerBody };

export interface AskingOptions {
  readonly cache: AnswerCache;
  readonly elapsed: ElapsedTime;
  /** Where the name is asked now; undefined outside the zones. */
  holderOf(name: SpelledName): Lane | undefined;
  readonly chase: Chase | undefined;
  readonly staleSeconds: number;
  readonly after: After;
  tell(event: StubEvent): void;
}

/** An exchange that found its connection dead has tried a new one by then, and given up. */
const sourceLimitMilliseconds = 4000;
/** With what comes behind it, before a C library gives up, which is after 5 seconds. */
const answerLimitMilliseconds = 4700;
/** For how long a failure is told without asking again, and what a source refuses. */
const failureMilliseconds = 1000;

const late: SourceFailure = { code: 'LATE', reason: 'no answer in time' };
const malformed: SourceFailure = { code: 'MALFORMED', reason: 'what it sent is no answer to the question' };

/** A question that is under way. */
interface Asked {
  readonly question: Question;
  readonly hash: number;
  readonly lane: Lane;
  /** Elapsed milliseconds. */
  readonly askedAt: number;
}

export class SourceAsking {
  readonly #options: AskingOptions;
  readonly #underWay = new QuestionsUnderWay<Lane, Outcome>();

  constructor(options: AskingOptions) {
    this.#options = options;
  }

  /** Never rejects; undefined when too many questions are under way. `now` is elapsed milliseconds. */
  ask(question: Question, hash: number, lane: Lane, now: number): Promise<Outcome> | undefined {
    return this.#underWay.share(question, hash, lane, () => {
      lane.triedAt = now;
      return this.#outcome({ question, hash, lane, askedAt: now });
    });
  }

  /** Somebody would not wait any longer. No news of a source that has failed before, or has spoken since he began to wait. */
  noteLate(lane: Lane, since: number): void {
    if (lane.failure === undefined && lane.answeredAt < since) this.#noteFailure(lane, late);
  }

  async #outcome(asked: Asked): Promise<Outcome> {
    const { question, lane } = asked;
    try {
      const asking = lane.source.ask(sourceQuestion(question));
      const message = await within(asking, sourceLimitMilliseconds, this.#options.after);
      if (message !== 'late') return await this.#read(asked, message);
      // When it comes after all, the next one who asks has it at once.
      asking.then((answer) => this.#read(asked, answer)).catch(() => {});
      return this.#failed(asked, late);
    } catch (error) {
      return this.#failed(asked, failureOf(error));
    }
  }

  async #read(asked: Asked, message: Uint8Array): Promise<Outcome> {
    const { question, lane } = asked;
    const response = readSourceAnswer(message, question);
    if (response === undefined) return this.#failed(asked, malformed);
    this.#noteAnswer(lane);
    const body = bodyOf(message, response, question);
    if (response.rcode === rcodes.SERVFAIL) return this.#remembered(asked, body);
    const type = addressTypeOf(question);
    const target = type && unansweredTarget(response, question);
    const search = type && target && this.#search(target, type, asked);
    if (type === undefined || target === undefined || search === undefined) {
      return this.#answer(asked, body, lifetimeSeconds(response));
    }
    const chased = await this.#chased(search, asked);
    if (chased === undefined) return this.#remembered(asked, unresolved(target));
    if (chased.addresses.length === 0) {
      return this.#answer(asked, body, Math.min(lifetimeSeconds(response), chased.ttlSeconds));
    }
    const whole = withAddresses(message, question, target, type, chased);
    const read = readSourceAnswer(whole, question)!;
    return this.#answer(asked, { ...bodyOf(whole, read, question), errors: body.errors }, lifetimeSeconds(read));
  }

  /** Undefined when there is nobody else to ask. */
  #search(target: Name, type: AddressType, { question, lane }: Asked): ReturnType<Chase> | undefined {
    const holder = this.#options.holderOf(target);
    if (holder === lane) return undefined;
    return holder === undefined ? this.#options.chase?.(target, type) : this.#ofOther(holder, target, question);
  }

  /** An alias may lead from the zones of one source to those of another. */
  async #ofOther(holder: Lane, target: Name, { qtype, qclass }: Question): Promise<ChasedAddresses | undefined> {
    const { cache, elapsed } = this.#options;
    const question = { qname: Uint8Array.from(target, (octet) => octet.charCodeAt(0)), qtype, qclass };
    const hash = hashOf(question);
    const now = elapsed.milliseconds();
    const kept = cache.find(question, hash);
    if (kept !== undefined && now < kept.freshUntil) return keptAddresses(kept, now);
    const outcome = await this.ask(question, hash, holder, now);
    return outcome?.kind === 'answer' ? keptAddresses(outcome.answer, elapsed.milliseconds()) : undefined;
  }

  async #chased(chasing: ReturnType<Chase>, { askedAt }: Asked): Promise<ChasedAddresses | undefined> {
    const left = answerLimitMilliseconds - (this.#options.elapsed.milliseconds() - askedAt);
    const chased = await within(chasing, left, this.#options.after).catch(() => undefined);
    return chased === 'late' ? undefined : chased;
  }

  /** What is neither an answer about names nor a failure, such as a refusal, is kept as shortly as a failure. */
  #answer(asked: Asked, body: AnswerBody, lifetime: number): Outcome {
    const isAboutNames = body.rcode === rcodes.NOERROR || body.rcode === rcodes.NXDOMAIN;
    const answer = isAboutNames
      ? this.#keep(asked, body, lifetime * 1000, this.#options.staleSeconds * 1000)
      : this.#keep(asked, body, failureMilliseconds, 0);
    return { kind: 'answer', answer };
  }

  #failed(asked: Asked, failure: SourceFailure): Outcome {
    this.#noteFailure(asked.lane, failure);
    return this.#remembered(asked, emptyBody(rcodes.SERVFAIL, failureErrors(failure, asked.lane.source.name)));
  }

  /** Not in the place of an answer that still serves. */
  #remembered(asked: Asked, body: AnswerBody): Outcome {
    const now = this.#options.elapsed.milliseconds();
    const kept = this.#options.cache.find(asked.question, asked.hash);
    if (kept !== undefined && now < kept.staleUntil) kept.triedAt = now;
    else this.#keep(asked, body, failureMilliseconds, 0);
    return { kind: 'failure', body };
  }

  #keep({ question, hash, lane }: Asked, body: AnswerBody, freshMilliseconds: number, staleMilliseconds: number) {
    const storedAt = this.#options.elapsed.milliseconds();
    const freshUntil = storedAt + freshMilliseconds;
    const staleUntil = freshUntil + (freshMilliseconds > 0 ? staleMilliseconds : 0);
    const triedAt = Number.NEGATIVE_INFINITY;
    const answer: CachedAnswer = { question, hash, lane, body, storedAt, freshUntil, staleUntil, triedAt };
    const isInCharge = this.#options.holderOf(nameText(question.qname)) === lane;
    if (freshMilliseconds > 0 && isInCharge) this.#options.cache.keep(answer);
    // What it said before is no longer true.
    else if (isInCharge) this.#options.cache.forget(question, hash);
    return answer;
  }

  #noteAnswer(lane: Lane): void {
    lane.answeredAt = this.#options.elapsed.milliseconds();
    if (lane.failure === undefined) return;
    lane.failure = undefined;
    this.#options.tell({ kind: 'source-recovered', source: lane.source.name });
  }

  #noteFailure(lane: Lane, failure: SourceFailure): void {
    const isNew = lane.failure?.code !== failure.code;
    lane.failure = failure;
    if (!isNew) return;
    const now = this.#options.elapsed.milliseconds();
    // What is a failure itself has no time beyond its own.
    const isServedStale = this.#options.cache.some(
      (kept) => kept.lane === lane && kept.staleUntil > kept.freshUntil && now < kept.staleUntil,
    );
    this.#options.tell({ kind: 'source-failed', source: lane.source.name, failure, isServedStale });
  }
}

function unresolved(target: Name): AnswerBody {
  const text = `nobody could resolve ${formatName(target)}, to which the name leads`;
  return emptyBody(rcodes.SERVFAIL, errorOption('No Reachable Authority', text));
}
