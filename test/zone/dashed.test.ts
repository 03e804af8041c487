/** Labels made of addresses, by example. */
import { expect, test } from 'vitest';
import { parseAddress } from '../../zone/address.ts';
import { addressOfDashedLabel, dashedLabel } from '../../zone/dashed.ts';

test.for([
  ['10.244.0.8', '10-244-0-8'],
  ['0.0.0.0', '0-0-0-0'],
  ['fd00:10:244::8', 'fd00-10-244--8'],
  ['2001:db8:0:1:1:1:1:1', '2001-db8-0-1-1-1-1-1'],
  ['::1', '--1'],
  ['fd00::', 'fd00--0'],
  ['::', '--0'],
])('%s is %s', ([address, label]) => {
  expect(dashedLabel(parseAddress(address!)!)).toBe(label);
  expect(addressOfDashedLabel(label!)).toBe(parseAddress(address!));
});

test.for([
  ...['', '-', '10', '10-244-0', '10-244-0-8-1', '10-244-0-08', '10-244-0-256', '10.244.0.8', 'redis-0'],
  ...[
    'fd00-10-244--08',
    'fd00-10-244-0-0-0-0-8',
    'FD00-10-244--8',
    'fd00--',
    'fd00::8',
    'fd00-10-244--8-',
    '--',
    'g--1',
  ],
])('%j is the label of no address', (label) => {
  expect(addressOfDashedLabel(label)).toBeUndefined();
});
