/** Names, both sides of every limit. */
import { describe, expect, test } from 'vitest';
import {
  absoluteName,
  apex,
  foldCase,
  formatName,
  formatRelativeName,
  joinRelative,
  labelsOf,
  type Name,
  NameError,
  type NameErrorCode,
  parentOf,
  parseName,
  parseRelativeName,
  parseSpelledName,
  prependLabel,
  type RelativeName,
  relativeTo,
  root,
  singleLabel,
} from '../../zone/name.ts';

const label63 = 'x'.repeat(63);
/** 62 octets shorter than a name may be. */
const long = Array(3).fill(label63).join('.');

describe('a text is a name', () => {
  test.for([
    ['.', '\0'],
    ['a', '\x01a\0'],
    ['a.', '\x01a\0'],
    ['Web.Cluster.LOCAL.', '\x03web\x07cluster\x05local\0'],
    ['_http._tcp', '\x05_http\x04_tcp\0'],
    ['a b.c/d', '\x03a b\x03c/d\0'],
    ['*.a', '\x01*\x01a\0'],
    ['a\\.b.c', '\x03a.b\x01c\0'],
    ['a\\.', '\x02a.\0'],
    ['a\\\\.', '\x02a\\\0'],
    ['a\\\\\\..', '\x03a\\.\0'],
    ['\\065\\090', '\x02az\0'],
    ['\\000\\255', '\x02\0\xff\0'],
    ['\\\\', '\x01\\\0'],
    ['\\"\\@\\ ', '\x03"@ \0'],
    [label63, `\x3f${label63}\0`],
    [`${long}.${'y'.repeat(61)}`, `\x3f${label63}\x3f${label63}\x3f${label63}\x3d${'y'.repeat(61)}\0`],
  ])('%j', ([text, wire]) => {
    expect(parseName(text!)).toBe(wire);
  });

  test.for<[string, NameErrorCode]>([
    ['', 'EMPTY_LABEL'],
    ['..', 'EMPTY_LABEL'],
    ['.a', 'EMPTY_LABEL'],
    ['a..b', 'EMPTY_LABEL'],
    ['a..', 'EMPTY_LABEL'],
    [`${label63}x`, 'LABEL_TOO_LONG'],
    [`a.${label63}\\120`, 'LABEL_TOO_LONG'],
    [`${long}.${'y'.repeat(62)}`, 'NAME_TOO_LONG'],
    [Array(128).fill('a').join('.'), 'NAME_TOO_LONG'],
    ['a\\', 'BAD_ESCAPE'],
    ['\\25', 'BAD_ESCAPE'],
    ['\\256', 'BAD_ESCAPE'],
    ['\\1a', 'BAD_ESCAPE'],
    ['caf\u00e9', 'BAD_CHARACTER'],
    // The Kelvin sign: its lower case is an ASCII "k".
    ['\u212aube', 'BAD_CHARACTER'],
    ['\\\u212aube', 'BAD_CHARACTER'],
    ['\\\u00e9', 'BAD_CHARACTER'],
    ['\u{1f600}', 'BAD_CHARACTER'],
    ['\\\u{1f600}', 'BAD_CHARACTER'],
  ])('%j is none: %s', ([text, code]) => {
    expect(() => parseName(text)).toThrow(expect.objectContaining({ name: 'NameError', code }));
  });

  test('and a name of 127 labels is one', () => {
    expect(parseName(Array(127).fill('a').join('.'))).toHaveLength(255);
  });

  test('and an error says what is wrong with which text, in one line', () => {
    expect(() => parseName('a..b')).toThrow('"a..b" is not a domain name: a label is empty');
    expect(() => parseName('x'.repeat(100))).toThrow(
      `"${'x'.repeat(80)}…" is not a domain name: a label is longer than 63 octets`,
    );
  });
});

describe('a name as it is spelled', () => {
  test.for([
    ['Web.Example', '\x03Web\x07Example\0', 'Web.Example.'],
    ['Web.Example.', '\x03Web\x07Example\0', 'Web.Example.'],
    ['.', '\0', '.'],
    ['\\065\\.B', '\x03A.B\0', 'A\\.B.'],
  ] as const)('%s', ([text, wire, written]) => {
    expect(parseSpelledName(text)).toBe(wire);
    expect(formatName(parseSpelledName(text))).toBe(written);
    expect(parseName(text)).toBe(foldCase(wire));
  });

  test('what is no name is none', () => {
    expect(() => parseSpelledName('A..B')).toThrow('"A..B" is not a domain name: a label is empty');
  });
});

describe('a relative name', () => {
  test('is empty at the apex', () => {
    expect(parseRelativeName('')).toBe(apex);
    expect(formatRelativeName(apex)).toBe('@');
    expect(formatRelativeName(parseRelativeName('@'))).toBe('\\@');
  });

  test('has no final dot and no root', () => {
    expect(parseRelativeName('a.b')).toBe('\x01a\x01b');
    expect(() => parseRelativeName('a.')).toThrow(NameError);
    expect(() => parseRelativeName('.')).toThrow(NameError);
  });

  test('has an octet less than a name', () => {
    expect(parseRelativeName(`${long}.${'y'.repeat(61)}`)).toHaveLength(254);
    expect(() => parseRelativeName(`${long}.${'y'.repeat(62)}`)).toThrow(NameError);
  });
});

describe('putting names together', () => {
  const base = parseRelativeName(long);

  test('a label in front', () => {
    expect(prependLabel('Web', parseRelativeName('svc'))).toBe('\x03web\x03svc');
    // Octets, not presentation format.
    expect(prependLabel('a.b\\', apex)).toBe('\x04a.b\\');
    expect(singleLabel('\0')).toBe('\x01\0');
    expect(prependLabel('y'.repeat(61), base)).toHaveLength(254);
  });

  test.for<[string, NameErrorCode]>([
    ['', 'EMPTY_LABEL'],
    ['x'.repeat(64), 'LABEL_TOO_LONG'],
    ['\u0100', 'BAD_CHARACTER'],
    ['\u212a', 'BAD_CHARACTER'],
    ['y'.repeat(62), 'NAME_TOO_LONG'],
  ])('a label that cannot be: %j', ([label, code]) => {
    expect(() => prependLabel(label, base)).toThrow(expect.objectContaining({ code }));
  });

  test('a relative name below another, or below an origin', () => {
    const cluster = parseName('cluster.local');
    expect(joinRelative(parseRelativeName('a'), parseRelativeName('b.c'))).toBe('\x01a\x01b\x01c');
    expect(absoluteName(parseRelativeName('a'), cluster)).toBe(parseName('a.cluster.local'));
    expect(absoluteName(apex, root)).toBe(root);

    expect(joinRelative(parseRelativeName('y'.repeat(61)), base)).toHaveLength(254);
    expect(() => joinRelative(parseRelativeName('y'.repeat(62)), base)).toThrow(NameError);
    expect(absoluteName(base, parseName('y'.repeat(61)))).toHaveLength(255);
    expect(() => absoluteName(base, parseName('y'.repeat(62)))).toThrow(NameError);
  });
});

describe('taking names apart', () => {
  test.for<[string, string, string | undefined]>([
    ['a.cluster.local', 'cluster.local', 'a'],
    ['cluster.local', 'cluster.local', '@'],
    ['a.b', '.', 'a.b'],
    ['acluster.local', 'cluster.local', undefined],
    ['cluster.local', 'a.cluster.local', undefined],
    ['cluster.example', 'cluster.local', undefined],
    // The octets of the origin, but not on a label boundary: the label is "x", and then 7 "cluster".
    ['x\\007cluster.local', 'cluster.local', undefined],
  ])('%s below %s', ([name, origin, expected]) => {
    const below = relativeTo(parseName(name), parseName(origin));
    expect(below === undefined ? undefined : formatRelativeName(below)).toBe(expected);
  });

  test('the parent', () => {
    expect(parentOf(parseRelativeName('a\\.b.c'))).toBe(parseRelativeName('c'));
    expect(parentOf(parseRelativeName('c'))).toBe(apex);
    expect(parentOf(apex)).toBeUndefined();
  });

  test('the labels, without the root', () => {
    expect(labelsOf(parseName('a\\.b.\\000.c'))).toEqual(['a.b', '\0', 'c']);
    expect(labelsOf(root)).toEqual([]);
    expect(labelsOf(apex)).toEqual([]);
  });
});

test.for([
  ['.', '.'],
  ['A.b', 'a.b.'],
  ['a\\.b', 'a\\.b.'],
  ['\\032\\127\\255\\000', '\\032\\127\\255\\000.'],
  ['\\"\\(\\)\\;\\@\\$\\\\', '\\"\\(\\)\\;\\@\\$\\\\.'],
  ['_http._tcp', '_http._tcp.'],
])('%j is written as %s', ([text, expected]) => {
  expect(formatName(parseName(text!))).toBe(expected);
});

test.for([
  ['ABCXYZabcxyz', 'abcxyzabcxyz'],
  ['@[`{', '@[`{'],
  ['\u00c0\u212a\u0130', '\u00c0\u212a\u0130'],
  ['', ''],
])('folding touches A to Z only: %j', ([text, expected]) => {
  expect(foldCase(text!)).toBe(expected);
});

test('equal names are equal strings, whatever spelling they came in', () => {
  const spellings = ['web.svc', 'WEB.svc.', '\\087eb.s\\118c', '\\w\\e\\b.svc'];
  expect(new Set(spellings.map((text): Name => parseName(text))).size).toBe(1);
  const relative = ['web', 'Web', '\\119eb'].map((text): RelativeName => parseRelativeName(text));
  expect(new Set(relative).size).toBe(1);
});
