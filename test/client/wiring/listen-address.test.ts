import { expect, test } from 'vitest';
import { formatListenAddress, readListenAddress } from '../../../client/wiring/listen-address.ts';

test.each([
  ['127.0.0.1:5300', { host: '127.0.0.1', port: 5300 }],
  ['127.9.9.9:53', { host: '127.9.9.9', port: 53 }],
  ['[::1]:53', { host: '::1', port: 53 }],
])('%s', (text, address) => {
  expect(readListenAddress(text)).toEqual(address);
  expect(formatListenAddress(address)).toBe(text);
});

test.each([
  '',
  '5300',
  '127.0.0.1',
  '127.0.0.1:0',
  '127.0.0.1:65536',
  'localhost:53',
  '0.0.0.0:53',
  '192.0.2.1:53',
  '[::]:53',
  '127.0.0.256:53',
])('%j is refused', (text) => {
  expect(() => readListenAddress(text)).toThrow(
    `--listen "${text}" is not an address of this machine alone with a port, such as 127.0.0.1:5300`,
  );
});
