/** Names outside the zones, passed on to somebody else, and the answer back as it came. */
import { headerOctets } from '../../worker/message/layout.ts';
import type { Query } from '../../worker/message/query.ts';
import type { Random } from '../../worker/message/random-order.ts';
import { rcodes } from '../../worker/message/rcode.ts';
import { emptyBody } from './answer-body.ts';
import { maxAnswerOctets, minUdpOctets } from './answer-size.ts';
import type { Others, Transport } from './contract.ts';
import { errorOption, noErrors } from './error-options.ts';
import { type After, within } from './time-limit.ts';
import { writeAnswer } from './write-answer.ts';

type Forward = Extract<Others, { kind: 'forward' }>;

/** Before a C library gives up, which is after 5 seconds. */
const limitMilliseconds = 4500;
/** Further ones are dropped, as by a network that is full: clients ask again. */
const maxUnderWay = 1000;

const unreachable = emptyBody(rcodes.SERVFAIL, errorOption('No Reachable Authority', 'no upstream server answers'));
const unaged = { kind: 'aged', seconds: 0 } as const;
const never: Random = () => 0;

export class Forwarding {
  readonly #others: Forward;
  readonly #after: After;
  #underWay = 0;

  constructor(others: Forward, after: After) {
    this.#others = others;
    this.#after = after;
  }

  /** Never rejects. */
  async answer(message: Uint8Array, query: Query, transport: Transport): Promise<Uint8Array | undefined> {
    if (this.#underWay >= maxUnderWay) return undefined;
    this.#underWay += 1;
    try {
      const maxOctets = maxAnswerOctets(message, query, transport);
      const answer = await within(this.#others.forward(message, transport), limitMilliseconds, this.#after);
      if (answer === 'late' || !isResponse(answer)) throw new Error('no answer');
      return answer.length > maxOctets ? truncated(query, answer) : withId(answer, query.id);
    } catch {
      return writeAnswer(query, unreachable, unaged, noErrors, maxAnswerOctets(message, query, transport), never);
    } finally {
      this.#underWay -= 1;
    }
  }
}

function isResponse(octets: Uint8Array): boolean {
  return octets.length >= headerOctets && (octets[2]! & 0x80) !== 0;
}

/** Nothing but that it was too long (TC). */
function truncated(query: Query, answer: Uint8Array): Uint8Array {
  const cut = writeAnswer(query, emptyBody(answer[3]! & 0x0f), unaged, noErrors, minUdpOctets, never);
  cut[2] = cut[2]! | 0x02;
  return cut;
}

/** A copy, since the octets may be somebody's. */
function withId(answer: Uint8Array, id: number): Uint8Array {
  const octets = Uint8Array.from(answer);
  octets[0] = id >>> 8;
  octets[1] = id & 0xff;
  return octets;
}
