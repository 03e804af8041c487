/** Laws of addresses, prefixes and dashed labels. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Address,
  addressFromOctets,
  formatAddress,
  octetsOf,
  parseAddress,
  parsePrefix,
  prefixContains,
} from '../../zone/address.ts';
import { addressOfDashedLabel, dashedLabel } from '../../zone/dashed.ts';

const octet = fc.oneof(fc.constantFrom(0, 0, 0, 1, 255), fc.nat(255));
const address: fc.Arbitrary<Address> = fc.oneof(
  ...[4, 16].map((size) => fc.array(octet, { minLength: size, maxLength: size }).map(addressFromOctets)),
);

test('what is written is read as the same address, in any case', () => {
  fc.assert(
    fc.property(address, (given) => {
      expect(parseAddress(formatAddress(given))).toBe(given);
      expect(parseAddress(formatAddress(given).toUpperCase())).toBe(given);
    }),
  );
});

test('the first of the longest runs of zero groups is left out, and no single group', () => {
  fc.assert(
    fc.property(address, (given) => {
      fc.pre(given.length === 16);
      const pattern = given.replace(/../gs, (group) => (group === '\0\0' ? '0' : 'x'));
      const runs = pattern.match(/0{2,}/g) ?? [];
      const longest = runs.reduce((a, b) => (b.length > a.length ? b : a), '');
      const [head, tail] = formatAddress(given).split('::');
      expect(tail === undefined).toBe(longest === '');
      if (tail === undefined) return;
      const count = (groups: string): number => (groups === '' ? 0 : groups.split(':').length);
      expect([count(head!), count(tail)]).toEqual([
        pattern.indexOf(longest),
        8 - longest.length - pattern.indexOf(longest),
      ]);
    }),
  );
});

test('any text is an address or none', () => {
  const characters = fc.constantFrom(...'0125af:.-/%');
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 40 }), (text) => {
      const read = parseAddress(text);
      if (read !== undefined) expect(parseAddress(formatAddress(read))).toBe(read);
    }),
    { numRuns: 1000 },
  );
});

test('a prefix holds the addresses that begin with its bits', () => {
  fc.assert(
    fc.property(address, address, fc.nat(128), (a, b, bits) => {
      const binary = (each: Address): string =>
        octetsOf(each)
          .map((value) => value.toString(2).padStart(8, '0'))
          .join('');
      const length = Math.min(bits, a.length * 8);
      const masked = octetsOf(a).map((value, i) => value & (0xff00 >> Math.min(8, Math.max(0, length - 8 * i))) & 0xff);
      const prefix = parsePrefix(`${formatAddress(addressFromOctets(masked))}/${length}`)!;
      expect(prefixContains(prefix, a)).toBe(true);
      expect(prefixContains(prefix, b)).toBe(
        a.length === b.length && binary(a).slice(0, length) === binary(b).slice(0, length),
      );
      const hasMore = binary(a).slice(length).includes('1');
      expect(parsePrefix(`${formatAddress(a)}/${length}`) === undefined).toBe(hasMore);
    }),
  );
});

test('a dashed label is a label of its address, and of no other', () => {
  fc.assert(
    fc.property(address, address, (a, b) => {
      expect(dashedLabel(a)).toMatch(/^[0-9a-f-]{3,39}$/);
      expect(dashedLabel(a).endsWith('-')).toBe(false);
      expect(addressOfDashedLabel(dashedLabel(a))).toBe(a);
      expect(dashedLabel(a) === dashedLabel(b)).toBe(a === b);
    }),
  );
});

test('a text that is no dashed label of an address is none', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0125af--'), maxLength: 20 });
  fc.assert(
    fc.property(text, (given) => {
      const read = addressOfDashedLabel(given);
      if (read !== undefined) expect(dashedLabel(read)).toBe(given);
    }),
    { numRuns: 1000 },
  );
});
