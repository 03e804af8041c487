/** The order of names, few and many of them: it is one order, however it is found. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareNames, inOrder, type OrderedName } from '../../../sync-agent/records/name-order.ts';

const name = fc
  .record({
    subdomain: fc.constantFrom(undefined, undefined, undefined, 'east', 'west'),
    rank: fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 2 ** 25 }) }, fc.constantFrom(-1, -1, 7)),
    label: fc.constantFrom('a', 'b', 'c'),
  })
  // Equal labels have equal ranks, and the label of a rank that is not -1 follows from it.
  .map((any): OrderedName => (any.rank === -1 ? any : { ...any, label: String(any.rank) }));
const ranked = fc
  .nat({ max: 2 ** 25 })
  .map((rank): OrderedName => ({ subdomain: undefined, rank, label: String(rank) }));
const sizes = { few: { maxLength: 32 }, many: { minLength: 33, maxLength: 80 } };

describe('names are in order, and none is lost', () => {
  test.for([
    ['few', name],
    ['many', name],
    ['few', ranked],
    ['many', ranked],
  ] as const)('%s of them', ([size, any]) => {
    fc.assert(
      fc.property(fc.array(any, sizes[size]), (names) => {
        const expected = [...names].sort(compareNames);
        const ordered = inOrder([...names]);
        expect(ordered).toHaveLength(names.length);
        // The very same, so that those of one name keep their order too.
        expect(ordered.every((one, i) => one === expected[i])).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.for([0, 1, 2 ** 25])('with the rank %i among many', (rank) => {
    const names = Array.from({ length: 40 }, (_, i) => ({
      subdomain: undefined,
      rank: 1000 - i,
      label: `${1000 - i}`,
    }));
    const all = [{ subdomain: undefined, rank, label: `${rank}` }, ...names];
    expect(inOrder([...all])).toEqual(all.sort(compareNames));
  });
});
