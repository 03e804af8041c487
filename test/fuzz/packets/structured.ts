/** Packets that look like queries, and are off in one place or in many. */
import { header, message, opt, option, question, record, zeros } from '../../worker/message/build-query.ts';
import type { SeededRandom } from '../../worker/support/seeded-random.ts';
import type { World } from '../world.ts';
import { choose, edgeNumber, edgeOctet, type Octets, randomOctets } from './choice.ts';
import { anyName, goodName } from './names.ts';

type Counts = readonly [number, number, number, number];

export function structuredPacket(random: SeededRandom, world: World): Uint8Array {
  return choose(random, [
    [16, () => plainQuery(random, world)],
    [5, () => queryWithRecords(random, world)],
    [2, () => queryWithWrongCounts(random, world)],
    [1, () => queryWithMuchBehind(random, world)],
  ]);
}

/** One question, and EDNS more often than not: mostly right. */
function plainQuery(random: SeededRandom, world: World): Uint8Array {
  const edns = random.happens(0.6) ? [anyOpt(random)] : [];
  const head = header({ id: random.below(0x10000), flags: anyFlags(random), counts: [1, 0, 0, edns.length] });
  return message(head, anyQuestion(random, world), ...edns, random.happens(0.03) ? randomOctets(random, 3) : []);
}

/** Records in every section, of which the last often is the OPT record. */
function queryWithRecords(random: SeededRandom, world: World): Uint8Array {
  const asked = anyQuestion(random, world);
  const [answers, authorities] = [random.below(2), random.below(2)];
  const additionals = random.below(3);
  const records = Array.from({ length: answers + authorities + additionals }, () => anyRecord(random, world));
  const counts: Counts = [1, answers, authorities, additionals];
  return message(header({ id: random.below(0x10000), flags: anyFlags(random), counts }), asked, ...records);
}

/** Counts that the sections do not have. */
function queryWithWrongCounts(random: SeededRandom, world: World): Uint8Array {
  const some = Array.from({ length: random.below(4) }, () => anyRecord(random, world));
  const count = () => (random.happens(0.6) ? random.below(3) : edgeNumber(random));
  const counts: Counts = [random.happens(0.5) ? 1 : count(), count(), count(), count()];
  const questions = Array.from({ length: random.below(3) }, () => anyQuestion(random, world));
  return message(header({ id: random.below(0x10000), flags: anyFlags(random), counts }), ...questions, ...some);
}

/** Up to what a message may have, and a little more. */
function queryWithMuchBehind(random: SeededRandom, world: World): Uint8Array {
  const rest = choose<Octets>(random, [
    [20, () => zeros(random.below(1200))],
    [20, () => record([0], edgeNumber(random), new Array<number>(random.below(4000)).fill(edgeOctet(random)))],
    [10, () => opt(Array.from({ length: 60 + random.below(10) }, () => option(edgeNumber(random))).flat())],
    [1, () => opt(option(12, zeros(65_535 - 12 - 40 + random.below(30))))],
    [1, () => zeros(65_535 - 12 - 30 + random.below(40))],
  ]);
  const counts: Counts = [1, 0, 0, random.below(3)];
  return message(header({ flags: anyFlags(random), counts }), anyQuestion(random, world), rest);
}

function anyQuestion(random: SeededRandom, world: World): Octets {
  const asked = question(anyName(random, world), anyType(random), random.happens(0.92) ? 1 : edgeNumber(random));
  return random.happens(0.02) ? asked.slice(0, random.below(asked.length)) : asked;
}

/** A, NS, CNAME, SOA, PTR, TXT, AAAA, SRV. */
const servedTypes = [1, 2, 5, 6, 12, 16, 28, 33];
/** The reserved 0, meta types, transfers, ANY, and some that are only not served. */
const otherTypes = [0, 10, 13, 15, 35, 41, 43, 46, 47, 48, 64, 65, 128, 249, 250, 251, 252, 253, 254, 255, 256, 1000];

function anyType(random: SeededRandom): number {
  if (random.happens(0.7)) return random.pick(servedTypes);
  return random.happens(0.7) ? random.pick(otherTypes) : edgeNumber(random);
}

/** Mostly a query with any of RD, CD and AD; sometimes all bits are chance. */
function anyFlags(random: SeededRandom): number {
  if (random.happens(0.85))
    return random.pick([0x0100, 0x0100, 0x0000, 0x0110, 0x0120, 0x0010, 0x0130, 0x07ff & 0x0570]);
  return random.happens(0.6) ? random.below(0x8000) : random.below(0x10000);
}

function anyRecord(random: SeededRandom, world: World): Octets {
  if (random.happens(0.4)) return anyOpt(random);
  const owner = choose<Octets>(random, [
    [3, () => [0]],
    [3, () => [0xc0, 0x0c]],
    [2, () => goodName(random, world)],
    [2, () => anyName(random, world)],
    [1, () => [1, 0x61, 0xc0, 12 + random.below(40)]],
  ]);
  const data = randomOctets(random, random.below(24));
  const length = random.happens(0.9) ? data.length : edgeNumber(random);
  return record(owner, random.happens(0.2) ? 41 : anyType(random), data, length);
}

function anyOpt(random: SeededRandom): Octets {
  const options = Array.from({ length: random.below(4) }, () => anyOption(random)).flat();
  const isOdd = random.happens(0.25);
  if (!isOdd) return opt(options, { flags: random.happens(0.3) ? 0x8000 : 0 });
  return opt(options, {
    owner: random.happens(0.8) ? [0] : random.pick<Octets>([[0xc0, 0x0c], [1, 0x61, 0], [0xc0, 0x00], []]),
    size: edgeNumber(random),
    rcode: edgeOctet(random),
    version: random.happens(0.6) ? 0 : edgeOctet(random),
    flags: edgeNumber(random),
    rdlength: random.happens(0.7) ? options.length : edgeNumber(random),
  });
}

/** LLQ, NSID, ECS, EXPIRE, COOKIE, KEEPALIVE, PADDING, CHAIN, KEY-TAG, EDE, Report-Channel, ZONEVERSION. */
const knownOptions = [1, 3, 8, 9, 10, 11, 12, 13, 14, 15, 18, 19];

function anyOption(random: SeededRandom): Octets {
  const code = random.happens(0.85) ? random.pick(knownOptions) : edgeNumber(random);
  const data = random.happens(0.4) ? [] : randomOctets(random, random.below(40));
  return option(code, data, random.happens(0.95) ? data.length : edgeNumber(random));
}
