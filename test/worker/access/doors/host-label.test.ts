/** Tokens in the host name. */
import { describe, expect, test } from 'vitest';
import { parseHostSuffix, tokenOfHost } from '../../../../worker/access/doors/host-label.ts';

const token = `kd1${'a7'.repeat(28)}`;

describe('below doh.example.com', () => {
  test.for([
    [`${token}.doh.example.com`, token],
    [`${token.toUpperCase()}.DOH.example.com`, token],
    [`${token}.doh.example.com:8443`, token],
    [`${token}.doh.example.com.`, token],
    ['kd1.doh.example.com', 'kd1'],
    [`a.${token}.doh.example.com`, undefined],
    [`${token}.a.doh.example.com`, `${token}.a`],
    ['doh.example.com', undefined],
    ['www.doh.example.com', undefined],
    [`${token}.example.com`, undefined],
    [`${token}xdoh.example.com`, undefined],
    [`${token}.doh.example.com.evil.test`, undefined],
  ] as const)('%s', ([host, expected]) => {
    expect(tokenOfHost(new Request(`https://${host}/dns-query`), 'doh.example.com')).toBe(expected);
  });
});

test.for([
  ['doh.example.com', 'doh.example.com'],
  ['DOH.Example.com', 'doh.example.com'],
  ['com', undefined],
  ['', undefined],
  ['.doh.example.com', undefined],
  ['doh.example.com.', undefined],
  ['doh example.com', undefined],
  ['-a.example.com', undefined],
  ['10.0.0.1', undefined],
  [`${'a.'.repeat(95)}ab`, undefined],
] as const)('the suffix "%s"', ([text, expected]) => {
  expect(parseHostSuffix(text)).toBe(expected);
});
