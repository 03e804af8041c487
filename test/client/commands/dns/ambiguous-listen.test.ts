import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { ambiguityOf } from '../../../../client/commands/dns/ambiguous-listen.ts';

function address(family: 'IPv4' | 'IPv6', text: string, internal = false): NetworkInterfaceInfo {
  const rest = { netmask: '', mac: '', cidr: null };
  return family === 'IPv4'
    ? { family, address: text, internal, ...rest }
    : { family, address: text, internal, scopeid: 0, ...rest };
}

const lo = [address('IPv4', '127.0.0.1', true), address('IPv6', '::1', true)];
const one = [address('IPv4', '192.0.2.1'), address('IPv6', '2001:db8::1'), address('IPv6', 'fe80::1')];

test.for([
  ['0.0.0.0', { lo, eth0: one }, undefined],
  ['::', { lo, eth0: one }, undefined],
  ['0.0.0.0', { lo, eth0: one, wg0: [address('IPv4', '10.8.0.1')] }, 'of 192.0.2.1, 10.8.0.1, another may answer'],
  ['0.0.0.0', { lo, eth0: one, wg0: [address('IPv6', '2001:db8:1::1')] }, undefined],
  ['::', { lo, eth0: one, wg0: [address('IPv4', '10.8.0.1')] }, 'of 192.0.2.1, 10.8.0.1, another'],
  ['::', { lo, eth0: one, wg0: [address('IPv6', '2001:db8:1::1')] }, 'of 2001:db8::1, 2001:db8:1::1, another'],
  ['10.8.0.1', { lo, eth0: one, wg0: [address('IPv4', '10.8.0.1')] }, undefined],
] as const)('%s with %j: %s', ([host, interfaces, line]) => {
  const said = ambiguityOf(host, interfaces);
  if (line === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(line);
});
