/** base64url as RFC 4648 §5 has it, and nothing else. */
import { expect, test } from 'vitest';
import { fromBase64Url } from '../../../worker/octets/base64url.ts';

test.for([
  ['', []],
  ['AA', [0]],
  ['Zm8', [0x66, 0x6f]],
  ['Zm9v', [0x66, 0x6f, 0x6f]],
  ['-_-_', [0xfb, 0xff, 0xbf]],
] as const)('"%s" is %j', ([text, octets]) => {
  expect([...(fromBase64Url(text) ?? [])]).toEqual(octets);
});

test.for(['A', 'AAAAA', 'AA==', 'AAA=', '+/+/', 'A A', ' AA', 'AA\n', 'AA\0', 'ÀA', 'AA.', 'AA%3D'])(
  '"%s" is none',
  (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  },
);

test.for([
  ['dns=', 4, []],
  ['dns=Zm9v', 4, [0x66, 0x6f, 0x6f]],
  ['Zm9vZm8', 4, [0x66, 0x6f]],
] as const)('"%s" from %i on is %j', ([text, start, octets]) => {
  expect([...(fromBase64Url(text, start) ?? [])]).toEqual(octets);
});
