/**
 * Questions that are handed on, and how they come back as replies.
 */
import type { Name } from '../../zone/name.ts';
import type { Machine } from '../environment.ts';
import { errorReply, type RecordsReply, type Reply } from '../message/reply.ts';
import type { TroubleLog } from '../trouble-log.ts';
import { exchange } from './exchange.ts';
import { readUpstreamAnswer } from './upstream-answer.ts';
import { UpstreamError } from './upstream-error.ts';
import { upstreamQuery } from './upstream-query.ts';

export interface Forward {
  readonly kind: 'forward';
  /** The URL that is asked (RFC 8484). */
  readonly upstream: string;
  /** What is asked, with the type of the question: its name, or the one to which the answer so far leads. */
  readonly name: Name;
  /** The answer so far, to which is added what is found. */
  readonly before: RecordsReply;
}

export interface Forwarding {
  readonly machine: Pick<Machine, 'fetch' | 'sleep'>;
  readonly troubles: TroubleLog;
}

/** The whole reply. Where nobody answers that is SERVFAIL: half of an answer would be taken for all of it. */
export async function forwarded(
  { upstream, name, before }: Forward,
  { machine, troubles }: Forwarding,
): Promise<Reply> {
  const { to } = before;
  // What is mostly somebody else's is not an answer of this version of our zone (RFC 9660 §3).
  const { zoneVersion: _, ...own } = before;
  try {
    const message = await exchange(upstream, upstreamQuery(name, to), machine);
    const { answer, ...rest } = readUpstreamAnswer(message, name, to.qtype);
    return { ...own, ...rest, answer: [...before.answer, ...answer] };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    troubles.note('forwarding failed', error);
    return errorReply(to, 'SERVFAIL', { code: error.extendedError, text: error.message });
  }
}
