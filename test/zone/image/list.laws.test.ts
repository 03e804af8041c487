/** Which names of an image are listed, against what the groups mean. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOfDashedLabel } from '../../../zone/dashed.ts';
import { flatten } from '../../../zone/flat.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { listNames } from '../../../zone/image/list.ts';
import { openImage } from '../../../zone/image/open.ts';
import { labelsOf, type RelativeName } from '../../../zone/name.ts';
import { snapshot } from './arbitrary.ts';

const isDashed = (name: RelativeName): boolean => addressOfDashedLabel(labelsOf(name)[0] ?? '') !== undefined;

test('every name with records is listed, unless its label only spells an address; and no name that does not exist', () => {
  fc.assert(
    fc.property(snapshot, (given) => {
      const image = openImage(encodeSnapshot(given));
      if (given.kind === 'retired' || image.kind === 'retired') return;
      const groups = given.zones.flatMap((each) => (each.kind === 'cluster' ? each.groups : []));
      const zone = image.zones.find((each) => each.kind === 'cluster');
      const listed = zone?.kind === 'cluster' ? [...listNames(zone.fragments, () => true)] : [];
      const { names, records } = flatten(groups);
      const owners = new Set(records.map(({ owner }) => owner).filter((owner) => !isDashed(owner)));
      expect([...owners].filter((owner) => !listed.includes(owner))).toEqual([]);
      expect(listed.filter((name) => !names.includes(name))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('of a group that is passed over nothing is listed, and of the others all', () => {
  fc.assert(
    fc.property(snapshot, fc.nat(3), (given, kept) => {
      const image = openImage(encodeSnapshot(given));
      for (const zone of image.kind === 'live' ? image.zones : []) {
        if (zone.kind === 'reverse') continue;
        const mayHold = (base: RelativeName) => base.length % 4 === kept;
        const bases: RelativeName[] = [];
        const listed = [
          ...listNames(zone.fragments, (base) => {
            bases.push(base);
            return mayHold(base);
          }),
        ];
        expect(listed.every((name) => bases.some((base) => mayHold(base) && name.endsWith(base)))).toBe(true);
      }
    }),
  );
});
