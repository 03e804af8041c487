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
import { type Deciders, decide } from './decision.ts';
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

const idOctets = 2;

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
      const { octets, fields } = kept;
      if (message.kind === 'octets') octets.set(message.octets.subarray(0, idOctets));
      return new Response(octets, { headers: fields.of(decidingAt[reader.door]) });
    };
    return read instanceof Promise ? read.then(answer) : answer(read);
  }

  async #answerAnew(
    reader: Reader,
    pathCluster: ClusterId | undefined,
    request: Request,
    read: GivenMessage,
    key: string,
    background: Background,
  ): Promise<Response> {
    const octets = read.kind === 'text' ? decodedMessage(read.text) : read.octets;
    if ('code' in octets) return problemResponse(octets);
    const message = parseQuery(octets);
    if (message.kind === 'malformed') return problemResponse(badRequest('the message is not a DNS query'));
    const { reply, served } = await decide(this.#deciders, reader, pathCluster, message, background);
    const { outside, machine } = this.#deciders;
    const identity = identityFor(reply, request, served, machine.now());
    const answer = encodeAnswer(reply, this.#random, outside.policy.kind === 'forward', identity);
    const fields = new MessageFields(answer.length, minimumTtlSeconds(reply));
    // What tells its age is said once.
    if (served !== undefined && identity === '' && this.#isFresh(served)) {
      const kept = { octets: answer.slice(), fields };
      this.#repeatedOf(served).keep(key, kept, variationOf(reply, answer));
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
