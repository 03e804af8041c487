/** Laws of versions. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isNewer, maySucceed, soaSerial, takeOver, type Version } from '../../zone/manifest.ts';

// Few numbers, so that they meet.
const version: fc.Arbitrary<Version> = fc.record({ epoch: fc.nat(4), serial: fc.nat(4) });

test('what may be stored is newer to every reader', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      if (maySucceed(a, b)) expect(isNewer(a, b)).toBe(true);
    }),
  );
});

test('of two different versions one is newer, and never both', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      const isSame = a.epoch === b.epoch && a.serial === b.serial;
      expect(Number(isNewer(a, b)) + Number(isNewer(b, a))).toBe(isSame ? 0 : 1);
    }),
  );
});

test('what is newer than something newer is newer', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      if (isNewer(a, b) && isNewer(b, c)) expect(isNewer(a, c)).toBe(true);
      if (maySucceed(a, b) && maySucceed(b, c)) expect(maySucceed(a, c)).toBe(true);
    }),
  );
});

test('a new writer may follow whatever is stored, and the one before may not follow it', () => {
  fc.assert(
    fc.property(fc.record({ epoch: fc.nat(), serial: fc.nat() }), fc.nat(), fc.nat(100), (stored, now, later) => {
      const next = takeOver(stored, now);
      expect(maySucceed(next, stored)).toBe(true);
      expect(maySucceed({ epoch: stored.epoch, serial: stored.serial + later }, next)).toBe(false);
    }),
  );
});

test('the serial of the SOA rises with each version (RFC 1982)', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 40 }), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (serial, more) => {
      const before = soaSerial({ epoch: 1, serial });
      const after = soaSerial({ epoch: 1, serial: serial + more });
      // (s1 < s2 and s2 - s1 < 2^31) or (s1 > s2 and s1 - s2 > 2^31)
      expect((before < after && after - before < 2 ** 31) || (before > after && before - after > 2 ** 31)).toBe(true);
    }),
  );
});
