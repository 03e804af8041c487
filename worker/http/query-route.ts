/**
 * `[/t/<token>][/c/<cluster>]/dns-query`, once it is known who asks: a DNS message out of the request, and the answer. What
 * was answered before comes from memory; nothing waits that need not.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
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
import { failureReply } from './failure.ts';
import { identityFor } from './identity.ts';
import { messageResponse } from './message-response.ts';
import { badRequest, problemResponse } from './problem.ts';
import { questionKey } from './question-key.ts';
import { RepeatedAnswers } from './repeated-answers.ts';
import { viewOf } from './view.ts';

/** What is in memory of the cluster that is asked, and counts without a look at KV. */
interface InMemory {
  readonly cluster: ClusterId;
  readonly served: Served;
  /** Of the question; undefined when answers to it are not kept. */
  readonly key: string | undefined;
}

export class QueryRoute {
  readonly #deciders: Deciders;
  readonly #random: () => number;
  readonly #repeated = new RepeatedAnswers();

  constructor(deciders: Deciders) {
    const { machine } = deciders;
    this.#deciders = deciders;
    this.#random = () => machine.random();
  }

  answer(asking: Asking): MaybeLater<Response> {
    const read = readMessage(asking.request);
    return read instanceof Promise ? read.then((later) => this.#answer(asking, later)) : this.#answer(asking, read);
  }

  #answer(asking: Asking, read: ReadMessage): MaybeLater<Response> {
    if (read.kind === 'problem') return problemResponse(read.problem);
    const now = this.#deciders.machine.now();
    const memory = this.#inMemory(asking, read, now);
    const kept = memory?.key === undefined ? undefined : this.#repeated.find(memory.key, memory.served, this.#random);
    if (kept === undefined) return this.#answerAnew(asking, read, memory?.key, now);
    this.#deciders.audit.used(asking.reader, 'questions', memory?.cluster);
    const octets = read.kind === 'octets' ? withIdOf(read.octets, kept.octets) : kept.octets;
    return messageResponse(octets, kept.maxAgeSeconds, decidingAt[asking.reader.door]);
  }

  #answerAnew(asking: Asking, read: GivenMessage, key: string | undefined, now: number): MaybeLater<Response> {
    const octets = read.kind === 'text' ? decodedMessage(read.text) : read.octets;
    if ('code' in octets) return problemResponse(octets);
    const message = parseQuery(octets);
    if (message.kind === 'malformed') return problemResponse(badRequest('the message is not a DNS query'));
    const decision = decide(this.#deciders, asking, message, now);
    return decision instanceof Promise
      ? decision.then((later) => this.#respond(asking, undefined, later))
      : this.#respond(asking, key, decision);
  }

  /** Whoever asked a question gets an answer, also to one that cannot be written. */
  #respond(asking: Asking, key: string | undefined, decision: Decision): Response {
    try {
      return this.#written(asking, key, decision);
    } catch (error) {
      const reply = failureReply(decision.reply.to, error, this.#deciders.troubles);
      return this.#written(asking, undefined, { ...decision, reply });
    }
  }

  #written({ reader, request }: Asking, key: string | undefined, { reply, served, decidedAt }: Decision): Response {
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

  /** Undefined where KV is to be asked, where the cluster depends on the question, and for what says its age. */
  #inMemory({ reader, pathCluster }: Asking, read: GivenMessage, now: number): InMemory | undefined {
    const { defaultCluster, snapshots } = this.#deciders;
    const cluster = onlyCluster(reader, pathCluster, defaultCluster);
    const served = cluster && snapshots.current(cluster, now);
    if (cluster === undefined || served?.kind !== 'live' || !isFresh(served, now)) return undefined;
    return { cluster, served, key: questionKey(cluster, viewOf(reader), read) };
  }
}

/** The answer with the id of this query. */
function withIdOf(query: Uint8Array, answer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (query[0] === answer[0] && query[1] === answer[1]) return answer;
  const own = answer.slice();
  own.set(query.subarray(0, 2));
  return own;
}
