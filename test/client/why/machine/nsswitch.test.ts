import { expect, test } from 'vitest';
import { mdnsSourceBeforeDns } from '../../../../client/why/machine/nsswitch.ts';

test.for([
  ['hosts: files mdns4_minimal [NOTFOUND=return] dns', 'mdns4_minimal'],
  ['passwd: files\nhosts:\tfiles mdns [ NOTFOUND=return ] dns\n', 'mdns'],
  ['hosts: files mdns_minimal [UNAVAIL=continue NOTFOUND=return] resolve', 'mdns_minimal'],
  ['hosts: mdns4 [notfound=RETURN]', 'mdns4'],
  ['hosts: files mdns4_minimal dns', undefined],
  ['hosts: files dns mdns4_minimal [NOTFOUND=return]', undefined],
  ['hosts: files resolve [!UNAVAIL=return] mdns4_minimal [NOTFOUND=return]', undefined],
  ['# hosts: mdns [NOTFOUND=return] dns\nhosts: files dns', undefined],
  ['hosts: files # mdns [NOTFOUND=return]', undefined],
  ['', undefined],
] as const)('%j: %s', ([text, expected]) => {
  expect(mdnsSourceBeforeDns(text)).toBe(expected);
});
