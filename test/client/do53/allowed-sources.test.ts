import { describe, expect, test } from 'vitest';
import { allowedSources } from '../../../client/do53/allowed-sources.ts';
import { UsageError } from '../../../sync-agent/usage.ts';

describe('who may ask', () => {
  const isAllowed = allowedSources([
    '192.0.2.0/24',
    '2001:db8::/32',
    '198.51.100.7',
    '::ffff:203.0.113.0/120',
    'fe80::/10',
  ]);

  test.each([
    '127.0.0.1',
    '127.255.0.9',
    '::1',
    '::ffff:127.0.0.1',
    '192.0.2.0',
    '192.0.2.255',
    '::ffff:192.0.2.1',
    '198.51.100.7',
    '203.0.113.5',
    '2001:db8:ffff::1',
    'fe80::1%eth0',
  ])('%s', (address) => {
    expect([isAllowed(address), isAllowed(address)]).toEqual([true, true]);
  });

  test.each(['192.0.3.0', '128.0.0.1', '198.51.100.8', '203.0.114.5', '2001:db9::1', '::', '::2', '0.0.0.0', '', 'x'])(
    'but not "%s"',
    (address) => {
      expect([isAllowed(address), isAllowed(address)]).toEqual([false, false]);
    },
  );

  test('everybody, when all addresses are allowed', () => {
    const everybody = allowedSources(['0.0.0.0/0', '::/0']);
    expect([everybody('203.0.113.1'), everybody('2001:db8::1')]).toEqual([true, true]);
  });

  test('as before, when more have asked than are remembered', () => {
    for (let i = 0; i < 3000; i += 1) isAllowed(`198.18.${i >> 8}.${i & 255}`);
    expect([isAllowed('192.0.2.1'), isAllowed('198.18.0.1')]).toEqual([true, false]);
  });
});

test.each(['', 'office', '192.0.2.0/33', '192.0.2.1/24', '192.0.2.0/24/8', '192.0.2.0/', '/8', '192.0.2.0 /24'])(
  '"%s" is no block of addresses',
  (text) => {
    expect(() => allowedSources([text])).toThrow(UsageError);
    expect(() => allowedSources([text])).toThrow(/^--allow ".*" is no block of addresses, such as 192\.0\.2\.0\/24/);
  },
);
