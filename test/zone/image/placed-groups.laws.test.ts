/** The law of placing: however a state came about, it is the one that is made of its groups from nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress } from '../../../zone/address.ts';
import { assembleImage } from '../../../zone/image/encode.ts';
import { encodeFragment, type Fragment } from '../../../zone/image/fragment.ts';
import { type GroupChange, PlacedGroups } from '../../../zone/image/placed-groups.ts';
import { parseName, parseRelativeName } from '../../../zone/name.ts';
import { groups } from './arbitrary.ts';

/** A step replaces, adds and removes groups at once. What it removes may not be there. */
const steps = fc.array(fc.record({ added: groups, removed: fc.array(fc.nat()), absent: groups }), { maxLength: 6 });

test('adding, replacing and removing give the octets of building anew', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const placed = new PlacedGroups();
      const fragments = new Map<string, Fragment>();
      for (const { added, removed, absent } of all) {
        const known = [...fragments.keys()];
        const changes = new Map<string, GroupChange>();
        for (const { sortKey } of absent.map(encodeFragment)) {
          if (!fragments.has(sortKey)) changes.set(sortKey, { sortKey, fragment: undefined });
        }
        for (const index of removed) {
          const sortKey = known[index % known.length];
          if (sortKey !== undefined) changes.set(sortKey, { sortKey, fragment: undefined });
        }
        for (const fragment of added.map(encodeFragment)) {
          changes.set(fragment.sortKey, { sortKey: fragment.sortKey, fragment });
        }
        for (const { sortKey, fragment } of changes.values()) {
          if (fragment === undefined) fragments.delete(sortKey);
          else fragments.set(sortKey, fragment);
        }
        placed.update(changes.values());
        const anew = new PlacedGroups();
        anew.update([...fragments.values()].map(placing));
        expect(imageOf(placed)).toEqual(imageOf(anew));
        expect(placed.count).toBe(fragments.size);
      }
    }),
    { numRuns: 100 },
  );
});

test('leaving some out gives the octets of placing the others, and changes nothing', () => {
  fc.assert(
    fc.property(groups, fc.array(fc.nat()), groups, (all, gone, absent) => {
      const fragments = all.map(encodeFragment);
      const placed = new PlacedGroups();
      placed.update(fragments.map(placing));
      const before = imageOf(placed);
      const out = new Set(gone.flatMap((index) => fragments[index % fragments.length]?.sortKey ?? []));
      const others = new PlacedGroups();
      others.update(fragments.filter(({ sortKey }) => !out.has(sortKey)).map(placing));
      const strangers = absent.map((group) => encodeFragment(group).sortKey);
      const keys = [...out, ...strangers.filter((key) => fragments.every(({ sortKey }) => sortKey !== key))];
      const without = placed.without([...new Set(keys)]);
      expect(imageOf(without)).toEqual(imageOf(others));
      expect(imageOf(placed)).toEqual(before);
      const headerOctets = new DataView(before.buffer, before.byteOffset).getUint32(12);
      expect(placed.octetsInImage).toBe(before.length - 16 - headerOctets);
    }),
  );
});

test('an image does not change when the groups do', () => {
  const own = [parseAddress('10.0.0.1')!];
  const facts = { hosts: [], nodes: [], hasPointers: true, answersDashed: false };
  const group = { base: parseRelativeName('web'), ttlSeconds: 30, own, ...facts };
  const placed = new PlacedGroups();
  placed.update([placing(encodeFragment(group))]);
  const image = imageOf(placed);
  const before = image.slice();
  // Blocks of memory take turns, so the second update writes over what the image was made from.
  for (const ttlSeconds of [5, 6, 7]) placed.update([placing(encodeFragment({ ...group, ttlSeconds }))]);
  expect(image).toEqual(before);
  expect(imageOf(placed)).not.toEqual(before);
});

function placing(fragment: Fragment): GroupChange {
  return { sortKey: fragment.sortKey, fragment };
}

function imageOf(placed: PlacedGroups): Uint8Array {
  const origins = [parseName('cluster.local')] as const;
  const zones = [
    { kind: 'cluster', origins, ttlSeconds: 30, groups: placed },
    { kind: 'reverse', ttlSeconds: 30, prefixes: [] },
  ] as const;
  return assembleImage({ kind: 'live', zones });
}
