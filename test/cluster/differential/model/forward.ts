/** The answer to a question about a name of a forward zone. Pure. */

import { canonical, isIpv4 } from '../addresses.ts';
import { type Answer, answerOf, negativeSoa, soaLine } from '../answer.ts';
import { clustersetZone } from '../variations.ts';
import type { Entry } from './entries.ts';
import { type Entries, type Found, lookup } from './lookup.ts';
import { type Place, placeOf, type Question, type QuestionType } from './question.ts';
import type { World } from './world.ts';

const maxSoaTtlSeconds = 300;
const versionTtlSeconds = 28_800;
/** CoreDNS goes on behind one more than ten CNAME records. */
const longestChain = 11;
/** Ours ends with as many. */
const ourLongestChain = 16;

export function forwardAnswer(question: Question, place: Place, world: World): Answer {
  const { differs } = world;
  const { zone, labels } = place;
  const owner = question.name.toLowerCase();
  const { ttlSeconds } = world.variation;
  const name = labels.join('.');
  const found = lookup(place, world);
  if (labels.length === 0 && question.type === 'SOA') {
    const serial = differs('serial') ? 'a count' : 'a time';
    const soa = soaLine(
      owner,
      Math.min(ttlSeconds, maxSoaTtlSeconds),
      `ns.dns.${zone}`,
      `hostmaster.${zone}`,
      ttlSeconds,
      serial,
    );
    return answerOf('NOERROR', { answer: [soa] });
  }
  if (labels.length === 0 && question.type === 'NS' && differs('name-server')) {
    return answerOf('NOERROR', { answer: [`${owner} ${ttlSeconds} NS ns.dns.${zone}`] });
  }
  if (name === 'dns-version' && question.type === 'TXT') {
    const version = zone === clustersetZone && differs('clusterset-version') ? '1.0.0' : '1.1.0';
    return answerOf('NOERROR', { answer: [`${owner} ${versionTtlSeconds} TXT ${version}`] });
  }
  const quirk = oddNameServer(question, place, world);
  if (quirk !== undefined) return negative(quirk, world);
  if (question.type === 'SOA' && !differs('soa-existence')) return negative('NOERROR', world);
  switch (found.kind) {
    case 'missing':
      return negative('NXDOMAIN', world);
    case 'empty':
      return negative(question.type === 'TXT' && !differs('txt-existence') ? 'NXDOMAIN' : 'NOERROR', world);
    case 'alias':
      return aliasAnswer(question, place, found.target, world);
    case 'entries':
      return orNegative(
        recordsAt(owner, question.type, found, world),
        sectionsBeside(question.type, found, world),
        world,
      );
  }
}

/**
 * What CoreDNS may answer: where slices have host names, the first of the entries is its CNAME, and their order is that of
 * a hash table.
 */
export function possibleAnswers(question: Question, place: Place, world: World): Answer[] {
  const found = lookup(place, world);
  if (question.type !== 'CNAME' || found.kind !== 'entries') return [forwardAnswer(question, place, world)];
  const owner = question.name.toLowerCase();
  return found.entries.map((entry) =>
    orNegative(recordsAt(owner, 'CNAME', { ...found, entries: [entry] }, world), [], world),
  );
}

/** CoreDNS looks for the name of the name server in a way of its own; undefined where that makes no difference. */
function oddNameServer({ name, type }: Question, { zone, labels }: Place, { differs }: World): string | undefined {
  const left = labels.join('.');
  const isFound = differs('mixed-case') || name.endsWith(zone);
  if (left === 'ns.dns') {
    if (!isFound) return type === 'SOA' && !differs('soa-existence') ? 'NOERROR' : 'NXDOMAIN';
    if (type === 'PTR') return differs('name-server') ? 'NOERROR' : 'NXDOMAIN';
  }
  if (left === `ns.dns.${zone}` && isFound && !differs('doubled-zone'))
    return type === 'TXT' || type === 'PTR' ? 'NXDOMAIN' : 'NOERROR';
  return undefined;
}

function negative(rcode: string, world: World): Answer {
  return answerOf(rcode, { authority: [soaOf(world)] });
}

function soaOf({ variation: { ttlSeconds } }: World): string {
  return negativeSoa(Math.min(ttlSeconds, maxSoaTtlSeconds), ttlSeconds);
}

function orNegative(answer: readonly string[], additional: readonly string[], world: World): Answer {
  return answer.length === 0 ? negative('NOERROR', world) : answerOf('NOERROR', { answer, additional });
}

/** The records of a name that is no alias. */
function recordsAt(owner: string, type: QuestionType, found: Entries, world: World): string[] {
  const { ttlSeconds } = world.variation;
  switch (type) {
    case 'A':
    case 'AAAA':
      return addressLines(owner, type, addressesAt(found, world), world);
    case 'SRV':
      return hasPorts(found, world)
        ? unique(
            numbered(found).map(
              (entry) =>
                `${owner} ${ttlSeconds} SRV 0 ${weightOf(found)} ${entry.port.number} ${targetOf(entry, found)}`,
            ),
          )
        : [];
    case 'CNAME': {
      const [first] = found.entries;
      const isAlias = first !== undefined && canonical(first.address) === undefined;
      return isAlias ? [`${owner} ${ttlSeconds} CNAME ${first.address}`] : [];
    }
    default:
      return [];
  }
}

/** An address is a record of its family, once; a host name from a slice is a CNAME record, as often as it is there. */
function addressLines(owner: string, type: 'A' | 'AAAA', addresses: readonly string[], world: World): string[] {
  const { ttlSeconds } = world.variation;
  const names = addresses.filter((address) => canonical(address) === undefined);
  const ofFamily = unique(addresses.flatMap((address) => canonical(address) ?? [])).filter(
    (address) => isIpv4(address) === (type === 'A'),
  );
  return [
    ...ofFamily.map((address) => `${owner} ${ttlSeconds} ${type} ${address}`),
    ...names.map((name) => `${owner} ${ttlSeconds} CNAME ${name}`),
  ];
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

function addressesAt({ entries, siblings, hasAddresses }: Entries, { differs }: World): string[] {
  if (!hasAddresses) return [];
  if (!differs('whole-sets')) return entries.map(({ address }) => address);
  const hosts = new Set(entries.map(({ host }) => host));
  return siblings.filter(({ host }) => hosts.has(host)).map(({ address }) => address);
}

function hasPorts({ entries }: Entries, { differs }: World): boolean {
  return !(differs('pod-ports') && entries.some(({ port }) => port.number === 0));
}

/** Those that make SRV records. */
function numbered({ entries }: Entries): Entry[] {
  return entries.filter(({ port, address }) => port.number !== undefined && canonical(address) !== undefined);
}

/** CoreDNS's share of 100, in its order of operations. */
function weightOf({ entries }: Entries): number {
  const count = entries.filter(({ address }) => canonical(address) !== undefined).length;
  return Math.max(1, Math.floor((100 / (100 * count)) * 100));
}

function targetOf({ host }: Entry, { base }: Entries): string {
  return host === '' ? base : `${host.toLowerCase()}.${base}`;
}

/** The addresses of SRV targets. */
function sectionsBeside(type: QuestionType, found: Entries, world: World): string[] {
  if (type !== 'SRV' || !hasPorts(found, world)) return [];
  const targets = new Set(numbered(found).map(({ host }) => host));
  const from = world.differs('whole-sets') ? found.siblings.filter(({ host }) => targets.has(host)) : numbered(found);
  const lines = from.flatMap((entry) => {
    const text = canonical(entry.address);
    const type = text === undefined ? undefined : isIpv4(text) ? 'A' : 'AAAA';
    return type === undefined ? [] : [`${targetOf(entry, found)} ${world.variation.ttlSeconds} ${type} ${text}`];
  });
  return unique(lines);
}

function aliasAnswer(question: Question, place: Place, target: string, world: World): Answer {
  const { type } = question;
  const owner = question.name.toLowerCase();
  const own = `${owner} ${world.variation.ttlSeconds} CNAME ${target}`;
  if (type === 'CNAME') return answerOf('NOERROR', { answer: [own] });
  if (type === 'A' || type === 'AAAA') {
    if (world.differs('chain-rcode')) return ourChain(question, world);
    return orNegative(coreDnsChain(owner, place.zone, type, [], world) ?? [], [], world);
  }
  if (!world.differs('cname-every-type')) return negative('NOERROR', world);
  return type === 'ANY' ? answerOf('NOERROR', { answer: [own] }) : ourChain(question, world);
}

/** Follows every CNAME inside the zones; the last name decides. */
function ourChain({ name, type }: Question, world: World): Answer {
  const answer: string[] = [];
  const visited = new Set<string>();
  for (let owner = name.toLowerCase(); ; ) {
    const place = placeOf(owner, world.variation);
    if (place === undefined || !isForward(place)) return answerOf('NOERROR', { answer });
    const found = answer.length < ourLongestChain && !visited.has(owner) ? lookup(place, world) : undefined;
    if (found === undefined) return answerOf('NOERROR', { answer });
    if (found.kind !== 'alias') {
      const last = forwardAnswer({ name: owner, type }, place, world);
      return answerOf(last.rcode, { ...last, answer: [...answer, ...last.answer] });
    }
    visited.add(owner);
    answer.push(`${owner} ${world.variation.ttlSeconds} CNAME ${found.target}`);
    owner = found.target;
  }
}

function isForward({ zone }: Place): boolean {
  return !zone.endsWith('.arpa');
}

/**
 * Follows a CNAME inside the zone of the question, and gives it only if there is something at its end. Elsewhere it asks
 * itself anew and gives the CNAME with whatever comes. Undefined where the name does not exist.
 */
function coreDnsChain(
  owner: string,
  zone: string,
  type: 'A' | 'AAAA',
  before: readonly string[],
  world: World,
): string[] | undefined {
  const place = placeOf(owner, world.variation);
  const found: Found = place === undefined ? { kind: 'missing' } : lookup(place, world);
  if (found.kind === 'missing') return undefined;
  if (found.kind === 'empty') return [];
  if (found.kind === 'entries') {
    return addressLines(
      owner,
      type,
      found.entries.map(({ address }) => address),
      world,
    );
  }
  const { target } = found;
  if (isAtOrBelow(target, owner) || before.length >= longestChain || before.includes(target)) return [];
  const cname = `${owner} ${world.variation.ttlSeconds} CNAME ${target}`;
  if (isAtOrBelow(target, zone)) {
    const rest = coreDnsChain(target, zone, type, [...before, target], world) ?? [];
    return rest.length === 0 ? [] : [cname, ...rest];
  }
  const elsewhere = placeOf(target, world.variation);
  if (elsewhere === undefined || !isForward(elsewhere)) return [cname];
  return [cname, ...(coreDnsChain(target, elsewhere.zone, type, [], world) ?? [])];
}

function isAtOrBelow(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
