import { expect, test } from 'vitest';
import { hostsAddresses } from '../../../client/do53/hosts-file.ts';

const text = [
  '127.0.0.1 localhost',
  '# 192.0.2.9 edge.example',
  '192.0.2.1\tedge.example  edge # first',
  'not-an-address edge.example',
  'edge.example',
  '  2001:DB8::1 other Edge.Example.\r',
  '192.0.2.1 edge.example',
  '192.0.2.2 edge.example.org #edge.example',
  'fe80::1%eth0 printer',
].join('\n');

test.each([
  ['edge.example', ['192.0.2.1', '2001:db8::1']],
  ['EDGE.example.', ['192.0.2.1', '2001:db8::1']],
  ['edge', ['192.0.2.1']],
  ['printer', ['fe80::1%eth0']],
  ['192.0.2.1', []],
  ['', []],
  ['example', []],
])('%s is at %j', (name, addresses) => {
  expect(hostsAddresses(text, name)).toEqual(addresses);
});
