/** The answer to a question about a name of an address. Pure. */

import { canonical } from '../addresses.ts';
import { type Answer, answerOf, negativeSoa, noAnswer, soaLine } from '../answer.ts';
import { clusterZone } from '../variations.ts';
import type { Place, Question } from './question.ts';
import type { World } from './world.ts';

const maxSoaTtlSeconds = 300;
const versionTtlSeconds = 28_800;

export function reverseAnswer(question: Question, place: Place, world: World): Answer {
  const {
    differs,
    pointers,
    variation: { ttlSeconds },
  } = world;
  const { zone, labels } = place;
  const { type } = question;
  const owner = question.name.toLowerCase();
  const address = addressAt(place, differs('reverse-prefixes'));
  const targets = address === undefined ? undefined : pointers.targets.get(address);
  if (type === 'PTR' && targets !== undefined) {
    return targets === null
      ? noAnswer
      : answerOf('NOERROR', { answer: [...new Set(targets)].map((target) => `${owner} ${ttlSeconds} PTR ${target}`) });
  }
  const apexLabels = differs('reverse-zones') ? apexOf(place, targets !== undefined) : 0;
  if (apexLabels === undefined) return answerOf('REFUSED');
  if (labels.length === apexLabels) {
    const of = differs('reverse-zones') ? clusterZone : zone;
    const serial = differs('serial') ? 'a count' : 'a time';
    if (type === 'SOA') {
      const soa = soaLine(
        owner,
        Math.min(ttlSeconds, maxSoaTtlSeconds),
        `ns.dns.${of}`,
        `hostmaster.${of}`,
        ttlSeconds,
        serial,
      );
      return answerOf('NOERROR', { answer: [soa] });
    }
    if (type === 'NS' && differs('name-server'))
      return answerOf('NOERROR', { answer: [`${owner} ${ttlSeconds} NS ns.dns.${clusterZone}`] });
  }
  const soa = negativeSoa(Math.min(ttlSeconds, maxSoaTtlSeconds), ttlSeconds);
  const negative = (rcode: string): Answer => answerOf(rcode, { authority: [soa] });
  if (!differs('reverse-zones') && labels.join('.') === 'dns-version' && type === 'TXT') {
    return answerOf('NOERROR', { answer: [`${owner} ${versionTtlSeconds} TXT 1.1.0`] });
  }
  if (type === 'SOA' && !differs('soa-existence')) return negative('NOERROR');
  const isKnown = labels.length === apexLabels || (!differs('reverse-zones') && isWord(question, place));
  if (isKnown) return negative(type === 'TXT' && !differs('txt-existence') ? 'NXDOMAIN' : 'NOERROR');
  return negative(differs('reverse-existence') && pointers.exists(owner) ? 'NOERROR' : 'NXDOMAIN');
}

/** CoreDNS reads every zone as one of Services. */
function isWord({ name, type }: Question, { zone, labels }: Place): boolean {
  const left = labels.join('.');
  const isNameServer = left === 'ns.dns' && name.endsWith(zone);
  return left === 'svc' || left === 'pod' || (isNameServer && type !== 'TXT' && type !== 'PTR');
}

/** The address whose name it is. CoreDNS reads a name of IPv6 from the right, in groups of four labels. */
function addressAt({ zone, labels }: Place, isExact: boolean): string | undefined {
  if (zone === 'in-addr.arpa') return labels.length === 4 ? canonical(labels.toReversed().join('.')) : undefined;
  const groups = Math.floor(labels.length / 4);
  if (groups !== 8 || (isExact && labels.length !== 32)) return undefined;
  const digits = labels.toReversed().slice(0, 32);
  if (!digits.every((digit) => /^[0-9a-f]$/.test(digit))) return undefined;
  return canonical(digits.join('').match(/.{4}/g)!.join(':'));
}

/** How many labels the zone of the name has below in-addr.arpa or ip6.arpa. */
function apexOf({ zone, labels }: Place, isPublished: boolean): number | undefined {
  const [first = '', second = ''] = labels.toReversed();
  const at = (count: number): number | undefined => (labels.length >= count ? count : undefined);
  const between = (text: string, low: number, high: number): boolean =>
    /^(0|[1-9]\d*)$/.test(text) && Number(text) >= low && Number(text) <= high;
  if (zone === 'ip6.arpa' && first === 'f' && (second === 'c' || second === 'd')) return at(2);
  if (zone === 'in-addr.arpa') {
    if (first === '10') return at(1);
    if (first === '172' && between(second, 16, 31)) return at(2);
    if (first === '192' && second === '168') return at(2);
    if (first === '100' && between(second, 64, 127)) return at(2);
  }
  return isPublished ? labels.length : undefined;
}
