/** Names of files for keys: each key has its own, on every file system, and none leads out of the folder. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileNameOf, keyOf } from '../../../edge/store/file-name.ts';

const keys = fc.oneof(
  fc.string({ minLength: 1, maxLength: 60 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((key) => Buffer.from(key).toString() === key),
  fc.constantFrom('.', '..', '../../etc/passwd', 'token/ABC', 'token/abc', 'a%2fb', 'a/b', 'con', 'x.value', '\0'),
);

test('a key is found again from the name of its file', () => {
  fc.assert(fc.property(keys, (key) => void expect(keyOf(fileNameOf(key)!)).toBe(key)));
});

test('names are names on every file system', () => {
  fc.assert(fc.property(keys, (key) => void expect(fileNameOf(key)).toMatch(/^[a-z0-9_%-]+\.value$/)));
});

test('two keys have two names, also where case does not count', () => {
  fc.assert(
    fc.property(keys, keys, (a, b) => {
      fc.pre(a !== b);
      expect(fileNameOf(a)!.toLowerCase()).not.toBe(fileNameOf(b)!.toLowerCase());
    }),
  );
});

test.for(['', 'x'.repeat(250), '\u00e9'.repeat(60)])('a key without a name: %j', (key) => {
  expect(fileNameOf(key)).toBeUndefined();
});

test.for(['registry', 'registry.value~', 'Registry.value', '%2.value', '%61.value', '%ff.value', '.value'])(
  'the file %s is of no key',
  (name) => {
    expect(keyOf(name)).toBeUndefined();
  },
);

test('names that people meet stay readable', () => {
  expect(fileNameOf('cluster/prod/snapshot')).toBe('cluster%2fprod%2fsnapshot.value');
});
