import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LineEnd, withBlock, withoutBlock } from '../../../client/export/hosts-block.ts';

/** Any octets, and often such as matter here: line ends of all kinds, comments, marks of others. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\r', '# BEGIN kube-doh', '# END kubedoh x', '127.0.0.1 localhost', '#', ' '),
      fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((octet) => String.fromCharCode(octet)), maxLength: 12 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))
  .filter((candidate) => !/^# (BEGIN|END) kube-doh \S+\r?$/m.test(candidate));
const name = fc.constantFrom('prod', 'test', 'a.b-c_1');
const lines = fc.array(fc.constantFrom('10.0.0.1 a.b', 'fd00::1 c.d e.f', '192.0.2.1 x'), { maxLength: 4 });
const lineEnd = fc.constantFrom<LineEnd>('\n', '\r\n');

test('what is put in is taken out, and the text is as it was', () => {
  fc.assert(
    fc.property(text, name, lines, lineEnd, (before, one, block, end) => {
      const after = withBlock(before, one, block, end);
      expect(after).not.toBe(before);
      expect(withoutBlock(after, one)).toBe(before);
      expect(withoutBlock(after)).toBe(before);
    }),
    { numRuns: 2000 },
  );
});

test('so it is with two, in whatever order they go', () => {
  fc.assert(
    fc.property(text, lines, lines, lineEnd, (before, a, b, end) => {
      const both = withBlock(withBlock(before, 'prod', a, end), 'test', b, end);
      expect(withoutBlock(withoutBlock(both, 'prod'), 'test')).toBe(before);
      expect(withoutBlock(withoutBlock(both, 'test'), 'prod')).toBe(before);
      expect(withoutBlock(both)).toBe(before);
    }),
    { numRuns: 2000 },
  );
});

test('only the last write counts, and writing the same again changes nothing', () => {
  fc.assert(
    fc.property(text, name, lines, lines, lineEnd, (before, one, old, block, end) => {
      const once = withBlock(before, one, block, end);
      expect(withBlock(once, one, block, end)).toBe(once);
      expect(withBlock(withBlock(before, one, old, end), one, block, end)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});

test('a block leaves another where it is', () => {
  fc.assert(
    fc.property(text, lines, lines, lines, lineEnd, (before, a, b, c, end) => {
      const both = withBlock(withBlock(before, 'prod', a, end), 'test', b, end);
      expect(withBlock(both, 'prod', c, end)).toBe(withBlock(withBlock(before, 'prod', c, end), 'test', b, end));
    }),
    { numRuns: 2000 },
  );
});
