import { describe, expect, test } from 'vitest';
import { ourselves, refuseOurselves } from '../../../client/do53/ourselves.ts';
import { parseServerAddress } from '../../../client/do53/server-address.ts';
import { readUpstreams } from '../../../client/do53/upstreams.ts';
import { UsageError } from '../../../sync-agent/usage.ts';

const interfaces = () => ['127.0.0.1', '::1', '192.0.2.7', '2001:db8::7'];

function isOwn(server: string, ...listening: string[]): boolean {
  return ourselves(
    listening.map((text) => parseServerAddress(text)),
    interfaces,
  )(parseServerAddress(server));
}

describe('a server is ourselves', () => {
  test.each([
    ['127.0.0.1:5300', '127.0.0.1:5300'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['[::1]:5300', '[::1]:5300'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
    ['127.9.9.9', '0.0.0.0'],
    ['0.0.0.0', '0.0.0.0'],
    ['192.0.2.7', '0.0.0.0'],
    ['192.0.2.7', '::'],
    ['2001:db8::7', '::'],
    ['::', '0.0.0.0'],
    ['fe80::1%eth0', 'fe80::1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
  ])('when %s is asked, and we listen at %s', (server, listening) => {
    expect(isOwn(server, '192.0.2.99:99', listening)).toBe(true);
  });

  test.each([
    ['127.0.0.1:53', '127.0.0.1:5300'],
    ['127.0.0.2', '127.0.0.1'],
    ['::1', '127.0.0.1'],
    ['192.0.2.8', '0.0.0.0'],
    ['2001:db8::7', '0.0.0.0'],
    ['0.0.0.0', '192.0.2.7'],
  ])('but not when %s is asked, and we listen at %s', (server, listening) => {
    expect(isOwn(server, listening)).toBe(false);
  });
});

test('a server that is ourselves is refused', () => {
  const own = [parseServerAddress('127.0.0.1:5300')];
  expect(() => refuseOurselves([parseServerAddress('127.0.0.1:5301')], own)).not.toThrow();
  expect(() => refuseOurselves([parseServerAddress('127.0.0.1:5300')], own)).toThrow(
    new UsageError('--upstream 127.0.0.1 port 5300 is this program itself: pass another server'),
  );
});

describe('--upstream', () => {
  const own = [parseServerAddress('127.0.0.1:5300')];

  test('gives servers in their order', () => {
    expect(readUpstreams(['192.0.2.1', '[::1]:5300'], own)()).toEqual([
      { address: '192.0.2.1', portNumber: 53 },
      { address: '::1', portNumber: 5300 },
    ]);
  });

  test('may be the system, whatever servers that has', () => {
    const servers = readUpstreams(['system', '192.0.2.1'], own)();
    expect(servers.at(-1)).toEqual({ address: '192.0.2.1', portNumber: 53 });
    expect(servers).not.toContainEqual(own[0]);
  });

  test.each(['127.0.0.1:5300', 'System', 'dns.example'])('is an error at once when it is %s', (text) => {
    expect(() => readUpstreams(['192.0.2.1', text], own)).toThrow(UsageError);
  });
});
