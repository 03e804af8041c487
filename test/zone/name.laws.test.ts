/** Laws of names. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareNames } from '../../zone/flat.ts';
import {
  absoluteName,
  apex,
  foldCase,
  formatName,
  formatRelativeName,
  labelsOf,
  NameError,
  parentOf,
  parseName,
  parseRelativeName,
  prependLabel,
  type RelativeName,
  relativeTo,
} from '../../zone/name.ts';

const octets = fc.array(fc.nat(255), { minLength: 1, maxLength: 63 }).map((codes) => String.fromCharCode(...codes));
/** Lengths at which names just fit and just do not. */
const label = fc.oneof(
  octets,
  fc.constantFrom('a', 'A', '.', '\\', '\0', 'x'.repeat(61), 'x'.repeat(62), 'x'.repeat(63)),
);
const labels = fc.array(label, { maxLength: 5 });

test('labels that fit give a name with these labels, and others an error', () => {
  fc.assert(
    fc.property(labels, (given) => {
      const length = given.reduce((sum, each) => sum + 1 + each.length, 0);
      const build = () => given.reduceRight<RelativeName>((name, first) => prependLabel(first, name), apex);
      if (length > 254) expect(build).toThrow(NameError);
      else expect(labelsOf(build())).toEqual(given.map(foldCase));
    }),
  );
});

test('what is written is read as the same name', () => {
  fc.assert(
    fc.property(names(), (name) => {
      const origin = parseName('.');
      expect(parseName(formatName(absoluteName(name, origin)))).toBe(absoluteName(name, origin));
      expect(parseName(formatName(absoluteName(name, origin)).slice(0, -1) || '.')).toBe(absoluteName(name, origin));
      if (name !== apex) expect(parseRelativeName(formatRelativeName(name))).toBe(name);
    }),
  );
});

test('any text is a name or a NameError', () => {
  const characters = fc.constantFrom('a', 'Z', '0', '2', '5', '9', '.', '\\', '\0', '\x7f', '\x80', '\u212a');
  const text = fc.oneof(fc.string({ unit: characters, maxLength: 300 }), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(text, (given) => {
      try {
        const name = parseName(given);
        expect(name.length).toBeLessThanOrEqual(255);
        expect(name.endsWith('\0')).toBe(true);
        expect([...name].every((octet) => octet <= '\xff')).toBe(true);
        expect(parseName(formatName(name))).toBe(name);
      } catch (error) {
        if (!(error instanceof NameError)) throw error;
      }
    }),
  );
});

test('a name is below every name above it, and below no other', () => {
  fc.assert(
    fc.property(names(), names(), (name, other) => {
      const root = parseName('.');
      const above: RelativeName[] = [];
      for (let each: RelativeName | undefined = name; each !== undefined; each = parentOf(each)) above.push(each);
      for (const [i, each] of above.entries()) {
        const front = relativeTo(absoluteName(name, root), absoluteName(each, root));
        expect(front === undefined ? undefined : labelsOf(front)).toEqual(labelsOf(name).slice(0, i));
      }
      const isAbove = above.includes(other);
      expect(relativeTo(absoluteName(name, root), absoluteName(other, root)) !== undefined).toBe(isAbove);
    }),
  );
});

test('the canonical order is an order', () => {
  fc.assert(
    fc.property(names(), names(), names(), (a, b, c) => {
      expect(Math.sign(compareNames(a, b))).toBe(-Math.sign(compareNames(b, a)) + 0);
      expect(compareNames(a, b) === 0).toBe(a === b);
      const [first, second, third] = [a, b, c].sort(compareNames) as [RelativeName, RelativeName, RelativeName];
      expect(compareNames(first, second)).toBeLessThanOrEqual(0);
      expect(compareNames(second, third)).toBeLessThanOrEqual(0);
      expect(compareNames(first, third)).toBeLessThanOrEqual(0);
    }),
  );
});

/** Names of the labels, and fewer where they would be too long. */
function names(): fc.Arbitrary<RelativeName> {
  return labels.map((given) =>
    given.reduceRight<RelativeName>(
      (name, first) => (name.length + first.length < 254 ? prependLabel(first, name) : name),
      apex,
    ),
  );
}
