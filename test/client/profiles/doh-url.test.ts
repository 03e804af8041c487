import { expect, test } from 'vitest';
import { readDohUrl } from '../../../client/profiles/doh-url.ts';

const token = `kd1${'a7'.repeat(28)}`;

test.for<[string, string, string | undefined, string | undefined]>([
  ['https://dns.example.com', 'https://dns.example.com', undefined, undefined],
  ['https://dns.example.com/', 'https://dns.example.com', undefined, undefined],
  ['https://dns.example.com:8443/dns-query', 'https://dns.example.com:8443', undefined, undefined],
  ['https://dns.example.com/dns-query{?dns}', 'https://dns.example.com', undefined, undefined],
  [`https://dns.example.com/t/${token}/dns-query`, 'https://dns.example.com', token, undefined],
  ['https://dns.example.com/c/prod/dns-query', 'https://dns.example.com', undefined, 'prod'],
  [`https://dns.example.com/t/${token}/c/prod-1`, 'https://dns.example.com', token, 'prod-1'],
  ['http://[::1]:8080/dns-query', 'http://[::1]:8080', undefined, undefined],
])('%s', ([text, edge, expectedToken, cluster]) => {
  const url = readDohUrl(text, '--doh');
  expect([url.edge.origin, url.token, url.cluster]).toEqual([edge, expectedToken, cluster]);
});

test.for([
  '',
  token,
  'dns.example.com',
  `https://dns.example.com/${token}`,
  `https://dns.example.com/t/${token}/c/Prod/dns-query`,
  `https://dns.example.com/c/prod/t/${token}/dns-query`,
  `https://dns.example.com/t/${token}/dns-query?x=1`,
  `https://dns.example.com/t/${token}/dns-query#x`,
  `https://x:${token}@dns.example.com/dns-query`,
  `https://${token}.dns.example.com/dns-query`,
  `http://dns.example.com/t/${token}/dns-query`,
  `file:///t/${token}/dns-query`,
  `//dns.example.com/t/${token}`,
])('%s is refused, and is not repeated', (text) => {
  expect(() => readDohUrl(text, '--doh')).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(/^--doh /) }),
  );
  expect(() => readDohUrl(text, '--doh')).not.toThrow(token);
});
