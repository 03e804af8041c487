/**
 * The law of damage: whatever an image holds, reading it ends, with an answer or with an ImageError.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { octetsOf } from '../../../zone/address.ts';
import { dumpImage } from '../../../zone/dump.ts';
import { flatten } from '../../../zone/flat.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { ImageError, putU32, u32 } from '../../../zone/image/octets.ts';
import { openImage, relativeLabels } from '../../../zone/image/open.ts';
import { apex, prependLabel, type RelativeName } from '../../../zone/name.ts';
import { type RRType, typeCodes } from '../../../zone/rrset.ts';
import type { Snapshot } from '../../../zone/snapshot.ts';
import { addresses, snapshot } from './arbitrary.ts';

const types = Object.keys(typeCodes) as RRType[];

/** Where, as a part of the whole. */
const spot = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const octets = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 4 }),
  fc.constantFrom(Uint8Array.of(255, 255, 255, 255)),
);
const harm = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), spot, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('write' as const), spot, octets }),
  fc.record({ kind: fc.constant('copy' as const), spot, from: spot, length: fc.nat(40) }),
  fc.record({ kind: fc.constant('cut' as const), spot, length: fc.nat(40) }),
);
type Harm = typeof harm extends fc.Arbitrary<infer T> ? T : never;

test('a damaged image is read to an end', () => {
  const ends = { answer: 0, error: 0 };
  fc.assert(
    fc.property(snapshot, fc.array(harm, { minLength: 1, maxLength: 3 }), fc.boolean(), (given, harms, spareHeader) => {
      const image = encodeSnapshot(given);
      const from = spareHeader ? 16 + u32(image, 12) : 0;
      for (const read of readings(
        harms.reduce((whole, each) => damaged(whole, from, each), image),
        namesOf(given),
      )) {
        ends[endOf(read)] += 1;
      }
    }),
    { numRuns: 250 },
  );
  // Damage is neither always noticed at once nor never.
  expect(ends.answer).toBeGreaterThan(1000);
  expect(ends.error).toBeGreaterThan(1000);
});

test('octets at random are read to an end', () => {
  const image = encodeSnapshot({ kind: 'live', zones: [] });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, hasHeader) => {
      const whole = hasHeader ? Uint8Array.of(...image.subarray(0, 12), ...noise) : noise;
      if (hasHeader) putU32(whole, 8, whole.length);
      for (const read of readings(whole, [apex])) endOf(read);
    }),
    { numRuns: 250 },
  );
});

/** Everything that readers can be asked. */
function readings(image: Uint8Array, names: readonly RelativeName[]): (() => unknown)[] {
  const open = () => {
    const opened = openImage(image);
    return opened.kind === 'live' ? opened.zones : [];
  };
  let zones: ReturnType<typeof open>;
  try {
    zones = open();
  } catch {
    return [open, () => dumpImage(image)];
  }
  const questions = zones.flatMap((zone): (() => unknown)[] =>
    zone.kind === 'reverse'
      ? addresses.flatMap((address) => [
          () => zone.pointers(octetsOf(address)),
          () => zone.hasBelow(address.length as 4 | 16, octetsOf(address).slice(0, 2), 7),
        ])
      : names.flatMap((name) => {
          const node = () => zone.find(relativeLabels(name));
          const sets = types.map((type) => () => node()?.rrset(type));
          return [...sets, () => node()?.owner, () => node()?.targetAddresses()];
        }),
  );
  return [() => dumpImage(image), ...questions];
}

function endOf(read: () => unknown): 'answer' | 'error' {
  try {
    read();
    return 'answer';
  } catch (error) {
    if (error instanceof ImageError) return 'error';
    throw error;
  }
}

/** Some octets from `from` on are changed, repeated or missing. The length of the whole is set right again. */
function damaged(image: Uint8Array, from: number, each: Harm): Uint8Array {
  const place = (part: number): number => from + Math.floor(part * (image.length - from));
  const at = place(each.spot);
  let whole = image.slice();
  switch (each.kind) {
    case 'flip':
      whole[at]! ^= 1 << each.bit;
      break;
    case 'write':
      whole.set(each.octets.subarray(0, whole.length - at), at);
      break;
    case 'copy':
      whole.copyWithin(at, place(each.from), place(each.from) + each.length);
      break;
    case 'cut':
      whole = Uint8Array.of(...image.subarray(0, at), ...image.subarray(at + each.length));
  }
  if (from > 0 && whole.length >= 12) putU32(whole, 8, whole.length);
  return whole;
}

function namesOf(given: Snapshot): RelativeName[] {
  if (given.kind === 'retired') return [];
  return given.zones.flatMap((zone) => {
    if (zone.kind === 'reverse') return [];
    const { names, dashed } = flatten(zone.groups);
    return [...names, ...dashed.map(({ base }) => prependLabel('10-0-0-1', base))];
  });
}
