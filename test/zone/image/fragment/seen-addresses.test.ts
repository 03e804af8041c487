/** The table of seen addresses is held to a Set, over several rounds and past its first size. */
import { expect, test } from 'vitest';
import { addressFromOctets } from '../../../../zone/address.ts';
import { SeenAddresses } from '../../../../zone/image/fragment/seen-addresses.ts';

const address = (number: number, size: 4 | 16) =>
  addressFromOctets([...Array<number>(size - 2).fill(size), number >> 8, number & 255]);

test.for([1, 100, 128, 129, 1000, 5000])('%i addresses, each a second time, in several rounds', (count) => {
  const seen = new SeenAddresses();
  for (let round = 0; round < 3; round += 1) {
    seen.clear();
    const known = new Set<string>();
    for (let i = 0; i < 2 * count; i += 1) {
      // Every third one is an IPv6 address; half of them come again at once, the others later.
      const number = i % 4 === 1 ? i - 1 : i % (count + round);
      const each = address(number, number % 3 === 0 ? 16 : 4);
      expect(seen.add(each)).toBe(!known.has(each));
      known.add(each);
    }
    expect(known.size).toBeLessThan(2 * count);
  }
});

test('what was seen before a clearing counts no more, also after the table has grown', () => {
  const seen = new SeenAddresses();
  const all = Array.from({ length: 300 }, (_, i) => address(i, 4));
  for (const each of all) expect(seen.add(each)).toBe(true);
  for (const each of all) expect(seen.add(each)).toBe(false);
  seen.clear();
  for (const each of all) expect(seen.add(each)).toBe(true);
});
