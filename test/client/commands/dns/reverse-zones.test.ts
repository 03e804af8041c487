import { expect, test } from 'vitest';
import { readReverseZones } from '../../../../client/commands/dns/reverse-zones.ts';
import { formatName } from '../../../../zone/name.ts';

test.for([
  ['10.244.0.0/16', ['244.10.in-addr.arpa.']],
  ['10.244.0.0/15', ['244.10.in-addr.arpa.', '245.10.in-addr.arpa.']],
  ['10.0.0.0/8', ['10.in-addr.arpa.']],
  ['192.0.2.1/32', ['1.2.0.192.in-addr.arpa.']],
  ['fd00:10::/32', ['0.1.0.0.0.0.d.f.ip6.arpa.']],
  ['fd00::/7', undefined],
  ['fc00::/7', ['c.f.ip6.arpa.', 'd.f.ip6.arpa.']],
] as const)('%s', ([block, zones]) => {
  const read = (): string[] => readReverseZones(block).map(formatName);
  if (zones === undefined) expect(read).toThrow(`--reverse-zone "${block}" is no block of addresses`);
  else expect(read()).toEqual(zones);
});
