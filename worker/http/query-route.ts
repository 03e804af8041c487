/**
 * `[/t/<token>][/c/<cluster>]/dns-query`, once it is known who asks: a DNS message out of the request, and the answer. What
 * was answered before comes from memory; nothing waits that need not.
 */
import type { MaybeLater } from '../access/authorization.ts';
import type { Reader } from '../access/principal.ts';
import { isFresh } from '../answers/age.ts';
import { encodeAnswer } from '../message/answer.ts';
import { minimumTtlSeconds } from '../message/freshness.ts';
import { parseQuery } from '../message/query.ts';
import { variationOf } from './answer-variation.ts';
import type { Asking } from './asking.ts';
import { decidingAt } from './caching.ts';
import { type Deciders, type Decision, decide, type InMemory, inMemory } from './decision.ts';
import { messageOfUrl, type ReadMessage, withPostedMessage } from './doh.ts';
import { failureReply } from './failure.ts';
import { identityFor } from './identity.ts';
import { messageResponse } from './message-response.ts';
import { badRequest, problemResponse } from './problem.ts';
import { type QuestionKey, questionKey } from './question-key.ts';
import { RepeatedAnswers } from './repeated-answers.ts';
import { viewOf } from './view.ts';

export class QueryRoute {
  readonly #deciders: Deciders;
  readonly #random: () => number;
  readonly #repeated = new RepeatedAnswers();

  constructor(deciders: Deciders) {
    const { machine } = deciders;
    this.#deciders = deciders;
    this.#random = () => machine.random();
  }

  /** To a GET or HEAD request. */
  answerUrl(asking: Asking): MaybeLater<Response> {
    return this.#answer(asking, messageOfUrl(asking.url));
  }

  /** To a POST request. */
  answerBody(asking: Asking): MaybeLater<Response> {
    return withPostedMessage(asking.request, (read) => this.#answer(asking, read));
  }

  #answer(asking: Asking, read: ReadMessage): MaybeLater<Response> {
    if (!(read instanceof Uint8Array)) return problemResponse(read);
    const { audit, machine } = this.#deciders;
    const { reader } = asking;
    const now = machine.now();
    const known = inMemory(this.#deciders, asking, now);
    const key = known && keyOf(known, reader, read, now);
    const kept = key && this.#repeated.find(key, known.served, this.#random);
    if (kept === undefined) return this.#answerAnew(asking, read, key, now, known);
    audit.used(reader, 'questions', known?.cluster, now);
    this.#deciders.metrics?.repeated(known!.cluster, kept.octets);
    return messageResponse(withIdOf(read, kept.octets), kept.maxAgeSeconds, decidingAt[reader.door]);
  }

  #answerAnew(
    asking: Asking,
    octets: Uint8Array,
    key: QuestionKey | undefined,
    now: number,
    known: InMemory | undefined,
  ): MaybeLater<Response> {
    const message = parseQuery(octets);
    if (message.kind === 'malformed') return problemResponse(badRequest('the message is not a DNS query'));
    const decision = decide(this.#deciders, asking, message, now, known);
    return decision instanceof Promise
      ? decision.then((later) => this.#respond(asking, undefined, later))
      : this.#respond(asking, key, decision);
  }

  /** Whoever asked a question gets an answer, also to one that cannot be written. */
  #respond(asking: Asking, key: QuestionKey | undefined, decision: Decision): Response {
    try {
      return this.#written(asking, key, decision);
    } catch (error) {
      const reply = failureReply(decision.reply.to, error, this.#deciders.troubles);
      return this.#written(asking, undefined, { ...decision, reply });
    }
  }

  #written(
    { reader, request }: Asking,
    key: QuestionKey | undefined,
    { reply, served, decidedAt }: Decision,
  ): Response {
    const { outside } = this.#deciders;
    const identity = identityFor(reply, request, served, decidedAt);
    const octets = encodeAnswer(reply, this.#random, outside.policy.kind === 'forward', identity);
    const maxAgeSeconds = minimumTtlSeconds(reply);
    // What tells its age is said once.
    if (key !== undefined && served !== undefined && identity === '') {
      this.#repeated.keep(key, served, { octets, maxAgeSeconds }, () => variationOf(reply, octets));
    }
    return messageResponse(octets, maxAgeSeconds, decidingAt[reader.door]);
  }
}

/** Undefined when answers to the question are not kept: what is stale says its age. */
function keyOf(
  { cluster, served }: InMemory,
  reader: Reader,
  message: Uint8Array,
  now: number,
): QuestionKey | undefined {
  return served.kind === 'live' && isFresh(served, now) ? questionKey(cluster, viewOf(reader), message) : undefined;
}

/** The answer with the id of this query. */
function withIdOf(query: Uint8Array, answer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (query[0] === answer[0] && query[1] === answer[1]) return answer;
  const own = answer.slice();
  own.set(query.subarray(0, 2));
  return own;
}
