/** Packets that cost readers of DNS messages most: by counts, by chains of pointers, by records without number. */
import {
  header,
  message,
  name,
  opt,
  option,
  question,
  record,
  repeat,
  uint16,
  zeros,
} from '../../worker/message/build-query.ts';
import type { SeededRandom } from '../../worker/support/seeded-random.ts';
import type { World } from '../world.ts';
import { edgeNumber, type Octets } from './choice.ts';
import { goodName } from './names.ts';

type Counts = readonly [number, number, number, number];

/** The same kinds with other numbers in every packet. */
export function bomb(random: SeededRandom, world: World): Uint8Array {
  return random.pick(bombs)(random, question(goodName(random, world)));
}

type Bomb = (random: SeededRandom, asked: Octets) => Uint8Array;

/** What a message holds behind a header and a question. */
const roomOctets = 65_000;

function acceptable(random: SeededRandom): Counts {
  return [1, random.below(2), random.below(2), 1 + random.below(2)];
}

const bombs: readonly Bomb[] = [
  // Only the counts: what is allocated by them costs most for the fewest octets.
  (random) => message(header({ counts: [edgeNumber(random), 65_535, 65_535, 65_535] })),
  (random) => message(header({ counts: [1, edgeNumber(random), edgeNumber(random), edgeNumber(random)] })),
  (_, asked) => message(header({ counts: [1, 0, 0, 65_535] }), asked, opt()),
  // Names of one pointer each, every one to the name before it: to follow them all is quadratic.
  (random) => message(header({ counts: [1 + random.below(6000), 0, 0, 0] }), hops(roomOctets, 6)),
  (random) => message(header({ counts: [1, 0, 0, 1 + random.below(5000)] }), hops(17_000, 12)),
  (random, asked) => message(header({ counts: acceptable(random) }), asked, hops(roomOctets, 12)),
  // Pointers to themselves, to each other, and forwards.
  (random, asked) => message(header({ counts: acceptable(random) }), asked, repeat(500, [0xc0, 12 + asked.length])),
  (random, asked) => message(header({ counts: acceptable(random) }), asked, repeat(3, record([0xc0, 12], 1, []))),
  // Names of as many labels as there can be.
  (random) => message(header({ counts: [250, 0, 0, 0] }), repeat(random.below(250), question(manyLabels))),
  (random) =>
    message(header({ counts: acceptable(random) }), question(manyLabels), repeat(4, record(manyLabels, 1, []))),
  // One record of many parts.
  (random, asked) => message(header({ counts: [1, 0, 0, 1] }), asked, opt(repeat(random.below(16_000), option(3)))),
  (random, asked) => message(header({ counts: [1, 0, 0, 1] }), asked, record([0], 16, zeros(random.below(roomOctets)))),
  (random, asked) => message(header({ counts: [1, 0, 0, 1] }), asked, opt(option(12, zeros(random.below(roomOctets))))),
  (random, asked) => message(header({ counts: acceptable(random) }), asked, record([0], 1, [], 65_535)),
  // One owner without an end.
  (random, asked) => message(header({ counts: acceptable(random) }), asked, repeat(random.below(32_000), [1, 0x61])),
];

const manyLabels = name(...new Array<string>(127).fill('x'));

/** Questions or records whose owner is a pointer to the one before. */
function hops(octets: number, size: number): Octets {
  return Array.from({ length: Math.floor((octets - 12) / size) }, (_, i) => {
    const target = Math.min(0x3fff, 12 + size * Math.max(0, i - 1));
    return [...uint16(0xc000 | target), ...zeros(size - 2)];
  }).flat();
}
