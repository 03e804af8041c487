/** Inflating up to a bound. */
import { describe, expect, test } from 'vitest';
import { gunzip } from '../../../worker/octets/gunzip.ts';
import { gzip } from '../support/agent.ts';

const octets = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

test('what was compressed comes out', async () => {
  expect(gunzip(await gzip(octets), 10_000)).toEqual(octets);
  expect(gunzip(await gzip(new Uint8Array(0)), 10_000)).toEqual(new Uint8Array(0));
});

test.for([
  [1000, 1000],
  [999, undefined],
  [1, undefined],
] as const)('up to %i octets of 1000', async ([maxOctets, length]) => {
  const inflated = gunzip(await gzip(octets), maxOctets);
  expect(inflated === 'too-long' ? undefined : inflated.length).toBe(length);
});

describe('nothing behind the bound is looked at', () => {
  test.for([
    ['within it, the cut is found', 2_000_000, 'throws'],
    ['beyond it, it is not', 100_000, 'too-long'],
  ] as const)('%s', async ([, maxOctets, expected]) => {
    const cut = (await gzip(new Uint8Array(1_000_000))).slice(0, -4);
    const inflate = () => gunzip(cut, maxOctets);
    if (expected === 'throws') expect(inflate).toThrow();
    else expect(inflate()).toBe(expected);
  });
});

test.for([
  ['nothing', []],
  ['other octets', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]],
  ['a beginning', [0x1f, 0x8b]],
])('%s is not gzip', ([, data]) => {
  expect(() => gunzip(Uint8Array.from(data as number[]), 100)).toThrow();
});
