/**
 * `[/t/<token>][/c/<cluster>]/dns-query`, once it is known who asks: a DNS message out of the request, and the answer.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { MaybeLater } from '../access/authorization.ts';
import type { Reader } from '../access/principal.ts';
import { isFresh } from '../answers/age.ts';
import { encodeAnswer } from '../message/answer.ts';
import { minimumTtlSeconds } from '../message/freshness.ts';
import { parseQuery } from '../message/query.ts';
import type { Background } from '../snapshots/reader.ts';
import type { Served } from '../snapshots/served.ts';
import { variationOf } from './answer-variation.ts';
import { onlyCluster } from './asked-cluster.ts';
import { type Deciders, type Decision, decide } from './decision.ts';
import {
  type Deciding,
  decodedMessage,
  type GivenMessage,
  MessageFields,
  type ReadMessage,
  readMessage,
} from './doh.ts';
import { identityFor } from './identity.ts';
import { badRequest, problemResponse } from './problem.ts';
import { questionKey } from './question-key.ts';
import { type KeptAnswer, RepeatedAnswers } from './repeated-answers.ts';
import { viewOf } from './view.ts';

export class QueryRoute {
  readonly #deciders: Deciders;
  readonly #random: () => number;
  readonly #repeated = new WeakMap<Served, RepeatedAnswers<MessageFields>>();

  constructor(deciders: Deciders) {
    const { machine } = deciders;
    this.#deciders = deciders;
    this.#random = () => machine.random();
  }

  /** `pathCluster` is in the reader's scope. Throws StoreError when it cannot be told which cluster is meant. */
  answer(
    reader: Reader,
    pathCluster: ClusterId | undefined,
    request: Request,
    background: Background,
  ): MaybeLater<Response> {
    const read = readMessage(request);
    const answer = (message: ReadMessage): MaybeLater<Response> => {
      if (message.kind === 'problem') return problemResponse(message.problem);
      const key = questionKey(viewOf(reader).key, message);
      const kept = this.#found(reader, pathCluster, key);
      if (kept === undefined) return this.#answerAnew(reader, pathCluster, request, message, key, background);
      const octets = message.kind === 'octets' ? withIdOf(message.octets, kept.octets) : kept.octets;
      return new Response(octets, { headers: kept.fields.of(decidingAt[reader.door]) });
    };
    return read instanceof Promise ? read.then(answer) : answer(read);
  }

  #answerAnew(
    reader: Reader,
    pathCluster: ClusterId | undefined,
    request: Request,
    read: GivenMessage,
    key: string,
    background: Background,
  ): MaybeLater<Response> {
    const octets = read.kind === 'text' ? decodedMessage(read.text) : read.octets;
    if ('code' in octets) return problemResponse(octets);
    const message = parseQuery(octets);
    if (message.kind === 'malformed') return problemResponse(badRequest('the message is not a DNS query'));
    const decision = decide(this.#deciders, reader, pathCluster, message, background);
    return decision instanceof Promise
      ? decision.then((later) => this.#respond(reader, request, key, later))
      : this.#respond(reader, request, key, decision);
  }

  #respond(reader: Reader, request: Request, key: string, { reply, served }: Decision): Response {
    const { outside, machine } = this.#deciders;
    const identity = identityFor(reply, request, served, machine.now());
    const answer = encodeAnswer(reply, this.#random, outside.policy.kind === 'forward', identity);
    const fields = new MessageFields(answer.length, minimumTtlSeconds(reply));
    // What tells its age is said once.
    if (served !== undefined && identity === '' && this.#isFresh(served)) {
      this.#repeatedOf(served).keep(key, { octets: answer, fields }, () => variationOf(reply, answer));
    }
    return new Response(answer, { headers: fields.asked(decidingAt[reader.door]) });
  }

  /** Answered before, from what is in memory now and needs no look at KV. */
  #found(reader: Reader, pathCluster: ClusterId | undefined, key: string): KeptAnswer<MessageFields> | undefined {
    const { defaultCluster, snapshots, audit } = this.#deciders;
    const cluster = onlyCluster(reader, pathCluster, defaultCluster);
    const served = cluster && snapshots.current(cluster);
    if (served === undefined || !this.#isFresh(served)) return undefined;
    const kept = this.#repeated.get(served)?.find(key, this.#random);
    if (kept !== undefined) audit.used(reader, 'questions', cluster);
    return kept;
  }

  /** Answers from what is stale say how old it is. */
  #isFresh(served: Served): boolean {
    return served.kind === 'live' && isFresh(served, this.#deciders.machine.now());
  }

  #repeatedOf(served: Served): RepeatedAnswers<MessageFields> {
    let repeated = this.#repeated.get(served);
    if (repeated === undefined) {
      repeated = new RepeatedAnswers();
      this.#repeated.set(served, repeated);
    }
    return repeated;
  }
}

/** The answer with the id of this query. */
function withIdOf(query: Uint8Array, answer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (query[0] === answer[0] && query[1] === answer[1]) return answer;
  const own = answer.slice();
  own.set(query.subarray(0, 2));
  return own;
}

/** Where the credential stood that decided. */
export const decidingAt: Readonly<Record<Reader['door'], Deciding>> = {
  open: 'nothing',
  path: 'url',
  host: 'url',
  bearer: 'header',
  basic: 'header',
  access: 'header',
  certificate: 'connection',
};
