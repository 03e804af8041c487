/** Labels made of addresses, by example. */
import { expect, test } from 'vitest';
import { parseAddress } from '../../zone/address.ts';
import { addressOfDashedLabel, addressSpelledWithDashes, dashedLabel, isDashedLabel } from '../../zone/dashed.ts';

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
  expect(isDashedLabel(label!, parseAddress(address!)!)).toBe(true);
  expect(isDashedLabel(label!.toUpperCase(), parseAddress(address!)!)).toBe(true);
  for (const other of [`${label}0`, `1${label}`, label!.slice(0, -1), label!.replace('-', '.'), '']) {
    expect(isDashedLabel(other, parseAddress(address!)!)).toBe(false);
  }
});

test.for([
  ['10-244-0-8', '10.244.0.8'],
  ['0-0-0-0', '0.0.0.0'],
  ['fd00-10-244--8', 'fd00:10:244::8'],
  ['fd00-10-244-0-0-0-0-8', 'fd00:10:244::8'],
  ['fd00-0010-0244--0008', 'fd00:10:244::8'],
  ['1--2-3', '1::2:3'],
  ['fd00--', 'fd00::'],
  ['fd00--0', 'fd00::'],
  ['--', '::'],
  ['--1', '::1'],
  // IPv4-mapped.
  ['--ffff-a00-1', '10.0.0.1'],
  ['0-0-0-0-0-ffff-a00-1', '10.0.0.1'],
  // IPv4-compatible is not.
  ['--a00-1', '::a00:1'],
])('%s spells %s', ([label, address]) => {
  expect(addressSpelledWithDashes(label!)).toBe(parseAddress(address!));
});

test.for([
  ...['', '-', '10', '10-244-0', '10-244-0-8-1', '10-244-0-08', '10-244-0-256', '10.244.0.8', 'redis-0', 'a-b-c-d'],
  ...['fd00', 'FD00--1', 'fd00::1', 'fd00--1--2', 'fd00---1', '-fd00--1', 'fd00--1-', 'fd00--00001', 'g--1'],
  ...['1-2-3-4-5-6-7', '1-2-3-4-5-6-7-8-9', '1-2-3-4-5-6-7-8--', '--ffff-10.0.0.1', 'x10-244-0-8'],
])('%j spells no address', (label) => {
  expect(addressSpelledWithDashes(label)).toBeUndefined();
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
