import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Packed, packEndpoints } from '../../../../demo/cluster/controllers/slice-packing.ts';
import type { Endpoint } from '../../../../demo/cluster/types.ts';

const MAX = 5;

/** An endpoint by its number; `ready` is what can change about it. */
function endpointOf(number: number, ready = true): Endpoint {
  return { addresses: [`10.244.0.${number}`], conditions: { ready } };
}

const someEndpoints = fc
  .uniqueArray(fc.tuple(fc.nat(60), fc.boolean()), { selector: ([number]) => number, maxLength: 30 })
  .map((list) => list.map(([number, ready]) => endpointOf(number, ready)));

/** The slices after a packing has been carried out. */
function carryOut(packing: ReturnType<typeof packEndpoints<number>>, nextName: number): Packed<number>[] {
  const created = packing.create.map((endpoints, index) => ({ slice: nextName + index, endpoints }));
  return [...packing.unchanged, ...packing.update, ...created];
}

function sorted(endpoints: readonly Endpoint[]): readonly string[] {
  return endpoints.map((endpoint) => JSON.stringify(endpoint)).sort();
}

test('after any changes the slices hold exactly what is wanted, none too full, none empty', () => {
  fc.assert(
    fc.property(fc.array(someEndpoints, { minLength: 1, maxLength: 6 }), (states) => {
      let slices: Packed<number>[] = [];
      states.forEach((wanted, round) => {
        const packing = packEndpoints(wanted, slices, MAX);
        slices = carryOut(packing, (round + 1) * 100);
        expect(sorted(slices.flatMap(({ endpoints }) => endpoints))).toEqual(sorted(wanted));
        for (const { endpoints } of slices) {
          expect(endpoints.length).toBeGreaterThan(0);
          expect(endpoints.length).toBeLessThanOrEqual(MAX);
        }
        expect(packEndpoints(wanted, slices, MAX), 'and a second look finds nothing to do').toMatchObject({
          create: [],
          update: [],
          remove: [],
        });
      });
    }),
  );
});

describe('as few slices as possible are touched', () => {
  const full = { slice: 1, endpoints: [1, 2, 3, 4, 5].map((number) => endpointOf(number)) };
  const partial = { slice: 2, endpoints: [6, 7].map((number) => endpointOf(number)) };

  function touched(numbers: readonly number[]): object {
    const { create, update, remove } = packEndpoints(
      numbers.map((number) => endpointOf(number)),
      [full, partial],
      MAX,
    );
    return { create: create.map(({ length }) => length), update: update.map(({ slice }) => slice), remove };
  }

  test.for([
    ['one more goes where there is room', [1, 2, 3, 4, 5, 6, 7, 8], { create: [], update: [2], remove: [] }],
    [
      'what does not fit whole makes a new slice',
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      { create: [4], update: [], remove: [] },
    ],
    ['a changed slice is filled first', [1, 2, 3, 4, 6, 7, 8], { create: [], update: [1], remove: [] }],
    ['an emptied slice is removed', [1, 2, 3, 4, 5], { create: [], update: [], remove: [2] }],
    [
      'several full ones at once',
      [1, 2, 3, 4, 5, 6, 7, ...Array.from({ length: 12 }, (_, index) => 20 + index)],
      { create: [5, 5], update: [2], remove: [] },
    ],
  ] as const)('%s', ([, numbers, expected]) => {
    expect(touched(numbers)).toEqual(expected);
  });
});
