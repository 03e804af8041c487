/**
 * Questions that are handed on, and how they come back as replies.
 */
import type { Name } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import type { Machine } from '../environment.ts';
import { encodeAnswer } from '../message/answer.ts';
import { recordCount, typeCode } from '../message/rdata.ts';
import { errorReply, type PlacedRRset, type RecordsReply, type Reply } from '../message/reply.ts';
import type { TroubleLog } from '../trouble-log.ts';
import { exchange } from './exchange.ts';
import { RecentFailures } from './recent-failures.ts';
import { readUpstreamAnswer } from './upstream-answer.ts';
import { UpstreamError, unusable } from './upstream-error.ts';
import { upstreamQuery } from './upstream-query.ts';

export interface Forward {
  readonly kind: 'forward';
  /** The URL that is asked (RFC 8484). */
  readonly upstream: string;
  /** What is asked, with the type of the question: its name, or the one to which the answer so far leads. */
  readonly name: Name;
  /** The answer so far, to which is added what is found. */
  readonly before: RecordsReply;
  readonly own: OwnAnswers;
}

/** What the asker's question brings of another name, all names in full; undefined where no zone here holds it. */
export type OwnAnswers = (name: Name) => Reply | Forward | undefined;

/** Of a whole answer, whoever they are from. */
const maxAliases = 16;

export class Forwarder {
  readonly #machine: Pick<Machine, 'fetch' | 'sleep' | 'now'>;
  readonly #troubles: TroubleLog;
  readonly #failures: RecentFailures;

  constructor(machine: Pick<Machine, 'fetch' | 'sleep' | 'now'>, troubles: TroubleLog) {
    this.#machine = machine;
    this.#troubles = troubles;
    this.#failures = new RecentFailures(machine);
  }

  /**
   * The whole reply. Where nobody answers that is an error: half of an answer would be taken for all of it. `isReturned`
   * is whether the question was forwarded to here.
   */
  async answer(forward: Forward, isReturned: boolean): Promise<Reply> {
    try {
      if (isReturned) throw unusable('what is forwarded comes back');
      let found: Reply | Forward = forward;
      while (found.kind === 'forward') found = await this.#followed(found);
      return found;
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      this.#troubles.note('forwarding failed', error);
      return errorReply(forward.before.to, error.rcode, error.extendedError);
    }
  }

  async #followed({ upstream, name, before, own }: Forward): Promise<Reply | Forward> {
    const { to } = before;
    const aliases = before.answer.filter(({ rrset }) => typeCode(rrset) === typeCodes.CNAME).length;
    const start = {
      name,
      qtype: to.qtype,
      dnssecOk: to.edns?.dnssecOk === true,
      maxAliases: maxAliases - aliases,
      own,
    };
    const query = upstreamQuery(name, to);
    const read = await this.#failures.unlessRecent(query, async () =>
      readUpstreamAnswer(await exchange(upstream, query, this.#machine), start),
    );
    const { continued, ...rest } = read;
    const answer = [...before.answer, ...read.answer];
    switch (continued?.kind) {
      case undefined: {
        const whole = { ...behind(before, answer, before), ...rest, answer };
        if (!holdsAll(whole)) throw unusable('the answer of the upstream is too long');
        return whole;
      }
      case 'records':
        return behind(before, answer, continued);
      case 'forward':
        return { ...continued, before: behind(before, answer, continued.before) };
      case 'error':
        // What the asker may not hear of is left out, as where an alias leads out of the zones.
        return continued.rcode === 'REFUSED' ? behind(before, answer, { ...before, answer: [] }) : continued;
    }
  }
}

/** `more` behind `answer`, which began as `before`. */
function behind(before: RecordsReply, answer: readonly PlacedRRset[], more: RecordsReply): RecordsReply {
  // What is mostly somebody else's is not an answer of this version of our zone (RFC 9660 §3).
  const { zoneVersion: _, ...own } = more;
  return {
    ...own,
    authoritative: before.authoritative,
    origin: before.origin,
    answer: [...answer, ...more.answer],
    extendedError: more.extendedError ?? before.extendedError,
  };
}

/** Whether a message has room for all of it, with names in data written out as they are. */
function holdsAll(reply: RecordsReply): boolean {
  const octets = encodeAnswer(reply, () => 0);
  return [reply.answer, reply.authority].every((sets, i) => {
    const records = sets.reduce((count, { rrset }) => count + recordCount(rrset), 0);
    return octets[6 + 2 * i]! * 256 + octets[7 + 2 * i]! === records;
  });
}
