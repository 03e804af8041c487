/** Manifests: what is one, and which comes after which. */
import { describe, expect, test } from 'vitest';
import { type ClusterId, parseClusterId } from '../../zone/cluster-id.ts';
import {
  formatManifest,
  isNewer,
  type Manifest,
  maySucceed,
  parseManifest,
  signedOctets,
  snapshotPath,
  soaSerial,
  takeOver,
  type Version,
} from '../../zone/manifest.ts';

const manifest: Manifest = {
  format: 1,
  cluster: 'local' as ClusterId,
  epoch: 1_763_000_000,
  serial: 7,
  generatedAt: 1_763_000_123_456,
  length: 12_345,
  sha256: '0123456789abcdef'.repeat(4),
};
const text = `{"format":1,"cluster":"local","epoch":1763000000,"serial":7,"generatedAt":1763000123456,"length":12345,"sha256":"${manifest.sha256}"}`;

test('a manifest is written as JSON in the order of its fields', () => {
  const { sha256, ...others } = manifest;
  expect(formatManifest({ sha256, ...others })).toBe(text);
});

test('an identity is written last', () => {
  expect(formatManifest({ ...manifest, identity: 'x' })).toBe(`${text.slice(0, -1)},"identity":"x"}`);
  expect(parseManifest(formatManifest({ ...manifest, identity: 'x' }))).toEqual({ ...manifest, identity: 'x' });
});

describe('a text is a manifest', () => {
  test.for<[string, string]>([
    ['as it is written', text],
    ['with spaces', text.replaceAll(':', ': ').replaceAll(',', ',\n')],
    ['in another order', `{"sha256":"${manifest.sha256}",${text.slice(1, text.indexOf(',"sha256"'))}}`],
  ])('%s', ([, given]) => {
    expect(parseManifest(given)).toEqual(manifest);
  });

  test.for<[string, string]>([
    ['with the largest numbers', JSON.stringify({ ...manifest, serial: Number.MAX_SAFE_INTEGER })],
    ['with an identity', JSON.stringify({ ...manifest, identity: '3f0f5a0e-6d0c-4c5f-9f5e-0d1f3a1b2c3d' })],
    ['with the longest identity', JSON.stringify({ ...manifest, identity: 'aZ9-'.repeat(16) })],
    ['with the smallest numbers', JSON.stringify({ ...manifest, epoch: 0, serial: 0, generatedAt: 0, length: 0 })],
  ])('%s', ([, given]) => {
    expect(parseManifest(given)).toBeDefined();
  });

  test.for<[string, string]>([
    ['nothing', ''],
    ['no JSON', text.slice(0, -1)],
    ['null', 'null'],
    ['a list', `[${text}]`],
    ['a number', '1'],
    ['one with an empty identity', JSON.stringify({ ...manifest, identity: '' })],
    ['one with a longer identity', JSON.stringify({ ...manifest, identity: 'x'.repeat(65) })],
    ['one with an identity of other characters', JSON.stringify({ ...manifest, identity: 'a.b' })],
    ['one with an identity that is no text', JSON.stringify({ ...manifest, identity: null })],
    ['one with a field more', JSON.stringify({ ...manifest, note: '' })],
    ['one with a field of the prototype', text.replace('{', '{"__proto__":1,')],
    ...Object.keys(manifest).map((field): [string, string] => [
      `one without ${field}`,
      JSON.stringify({ ...manifest, [field]: undefined }),
    ]),
    ...['epoch', 'serial', 'generatedAt', 'length'].flatMap((field) =>
      ['"1"', '-1', '1.5', '1e300', 'null', '9007199254740992'].map((value): [string, string] => [
        `one whose ${field} is ${value}`,
        text.replace(new RegExp(`"${field}":\\d+`), `"${field}":${value}`),
      ]),
    ),
    ['one of another format', JSON.stringify({ ...manifest, format: 2 })],
    ['one of a format in quotes', JSON.stringify({ ...manifest, format: '1' })],
    ['one of a cluster that is none', JSON.stringify({ ...manifest, cluster: 'No' })],
    ['one with a hash in capitals', JSON.stringify({ ...manifest, sha256: manifest.sha256.toUpperCase() })],
    ['one with a short hash', JSON.stringify({ ...manifest, sha256: manifest.sha256.slice(1) })],
    ['one with a long hash', JSON.stringify({ ...manifest, sha256: `${manifest.sha256}0` })],
    ['one that is very long', `${text}${' '.repeat(1000)}`],
  ])('but %s is none', ([, given]) => {
    expect(parseManifest(given)).toBeUndefined();
  });

  test('and the longest that is written is one', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const longest: Manifest = {
      ...manifest,
      cluster: parseClusterId('x'.repeat(32))!,
      epoch: most,
      serial: most,
      generatedAt: most,
      length: most,
    };
    expect(parseManifest(formatManifest(longest))).toEqual(longest);
  });

  test('and fits into the metadata of a value, signature and quoting included', () => {
    // Line ends take two octets there.
    let longest = text;
    while (parseManifest(`${longest}\n`) !== undefined) longest += '\n';
    expect(longest.length).toBeGreaterThan(400);
    expect(JSON.stringify({ manifest: longest, signature: 'x'.repeat(86) }).length).toBeLessThanOrEqual(1024);
  });
});

test('what is signed begins with what it is for', () => {
  expect(String.fromCharCode(...signedOctets(text))).toBe(`kube-doh snapshot manifest\n${text}`);
});

test('the path of a publish', () => {
  expect(snapshotPath('local' as ClusterId)).toBe('/v1/clusters/local/snapshot');
});

describe('versions', () => {
  // Written as epoch.serial; what is stored comes first.
  test.for<[string, string, { maySucceed: boolean; isNewer: boolean }]>([
    ['5.7', '5.8', { maySucceed: true, isNewer: true }],
    ['5.7', '5.7', { maySucceed: false, isNewer: false }],
    ['5.7', '5.6', { maySucceed: false, isNewer: false }],
    ['5.7', '6.8', { maySucceed: true, isNewer: true }],
    // A new writer that does not go on from what is stored.
    ['5.7', '6.7', { maySucceed: false, isNewer: true }],
    ['5.7', '6.1', { maySucceed: false, isNewer: true }],
    // An old writer that has not noticed the new one.
    ['5.7', '4.8', { maySucceed: false, isNewer: false }],
    ['5.7', '4.9', { maySucceed: false, isNewer: false }],
  ])('over %s comes %s: %j', ([stored, next, expected]) => {
    const a = versionOf(next);
    const b = versionOf(stored);
    expect({ maySucceed: maySucceed(a, b), isNewer: isNewer(a, b) }).toEqual(expected);
  });

  test.for<[string, number, string]>([
    ['5.7', 1_763_000_000_999, '1763000000.8'],
    // The clock of the writer before was ahead.
    ['1763000000.7', 1_763_000_000_000, '1763000001.8'],
    ['1763000005.7', 1_763_000_000_000, '1763000006.8'],
    ['1762999999.7', 1_763_000_000_000, '1763000000.8'],
  ])('after %s, at %i, a new writer begins with %s', ([stored, now, expected]) => {
    const { epoch, serial } = takeOver(versionOf(stored), now);
    expect(`${epoch}.${serial}`).toBe(expected);
  });

  test.for([
    [0, 0],
    [1, 1],
    [2 ** 32 - 1, 2 ** 32 - 1],
    [2 ** 32, 0],
    [2 ** 32 + 5, 5],
    [Number.MAX_SAFE_INTEGER, 2 ** 32 - 1],
  ])('serial %i is %i in the SOA', ([serial, expected]) => {
    expect(soaSerial({ epoch: 1, serial: serial! })).toBe(expected);
  });
});

function versionOf(text: string): Version {
  const [epoch, serial] = text.split('.').map(Number);
  return { epoch: epoch!, serial: serial! };
}
