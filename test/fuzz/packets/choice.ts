/** Chance for packets, on top of the seeded numbers. */
import type { SeededRandom } from '../../worker/support/seeded-random.ts';

export type Octets = readonly number[];

/** Makes something, of which `weight` says how often, against the others' weights. */
export type Choice<T> = readonly [weight: number, make: (random: SeededRandom) => T];

/** One of the choices, made. */
export function choose<T>(random: SeededRandom, choices: readonly Choice<T>[]): T {
  let left = random.below(choices.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of choices) {
    if (left < weight) return make(random);
    left -= weight;
  }
  throw new Error('there is nothing to choose from');
}

/** Numbers that sit at borders: of label types, of counts, of the header. */
const edgeOctets = [0, 1, 2, 0x0b, 0x0c, 0x0d, 0x28, 0x29, 0x3e, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xff];
const edgeNumbers = [0, 1, 2, 3, 11, 12, 13, 41, 63, 64, 127, 128, 255, 256, 511, 512, 1232, 0x3fff, 0x4000, 0x8000];

export function edgeOctet(random: SeededRandom): number {
  return random.happens(0.5) ? random.pick(edgeOctets) : random.below(256);
}

/** 16 bits. */
export function edgeNumber(random: SeededRandom): number {
  const kind = random.below(4);
  if (kind === 0) return random.below(0x10000);
  return kind === 1 ? 0xffff - random.below(3) : random.pick(edgeNumbers);
}

export function randomOctets(random: SeededRandom, count: number): number[] {
  return Array.from({ length: count }, () => random.below(256));
}
