/** Manifests of supplements: what is one, and that it is none of a snapshot, or of another supplement. */
import { expect, test } from 'vitest';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { parseManifest, signedOctets } from '../../../zone/manifest.ts';
import {
  formatSupplementManifest,
  parseSupplementManifest,
  type SupplementManifest,
  supplementSignedOctets,
} from '../../../zone/supplement/manifest.ts';
import { supplementContentType, supplementKinds, supplementPath } from '../../../zone/supplement/supplement.ts';

const manifest: SupplementManifest = {
  format: 1,
  cluster: 'local' as ClusterId,
  generatedAt: 1_763_000_123_456,
  length: 12_345,
  sha256: '0123456789abcdef'.repeat(4),
};
const text = `{"format":1,"cluster":"local","generatedAt":1763000123456,"length":12345,"sha256":"${manifest.sha256}"}`;

test('a manifest is written as JSON in the order of its fields, and read again', () => {
  const { sha256, ...others } = manifest;
  expect(formatSupplementManifest({ sha256, ...others })).toBe(text);
  expect(parseSupplementManifest(text)).toEqual(manifest);
});

test('the longest manifest is one', () => {
  const longest = { ...manifest, cluster: 'x'.repeat(32), generatedAt: 2 ** 53 - 1, length: 2 ** 53 - 1 };
  expect(parseSupplementManifest(JSON.stringify(longest))).toEqual(longest);
});

test.for<[string, string]>([
  ['nothing', ''],
  ['no JSON', text.slice(0, -1)],
  ['null', 'null'],
  ['too long', text.padEnd(257)],
  ['another format', text.replace('"format":1', '"format":2')],
  ['no format', text.replace('"format":1,', '')],
  ['no cluster', text.replace('"local"', '""')],
  ['a number as cluster', text.replace('"local"', '5')],
  ['a time before all', text.replace('1763000123456', '-1')],
  ['a length with a fraction', text.replace('12345,', '1.5,')],
  ['a hash in capitals', text.replace('abcdef', 'ABCDEF')],
  ['a short hash', text.replace('0123456789', '')],
  ['a field too many', text.replace('}', ',"epoch":1}')],
])('is none: %s', ([, given]) => {
  expect(parseSupplementManifest(given)).toBeUndefined();
});

test('no signature of one stands for another kind of manifest', () => {
  const signed = [
    signedOctets(text),
    ...supplementKinds.map((kind) => {
      const octets = supplementSignedOctets(kind, text);
      expect(String.fromCharCode(...octets)).toBe(`kube-doh ${kind} manifest\n${text}`);
      return octets;
    }),
  ];
  expect(new Set(signed.map(String)).size).toBe(3);
  expect(parseManifest(text)).toBeUndefined();
});

test.for([
  ['remarks', '/v1/clusters/local/remarks', 'application/vnd.kube-doh.remarks'],
  ['endpoints', '/v1/clusters/local/endpoints', 'application/vnd.kube-doh.endpoints'],
] as const)('where %s are sent, and as what', ([kind, path, contentType]) => {
  expect(supplementPath('local' as ClusterId, kind)).toBe(path);
  expect(supplementContentType(kind)).toBe(contentType);
});
