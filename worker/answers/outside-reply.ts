/**
 * Replies about names that no zone of the cluster holds, whether they were asked for or an alias leads to them.
 */
import { type Name, root } from '../../zone/name.ts';
import type { Query } from '../message/query.ts';
import { errorReply, type RecordsReply, type Reply } from '../message/reply.ts';
import { decideOutside, knownWithoutZones } from '../outside/decide-outside.ts';
import type { Forward, OwnAnswers } from '../outside/forward.ts';
import type { LocalAnswer } from '../outside/local-answer.ts';
import type { Outside } from '../outside/policy.ts';
import { latin1 } from './latin1.ts';

/** `own` is what is known here of other names. */
export function outsideReply(query: Query, outside: Outside, own: OwnAnswers): Reply | Forward {
  const name = nameOf(query);
  const decision = decideOutside(name, query.qtype, outside);
  switch (decision.kind) {
    case 'local':
      return withLocal(noAnswer(query, true), decision.answer);
    case 'refuse':
      return errorReply(query, 'REFUSED', notOurs);
    case 'no-name':
      return { ...noAnswer(query, false), rcode: 'NXDOMAIN' };
    case 'forward':
      // RFC 1034 §4.3.1: others are asked for those alone who want that.
      if (!query.recursionDesired) return errorReply(query, 'REFUSED', notOurs);
      return { ...decision, name, before: noAnswer(query, false), own };
  }
}

/** What is said whatever the zones are; undefined of a name that one of them may hold. */
export function certainReply(query: Query, { endpointHost }: Outside): RecordsReply | undefined {
  const known = knownWithoutZones(nameOf(query), query.qtype, endpointHost);
  return known && withLocal(noAnswer(query, true), known);
}

/** Of aliases that lead out of the zones. A server that asks nobody else leaves the rest to whoever asked. */
export function replyBehind(before: RecordsReply, target: Name, outside: Outside, own: OwnAnswers): Reply | Forward {
  const { qtype, recursionDesired } = before.to;
  if (outside.policy.kind !== 'forward' || !recursionDesired) return before;
  const decision = decideOutside(target, qtype, outside);
  switch (decision.kind) {
    case 'local':
      return withLocal(before, decision.answer);
    case 'forward':
      return { ...decision, name: target, before, own };
    case 'refuse':
    case 'no-name':
      return before;
  }
}

const notOurs = { code: 'Not Authoritative', text: 'no zone of this cluster holds the name' } as const;

function withLocal(before: RecordsReply, { rcode, answer, authority }: LocalAnswer): RecordsReply {
  return { ...before, rcode, answer: [...before.answer, ...answer], authority };
}

function noAnswer(query: Query, authoritative: boolean): RecordsReply {
  return {
    kind: 'records',
    to: query,
    authoritative,
    rcode: 'NOERROR',
    origin: { kind: 'absolute', name: root },
    answer: [],
    authority: [],
    additional: [],
    extendedError: undefined,
  };
}

function nameOf({ qname }: Query): Name {
  return latin1(qname, 0, qname.length) as Name;
}
