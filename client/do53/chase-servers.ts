/** The addresses of names outside the zones, asked of DNS servers. */
import type { Chase, ChasedAddresses } from '../stub/contract.ts';
import { readAddressAnswer } from './address-answer.ts';
import { addressQuestion } from './address-question.ts';
import { type ForwardOptions, forwardTo } from './forward.ts';
import { ForwardError } from './forward-error.ts';
import { type RememberOptions, rememberedChase } from './remembered-chase.ts';
import type { ServerAddress, Servers } from './server-address.ts';

/** An answer holds all aliases as a rule (RFC 1034 §4.3.2); servers that know only some are asked on so many times. */
const maxQuestions = 8;

/** Remembers what they say for its TTL. Throws UsageError when one of the servers is this program. */
export function chaseThroughServers(
  servers: readonly ServerAddress[] | Servers,
  options: ForwardOptions & RememberOptions = {},
): Chase {
  return rememberedChase(addressesThroughServers(servers, options), options);
}

/** As `chaseThroughServers`, but asks each time. */
export function addressesThroughServers(
  servers: readonly ServerAddress[] | Servers,
  options: ForwardOptions = {},
): Chase {
  const forward = forwardTo(servers, options);
  return async (target, type): Promise<ChasedAddresses | undefined> => {
    let name = target;
    let knownForSeconds = Number.POSITIVE_INFINITY;
    try {
      for (let questions = 0; questions < maxQuestions; questions += 1) {
        const answer = readAddressAnswer(await forward(addressQuestion(name, type), 'udp'), name, type);
        if (answer === undefined) return undefined;
        knownForSeconds = Math.min(knownForSeconds, answer.ttlSeconds);
        if (answer.kind !== 'alias') {
          return { addresses: answer.kind === 'none' ? [] : answer.addresses, ttlSeconds: knownForSeconds };
        }
        name = answer.target;
      }
    } catch (error) {
      if (!(error instanceof ForwardError)) throw error;
    }
    return undefined;
  };
}
