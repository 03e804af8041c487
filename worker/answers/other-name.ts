/**
 * The same question about another name, and its answer as a part of the first one's: to where aliases lead that somebody
 * else told of (RFC 1034 §4.3.2, step 3a).
 */
import { type Name, root } from '../../zone/name.ts';
import type { Query } from '../message/query.ts';
import type { PlacedRRset, RecordsReply, Reply } from '../message/reply.ts';
import type { Forward } from '../outside/forward.ts';
import { belowOrigin } from './below-origin.ts';

/** Everything but the name, and the octets that an answer repeats, which stay the asker's. */
export function aboutOther(query: Query, name: Name): Query {
  const qname = Uint8Array.from(name, (octet) => octet.charCodeAt(0));
  const labelOffsets: number[] = [];
  for (let at = 0; qname[at] !== 0; at += 1 + qname[at]!) labelOffsets.push(at);
  return { ...query, qname, labelOffsets };
}

/** What was found about `name`, as an answer to `to`: no name in it is spelled by the question any more. */
export function spelledOut(found: Reply | Forward, name: Name, to: Query): Reply | Forward {
  switch (found.kind) {
    case 'error':
      return { ...found, to };
    case 'records':
      return recordsSpelledOut(found, name, to);
    case 'forward':
      return { ...found, before: recordsSpelledOut(found.before, name, to) };
  }
}

function recordsSpelledOut(reply: RecordsReply, name: Name, to: Query): RecordsReply {
  const { origin } = reply;
  const apex = origin.kind === 'absolute' ? origin.name : (name.slice(origin.offset) as Name);
  const full = (sets: readonly PlacedRRset[]): PlacedRRset[] =>
    sets.map((set) => {
      const { owner, rrset } = belowOrigin(apex, set);
      return { owner: owner.kind === 'question' ? { kind: 'absolute', name } : owner, rrset };
    });
  return {
    ...reply,
    to,
    origin: { kind: 'absolute', name: root },
    answer: full(reply.answer),
    authority: full(reply.authority),
    additional: full(reply.additional),
  };
}
