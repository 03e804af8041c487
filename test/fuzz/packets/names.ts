/** Names for questions and owners: of the zones, beside them, reverse, of special use, odd, and no names at all. */
import { parseName } from '../../../zone/name.ts';
import { reverseName } from '../../../zone/text.ts';
import { dotted, name, nameOfOctets } from '../../worker/message/build-query.ts';
import type { SeededRandom } from '../../worker/support/seeded-random.ts';
import type { World } from '../world.ts';
import { type Choice, choose, edgeOctet, type Octets, randomOctets } from './choice.ts';

/** A name that a question may have, right or wrong. */
export function anyName(random: SeededRandom, world: World): Octets {
  return random.happens(0.12) ? brokenName(random) : goodName(random, world);
}

/** At most 255 octets of labels, in any spelling. */
export function goodName(random: SeededRandom, world: World): Octets {
  const made = choose(random, goodNames(world));
  return random.happens(0.3) ? respelled(random, made) : made;
}

function goodNames({ owners, origins, addresses }: World): readonly Choice<Octets>[] {
  const origin = (random: SeededRandom) => random.pick(origins);
  const present = (random: SeededRandom) => [...random.pick(owners), ...origin(random)];
  return [
    [30, present],
    [8, (random) => fitting([...randomLabel(random), ...present(random)])],
    [8, (random) => fitting([...port(random), ...present(random)])],
    [6, (random) => parentOf(present(random))],
    [6, (random) => withOctetChanged(random, present(random))],
    [4, origin],
    [3, (random) => parentOf(origin(random))],
    [4, (random) => [...dashedAddress(random), ...dotted('payments.pod').slice(0, -1), ...origin(random)]],
    [8, (random) => wire(reverseName(random.pick(addresses)))],
    [6, reverseOfAnybody],
    [6, (random) => dotted(random.pick(specialNames))],
    [3, (random) => fitting([...randomLabel(random), ...dotted(random.pick(specialNames))])],
    [6, randomName],
    [2, (random) => nameOfOctets(2 + random.below(254))],
    [2, (random) => name(...new Array<string>(1 + random.below(127)).fill(random.pick(['x', '0', '*'])))],
    [1, () => name()],
  ];
}

/** RFC 6761 and its successors, names that clients probe with, and names of other zones. */
const specialNames = [
  ...'localhost a.localhost invalid test onion alt local home.arpa internal example example.com'.split(' '),
  ...'resolver.arpa _dns.resolver.arpa ipv4only.arpa use-application-dns.net x.test.dnscrypt edge.test'.split(' '),
  ...'10.in-addr.arpa 168.192.in-addr.arpa in-addr.arpa ip6.arpa arpa com c.f.ip6.arpa notcluster.local'.split(' '),
  ...'version.bind id.server hostname.bind a.root-servers.net'.split(' '),
];

function brokenName(random: SeededRandom): Octets {
  const label = () => randomLabel(random);
  return choose<Octets>(random, [
    [2, () => label()],
    [2, () => [64 + random.below(64), ...randomOctets(random, 70), 0]],
    [2, () => [128 + random.below(64), ...randomOctets(random, 130), 0]],
    [3, () => [0xc0 | random.below(64), random.below(256)]],
    [3, () => [...label(), 0xc0 | random.below(2), edgeOctet(random)]],
    [2, () => [0xc0, 0x0c]],
    [1, () => [0xc0]],
    [2, () => new Array<number>(1 + random.below(300)).fill(edgeOctet(random))],
    [1, () => nameOfOctets(256 + random.below(20))],
    [1, () => [63, 0x61]],
    [1, () => []],
  ]);
}

function randomName(random: SeededRandom): Octets {
  const labels = Array.from({ length: 1 + random.below(6) }, () => randomLabel(random));
  return [...labels.flat(), 0];
}

function randomLabel(random: SeededRandom): Octets {
  return choose<Octets>(random, [
    [4, () => labelOf(random.pick(oddLabels))],
    [3, () => labelOf('abcdefghijklmnopqrstuvwxyz0123456789-_'.slice(random.below(30)))],
    [2, () => octetsLabel(randomOctets(random, 1 + random.below(20)))],
    [1, () => octetsLabel(randomOctets(random, 63))],
  ]);
}

/** What has a meaning to text, to languages, or to Kubernetes. */
const oddLabels = [
  ...'a.b * _tcp _udp _http svc pod cluster local ns dns dns-version __proto__ constructor hasOwnProperty'.split(' '),
  ...'store-0 store-1 redis-0 10-0-0-1 fd00--1 xn--bcher-kva 0 255 256 00 f toString'.split(' '),
  '\0',
  '\xff\xfe',
  ' ',
  '\\',
  '\u0041\u004b',
];

function port(random: SeededRandom): Octets {
  return [...labelOf(random.pick(['_http', '_db', '_redis', '_https'])), ...labelOf(random.pick(['_tcp', '_udp']))];
}

function dashedAddress(random: SeededRandom): Octets {
  return labelOf(
    random.pick(['10-0-0-1', '1-2-3-4', '010-0-0-1', 'fd00--1', '2001-db8--0', '256-0-0-1', '--', '1--1--1']),
  );
}

function reverseOfAnybody(random: SeededRandom): Octets {
  const isIpv4 = random.happens(0.5);
  const count = random.below(isIpv4 ? 7 : 36);
  const label = () => (isIpv4 ? String(random.below(300)) : random.below(17).toString(17));
  const labels = Array.from({ length: count }, label);
  if (random.happens(0.5)) labels.push(...(isIpv4 ? ['10'] : ['d', 'f']));
  return name(...labels, isIpv4 ? 'in-addr' : 'ip6', 'arpa');
}

function parentOf(octets: Octets): Octets {
  return octets.length > 1 ? octets.slice(1 + octets[0]!) : octets;
}

/** One octet of some label is another; every length stays. */
function withOctetChanged(random: SeededRandom, octets: Octets): Octets {
  const changed = [...octets];
  const skipped = random.below(4);
  let at = 0;
  for (let i = 0; i < skipped && changed[at + 1 + changed[at]!] !== 0; i += 1) at += 1 + changed[at]!;
  if (changed[at]! > 0) changed[at + 1 + random.below(changed[at]!)] = random.below(256);
  return changed;
}

/** In other letters (draft-vixie-dnsext-dns0x20). */
function respelled(random: SeededRandom, octets: Octets): Octets {
  const isLetter = (octet: number) => (octet & 0xdf) >= 0x41 && (octet & 0xdf) <= 0x5a;
  return octets.map((octet) => (isLetter(octet) && random.happens(0.5) ? octet ^ 0x20 : octet));
}

/** Some of these labels are left out where they are too many for a name. */
function fitting(octets: Octets): Octets {
  return octets.length <= 255 ? octets : fitting(parentOf(octets));
}

function wire(text: string): Octets {
  return Array.from(parseName(text), (octet) => octet.charCodeAt(0));
}

function labelOf(text: string): Octets {
  return octetsLabel(Array.from(text, (character) => character.charCodeAt(0)));
}

function octetsLabel(octets: Octets): Octets {
  return [octets.length, ...octets];
}
