/**
 * Questions that are passed on to other DNS servers, over UDP and TCP (RFC 1035, RFC 5452, RFC 7766), within five seconds,
 * which is how long clients wait.
 */
import { randomInt } from 'node:crypto';
import type { Transport } from '../stub/contract.ts';
import { askOverTcp } from './ask-over-tcp.ts';
import { askOverUdp } from './ask-over-udp.ts';
import { type Ask, firstAnswer, type Patience } from './first-answer.ts';
import { ForwardError } from './forward-error.ts';
import { ourselves, refuseOurselves } from './ourselves.ts';
import { idOf, isTruncated, isUnhelpful, type PassedOn, passOn, withId } from './passed-on.ts';
import type { ServerAddress, Servers } from './server-address.ts';
import { ServerOrder } from './server-order.ts';

export interface ForwardOptions {
  /** Where this program itself listens. */
  readonly ownAddresses?: readonly ServerAddress[];
  /** How long is waited for one server, and for all; 2 s and 4.5 s unless given. */
  readonly patience?: Patience;
  /** Different questions at once; 250 unless given. */
  readonly maxUnderWay?: number;
}

/**
 * Gives the answer as it came, under the message's own id. Over UDP it may be larger than the client takes: what was cut
 * short was asked again over TCP. Rejects with ForwardError.
 */
export type Forward = (message: Uint8Array, transport: Transport) => Promise<Uint8Array>;

const defaultPatience: Patience = { nextMilliseconds: 2000, wholeMilliseconds: 4500 };
const defaultMaxUnderWay = 250;

/** Throws UsageError when one of the servers is this program; of servers that change, it is left out. */
export function forwardTo(servers: readonly ServerAddress[] | Servers, options: ForwardOptions = {}): Forward {
  const { ownAddresses = [], patience = defaultPatience, maxUnderWay = defaultMaxUnderWay } = options;
  if (typeof servers !== 'function') refuseOurselves(servers, ownAddresses);
  const isOurselves = ourselves(ownAddresses);
  const given = typeof servers === 'function' ? servers : () => servers;
  const current: Servers = () => given().filter((server) => !isOurselves(server));
  const order = new ServerOrder(() => performance.now());
  const heard = order.heard.bind(order);
  const isHelpful = (answer: Uint8Array): boolean => !isUnhelpful(answer);

  /**
   * Equal questions share one answer: many at once would make it easy to guess the id of one (RFC 5452 §5). And where
   * others pass a question back to here, it waits for itself and ends, instead of going round.
   */
  const underWay = new Map<string, Promise<Uint8Array>>();

  return async (message, transport) => {
    const key = transport + Buffer.from(message).toString('latin1', 2);
    let answer = underWay.get(key);
    if (answer === undefined) {
      if (passOn(message, 0) === undefined)
        throw new ForwardError('MALFORMED_QUESTION', 'there is no question to pass on');
      if (underWay.size >= maxUnderWay)
        throw new ForwardError('TOO_MANY_QUESTIONS', 'too many questions are under way');
      const ask = askers[transport](message);
      answer = firstAnswer(order.ordered(current()), ask, { patience, isHelpful, heard });
      underWay.set(key, answer);
      const forget = (): void => void underWay.delete(key);
      answer.then(forget, forget);
    }
    return withId(await answer, idOf(message));
  };
}

const askers: Readonly<Record<Transport, (message: Uint8Array) => Ask>> = {
  tcp: (message) => (server, signal) => askOverTcp(underFreshId(message), server, signal),
  udp: (message) => async (server, signal, offer) => {
    const asked = underFreshId(message);
    const { message: answer, verdict } = await askOverUdp(asked, server, signal);
    if (verdict === 'answer') {
      if (!isTruncated(answer)) return answer;
      offer(answer);
    }
    return askOverTcp(asked, server, signal);
  },
};

function underFreshId(message: Uint8Array): PassedOn {
  return passOn(message, randomInt(65_536))!;
}
