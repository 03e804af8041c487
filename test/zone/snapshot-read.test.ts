/** The statement of a signed read: what is one, and what is signed. */
import { describe, expect, test } from 'vitest';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { signedOctets } from '../../zone/manifest.ts';
import { formatSnapshotRead, parseSnapshotRead, snapshotReadOctets } from '../../zone/snapshot-read.ts';

const read = { cluster: 'local' as ClusterId, at: 1_763_000_123_456 };
const text = '{"cluster":"local","at":1763000123456}';

test('it is written as JSON in the order of its fields', () => {
  expect(formatSnapshotRead({ at: read.at, cluster: read.cluster })).toBe(text);
});

describe('a text is one', () => {
  test.for<[string, string]>([
    ['as it is written', text],
    ['with spaces', text.replaceAll(':', ': ').replaceAll(',', ', ')],
    ['in another order', '{"at":1763000123456,"cluster":"local"}'],
  ])('%s', ([, given]) => {
    expect(parseSnapshotRead(given)).toEqual(read);
  });

  test('when it is the longest that is written', () => {
    const longest = { cluster: 'x'.repeat(32) as ClusterId, at: Number.MAX_SAFE_INTEGER };
    expect(parseSnapshotRead(formatSnapshotRead(longest))).toEqual(longest);
  });

  test.for<[string, string]>([
    ['nothing', ''],
    ['no JSON', text.slice(0, -1)],
    ['null', 'null'],
    ['a list', `[${text}]`],
    ['one without a cluster', '{"at":1}'],
    ['one without a time', '{"cluster":"local"}'],
    ['one of a cluster that is none', text.replace('local', 'No')],
    ['one with a field more', text.replace('{', '{"x":1,')],
    ['one with a field of the prototype', text.replace('{', '{"__proto__":1,')],
    ['one that is very long', `${text}${' '.repeat(200)}`],
    ...['"1"', '-1', '1.5', '1e300', 'null', '9007199254740992'].map((at): [string, string] => [
      `one whose time is ${at}`,
      `{"cluster":"local","at":${at}}`,
    ]),
  ])('but %s is none', ([, given]) => {
    expect(parseSnapshotRead(given)).toBeUndefined();
  });
});

test('what is signed begins with what it is for, and is not what a manifest is signed as', () => {
  const line = (octets: Uint8Array) => String.fromCharCode(...octets).split('\n');
  expect(line(snapshotReadOctets(text))).toEqual(['kube-doh snapshot read', text]);
  expect(line(signedOctets(text))).toEqual(['kube-doh snapshot manifest', text]);
});
