/** Parts of longer arrays that nobody else gets. */
import { expect, test } from 'vitest';
import { smallOctets } from '../../../worker/octets/small-octets.ts';

test('are zero, of the length that was asked for, and nobody else’s', () => {
  const lengths = [0, 1, 64, 65, 512, 1024, 1025, 65_535];
  const parts = Array.from({ length: 200 }, (_, i) => smallOctets(lengths[i % lengths.length]!));
  for (const [i, part] of parts.entries()) {
    expect(part.length).toBe(lengths[i % lengths.length]);
    expect(part.every((octet) => octet === 0)).toBe(true);
    part.fill(1 + (i % 255));
  }
  for (const [i, part] of parts.entries()) expect(part.every((octet) => octet === 1 + (i % 255))).toBe(true);
});
