import { describe, expect, test } from 'vitest';
import { formatServerAddress, parseServerAddress } from '../../../client/do53/server-address.ts';
import { UsageError } from '../../../sync-agent/usage.ts';

describe('the address of a server', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1', 53, '192.0.2.1'],
    ['192.0.2.1:53', '192.0.2.1', 53, '192.0.2.1'],
    ['192.0.2.1:5300', '192.0.2.1', 5300, '192.0.2.1:5300'],
    ['::1', '::1', 53, '::1'],
    ['[::1]', '::1', 53, '::1'],
    ['[::1]:53', '::1', 53, '::1'],
    ['[2001:DB8:0::1]:65535', '2001:db8::1', 65_535, '[2001:db8::1]:65535'],
    ['fe80::1%eth0', 'fe80::1%eth0', 53, 'fe80::1%eth0'],
    ['[fe80::1%eth0]:5300', 'fe80::1%eth0', 5300, '[fe80::1%eth0]:5300'],
    ['fe80::1%12', 'fe80::1%12', 53, 'fe80::1%12'],
    // Without brackets, all of it is the address.
    ['2001:db8::1:5300', '2001:db8::1:5300', 53, '2001:db8::1:5300'],
    ['::ffff:192.0.2.1', '192.0.2.1', 53, '192.0.2.1'],
    ['[::ffff:192.0.2.1]:5300', '192.0.2.1', 5300, '192.0.2.1:5300'],
  ])('%s is %s, port %i, and is written %s', (text, address, portNumber, written) => {
    const server = parseServerAddress(text);
    expect(server).toEqual({ address, portNumber });
    expect(formatServerAddress(server)).toBe(written);
  });

  test.each([
    '',
    'dns.example',
    'system',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.1:',
    '192.0.2.1:0',
    '192.0.2.1:65536',
    '192.0.2.1:053',
    '[192.0.2.1]:53',
    '192.0.2.1%eth0',
    '::1%',
    'fe80::1%a b',
    'fe80::1%a%b',
    '[::1',
    '[]:53',
    ':53',
    ' 192.0.2.1',
    'tcp://192.0.2.1',
  ])('"%s" is none, and its user hears what is', (text) => {
    expect(() => parseServerAddress(text, '--upstream')).toThrow(
      new UsageError(
        `--upstream "${text}" is not the address of a DNS server, such as 192.0.2.1, 192.0.2.1:5300 or [2001:db8::1]:5300`,
      ),
    );
  });

  test('what is long is not repeated as a whole', () => {
    expect(() => parseServerAddress('x'.repeat(1000))).toThrow(/^--upstream "x{80}…" is not/);
  });
});
