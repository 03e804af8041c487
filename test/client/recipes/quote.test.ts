/** Strings, read by those who they are for. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doubleQuoted, shellQuoted, xmlEscaped } from '../../../client/recipes/quote.ts';

const text = fc.string({
  unit: fc.oneof(fc.constantFrom(...`'"\\$\`&<>;* !#%{}~é`), fc.constantFrom('a', '/', '.')),
  maxLength: 30,
});

test('a shell takes them as one word', () => {
  const words = fc.array(text, { minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(words, (all) => {
      const script = `printf '%s\\n' ${all.map(shellQuoted).join(' ')}`;
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${all.join('\n')}\n`);
    }),
    { numRuns: 10 },
  );
});

test.each([
  ['/etc/ca.pem', '/etc/ca.pem'],
  ['/etc/my ca.pem', "'/etc/my ca.pem'"],
  ["it's", "'it'\\''s'"],
  ['', "''"],
])('%j is %s for a shell', (plain, quoted) => {
  expect(shellQuoted(plain)).toBe(quoted);
});

test.each([
  ['/etc/ca.pem', '"/etc/ca.pem"'],
  ['C:\\ca.pem', '"C:\\\\ca.pem"'],
  ['a"b', '"a\\"b"'],
])('%j is %s for curl', (plain, quoted) => {
  expect(doubleQuoted(plain)).toBe(quoted);
});

test('of XML', () => {
  expect(xmlEscaped('a & b < c > d &amp;')).toBe('a &amp; b &lt; c &gt; d &amp;amp;');
});
