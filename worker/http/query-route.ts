/**
 * `[/t/<token>][/c/<cluster>]/dns-query`, once it is known who asks: a DNS message out of the request, and the answer. What
 * was answered before comes from memory; nothing waits that need not.
 */
import type { MaybeLater } from '../access/authorization.ts';
import { isFresh } from '../answers/age.ts';
import { encodeAnswer } from '../message/answer.ts';
import { minimumTtlSeconds } from '../message/freshness.ts';
import { parseQuery } from '../message/query.ts';
import type { Served } from '../snapshots/served.ts';
import { variationOf } from './answer-variation.ts';
import { onlyCluster } from './asked-cluster.ts';
import type { Asking } from './asking.ts';
import { decidingAt } from './caching.ts';
import { type Deciders, type Decision, decide } from './decision.ts';
import { decodedMessage, type GivenMessage, type ReadMessage, readMessage } from './doh.ts';
import { identityFor } from './identity.ts';
import { messageResponse } from './message-response.ts';
import { badRequest, problemResponse } from './problem.ts';
import { questionKey } from './question-key.ts';
import { type KeptAnswer, RepeatedAnswers } from './repeated-answers.ts';
import { viewOf } from './view.ts';

export class QueryRoute {
  readonly #deciders: Deciders;
  readonly #random: () => number;
  readonly #repeated = new WeakMap<Served, RepeatedAnswers>();

  constructor(deciders: Deciders) {
    const { machine } = deciders;
    this.#deciders = deciders;
    this.#random = () => machine.random();
  }

  /** Throws StoreError when it cannot be told which cluster is meant. */
  answer(asking: Asking): MaybeLater<Response> {
    const read = readMessage(asking.request);
    return read instanceof Promise ? read.then((later) => this.#answer(asking, later)) : this.#answer(asking, read);
  }

  #answer(asking: Asking, read: ReadMessage): MaybeLater<Response> {
    if (read.kind === 'problem') return problemResponse(read.problem);
    const { reader } = asking;
    const now = this.#deciders.machine.now();
    const key = questionKey(viewOf(reader).key, read);
    const kept = this.#found(asking, key, now);
    if (kept === undefined) return this.#answerAnew(asking, read, key, now);
    const octets = read.kind === 'octets' ? withIdOf(read.octets, kept.octets) : kept.octets;
    return messageResponse(octets, kept.maxAgeSeconds, decidingAt[reader.door]);
  }

  #answerAnew(asking: Asking, read: GivenMessage, key: string, now: number): MaybeLater<Response> {
    const octets = read.kind === 'text' ? decodedMessage(read.text) : read.octets;
    if ('code' in octets) return problemResponse(octets);
    const message = parseQuery(octets);
    if (message.kind === 'malformed') return problemResponse(badRequest('the message is not a DNS query'));
    const decision = decide(this.#deciders, asking, message, now);
    return decision instanceof Promise
      ? decision.then((later) => this.#respond(asking, key, later))
      : this.#respond(asking, key, decision);
  }

  #respond({ reader, request }: Asking, key: string, { reply, served, decidedAt }: Decision): Response {
    const { outside } = this.#deciders;
    const identity = identityFor(reply, request, served, decidedAt);
    const octets = encodeAnswer(reply, this.#random, outside.policy.kind === 'forward', identity);
    const maxAgeSeconds = minimumTtlSeconds(reply);
    // What tells its age is said once.
    if (served !== undefined && identity === '' && isUsual(served, decidedAt)) {
      this.#repeatedOf(served).keep(key, { octets, maxAgeSeconds }, () => variationOf(reply, octets));
    }
    return messageResponse(octets, maxAgeSeconds, decidingAt[reader.door]);
  }

  /** Answered before, from what is in memory now and needs no look at KV. */
  #found({ reader, pathCluster }: Asking, key: string, now: number): KeptAnswer | undefined {
    const { defaultCluster, snapshots, audit } = this.#deciders;
    const cluster = onlyCluster(reader, pathCluster, defaultCluster);
    const served = cluster && snapshots.current(cluster, now);
    if (served === undefined || !isUsual(served, now)) return undefined;
    const kept = this.#repeated.get(served)?.find(key, this.#random);
    if (kept !== undefined) audit.used(reader, 'questions', cluster);
    return kept;
  }

  #repeatedOf(served: Served): RepeatedAnswers {
    let repeated = this.#repeated.get(served);
    if (repeated === undefined) {
      repeated = new RepeatedAnswers();
      this.#repeated.set(served, repeated);
    }
    return repeated;
  }
}

/** Answers from what is stale say how old it is. */
function isUsual(served: Served, now: number): boolean {
  return served.kind === 'live' && isFresh(served, now);
}

/** The answer with the id of this query. */
function withIdOf(query: Uint8Array, answer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (query[0] === answer[0] && query[1] === answer[1]) return answer;
  const own = answer.slice();
  own.set(query.subarray(0, 2));
  return own;
}
