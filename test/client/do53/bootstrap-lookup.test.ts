/** How the edge's own host is found. Names that the system is asked for are such that it needs nobody else. */
import type { LookupAddress, LookupOptions } from 'node:dns';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type BootstrapOptions, bootstrapLookup, checkBootstrap } from '../../../client/do53/bootstrap-lookup.ts';
import type { ServerAddress } from '../../../client/do53/server-address.ts';
import { UsageError } from '../../../sync-agent/usage.ts';
import { parseName } from '../../../zone/name.ts';
import { startFakeDns } from './fake-dns.ts';
import { address, answerTo, asked } from './messages.ts';

const zones = () => [parseName('cluster.local'), parseName('c1.k8s.example')];

/** The system asks these servers, and nobody else. */
function options(servers: readonly ServerAddress[], more: Partial<BootstrapOptions> = {}): BootstrapOptions {
  return { zones, ownAddresses: [], hosts: () => '', system: () => ({ servers, isOnlyOurselves: true }), ...more };
}

/** What the callback is told, in one line. */
function told(given: BootstrapOptions, host: string, how: LookupOptions = { all: true }): Promise<string> {
  return asking(bootstrapLookup(given))(host, how);
}

function asking(lookup: ReturnType<typeof bootstrapLookup>) {
  return (host: string, how: LookupOptions = { all: true }): Promise<string> =>
    new Promise((resolve) => {
      lookup(host, how, (error, found, family) => {
        if (error !== null) resolve(String(error.code));
        else if (typeof found === 'string') resolve(`${found} (${family})`);
        else resolve(found.map(({ address: ip, family: of }: LookupAddress) => `${ip} (${of})`).join(' '));
      });
    });
}

/** Tells both families of each name. */
function dns() {
  return startFakeDns({
    udp: (message, reply) => {
      const [name, type] = asked(message);
      reply(answerTo(message, { answers: [address(name, type === 'A' ? '192.0.2.1' : '2001:db8::1')] }));
    },
  });
}

test.each<[LookupOptions, string]>([
  [{ all: true }, '192.0.2.1 (4) 2001:db8::1 (6)'],
  [{ all: true, family: 0 }, '192.0.2.1 (4) 2001:db8::1 (6)'],
  [{ all: true, family: 4 }, '192.0.2.1 (4)'],
  [{ all: true, family: 'IPv6' }, '2001:db8::1 (6)'],
  [{}, '192.0.2.1 (4)'],
  [{ family: 6 }, '2001:db8::1 (6)'],
])('the servers of the system are asked; with %j it is told %s', async (how, expected) => {
  const server = await dns();
  expect(await told(options([server.address]), 'edge.example', how)).toBe(expected);
});

test.each([
  ['192.0.2.7', '192.0.2.7 (4)'],
  ['2001:db8::7', '2001:db8::7 (6)'],
  ['localhost', '127.0.0.1 (4) ::1 (6)'],
  ['edge.localhost', '127.0.0.1 (4) ::1 (6)'],
])('nobody is asked about %s', async (host, expected) => {
  const server = await dns();
  const given = options([server.address]);
  expect(await told(given, host)).toBe(expected);
  expect(server.asked).toEqual([]);
  await told(given, 'edge.example');
  expect(server.asked).not.toEqual([]);
});

test('nobody is asked where the addresses are given, or in the hosts file', async () => {
  const server = await dns();
  const hosts = () => '192.0.2.9 EDGE.example # dev\n';
  expect(await told(options([server.address], { hosts }), 'edge.example')).toBe('192.0.2.9 (4)');
  expect(await told(options([server.address], { hosts }), 'edge.example', { family: 6 })).toBe('ENOTFOUND');
  const addresses = ['2001:db8::8', '192.0.2.8'];
  expect(await told(options([server.address], { hosts, addresses }), 'edge.example')).toBe(
    '2001:db8::8 (6) 192.0.2.8 (4)',
  );
  expect(await told(options([server.address], { addresses }), 'edge.example', { family: 4 })).toBe('192.0.2.8 (4)');
  expect(server.asked).toEqual([]);
});

test('a host within a zone of the stub is refused, and nobody is asked', async () => {
  const server = await dns();
  const given = options([server.address]);
  expect(await told(given, 'edge.C1.k8s.example')).toBe('EDGE_IN_OWN_ZONE');
  expect(await told(given, 'cluster.local')).toBe('EDGE_IN_OWN_ZONE');
  expect(server.asked).toEqual([]);
  expect(await told(given, 'edge-c1.k8s.example')).toBe('192.0.2.1 (4) 2001:db8::1 (6)');
});

test('that is told at the start, in one line', () => {
  const hosts = () => '';
  expect(() => checkBootstrap('edge.c1.k8s.example', { zones, hosts })).toThrow(
    new UsageError(
      'the edge edge.c1.k8s.example lies in the zone c1.k8s.example. which it serves, so its address cannot be asked for: pass it with --bootstrap',
    ),
  );
  expect(() => checkBootstrap('edge.example', { zones, hosts })).not.toThrow();
  expect(() => checkBootstrap('edge.c1.k8s.example', { zones, hosts, addresses: ['192.0.2.1'] })).not.toThrow();
  expect(() => checkBootstrap('edge.c1.k8s.example', { zones, hosts: () => '::1 edge.c1.k8s.example' })).not.toThrow();
});

test('the stub itself is not asked', async () => {
  const own = await dns();
  const other = await dns();
  const given = options([own.address, other.address], { ownAddresses: [own.address] });
  expect(await told(given, 'edge.example')).toBe('192.0.2.1 (4) 2001:db8::1 (6)');
  expect([own.asked.length, other.asked.length]).toEqual([0, 2]);
});

test('servers that were named are asked in place of the system, which asks the stub alone', async () => {
  const [named, ofSystem] = [await dns(), await dns()];
  const given = options([ofSystem.address], { servers: () => [named.address] });
  expect(await told(given, 'edge.example')).toBe('192.0.2.1 (4) 2001:db8::1 (6)');
  expect(named.asked).not.toEqual([]);
  expect(ofSystem.asked).toEqual([]);
});

test('one family is enough', async () => {
  const server = await startFakeDns({
    udp: (message, reply) => {
      const [, type] = asked(message);
      if (type === 'A') reply(answerTo(message, { answers: [address('edge.example', '192.0.2.1')] }));
    },
  });
  expect(await told(options([server.address]), 'edge.example')).toBe('192.0.2.1 (4)');
});

test('what was good is used while nobody tells, and until others are told', async () => {
  const state = { ip: '192.0.2.1', rcode: 0 };
  const server = await startFakeDns({
    udp: (message, reply) =>
      reply(
        answerTo(message, {
          rcode: state.rcode,
          answers: state.rcode === 0 ? [address('edge.example', state.ip)] : [],
        }),
      ),
  });
  const remembered = new Map<string, readonly string[]>();
  const ask = asking(bootstrapLookup(options([server.address], { remembered })));
  expect(await ask('edge.example', { family: 4 })).toBe('192.0.2.1 (4)');
  state.rcode = 2;
  expect(await ask('edge.example', { family: 4 })).toBe('192.0.2.1 (4)');
  // Nothing is known of another name.
  expect(await ask('edge.other', { family: 4 })).toBe('ENOTFOUND');
  Object.assign(state, { ip: '192.0.2.2', rcode: 0 });
  expect(await ask('edge.example', { family: 4 })).toBe('192.0.2.2 (4)');
  state.rcode = 2;
  const another = asking(bootstrapLookup(options([server.address], { remembered })));
  expect(await another('edge.example', { family: 4 })).toBe('192.0.2.2 (4)');
});

test('what was good is used while servers keep silent', async () => {
  const server = await dns();
  const silent = await startFakeDns({});
  let current = server;
  const ask = asking(
    bootstrapLookup(options([], { system: () => ({ servers: [current.address], isOnlyOurselves: true }) })),
  );
  await ask('edge.example');
  current = silent;
  expect(await ask('edge.example')).toBe('192.0.2.1 (4) 2001:db8::1 (6)');
  expect(silent.asked.length).toBeGreaterThan(0);
});

test('a text that is no name is an error', async () => {
  expect(await told(options([]), 'a..b')).toBe('ENOTFOUND');
  expect(() => checkBootstrap('a..b', { zones, hosts: () => '' })).toThrow(UsageError);
});

test('node:http2 connects by it', async () => {
  const server = http2.createServer();
  server.on('stream', (stream) => stream.respond({ ':status': 204 }, { endStream: true }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const addresses = ['127.0.0.1'];
  const session = http2.connect(`http://edge.example:${port}`, { lookup: bootstrapLookup(options([], { addresses })) });
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  const [headers] = await new Promise<unknown[]>((resolve, reject) => {
    session.on('error', reject);
    session
      .request({ ':path': '/' })
      .on('response', (...all) => resolve(all))
      .on('error', reject);
  });
  expect(headers).toMatchObject({ ':status': 204 });
});
