/** What is found out about a machine: files, the stub that is installed there, and sockets on loopback. */
import { createSocket, type Socket } from 'node:dgram';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attemptConnection } from '../../../../client/why/machine/attempt.ts';
import type { SystemAnswer } from '../../../../client/why/machine/here.ts';
import { lookHere, type Machine } from '../../../../client/why/machine/look-here.ts';
import { routeTo } from '../../../../client/why/machine/route.ts';
import { systemAnswer } from '../../../../client/why/machine/system-answer.ts';
import { formatState } from '../../../../client/wiring/state.ts';
import { SystemHost } from '../../../../client/wiring/system-host.ts';
import { parseName } from '../../../../zone/name.ts';

const name = parseName('web.default.svc.cluster.local');
const zone = parseName('cluster.local');
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kube-doh-why-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function machine(more: Partial<Machine> = {}): Machine {
  return {
    host: new SystemHost('linux', root),
    hostsFile: () => '',
    systemAnswer: async (): Promise<SystemAnswer> => ({ kind: 'none' }),
    dnsFinds: async () => false,
    ...more,
  };
}

test('a machine of which nothing is known', async () => {
  expect(await lookHere(machine(), name, zone)).toEqual({
    platform: 'linux',
    answer: { kind: 'none' },
    hostsFile: [],
    wired: { kind: 'nothing' },
    mdnsSource: undefined,
    dnsFinds: false,
    caches: [],
  });
});

test('its files and its programs', async () => {
  put('/etc/nsswitch.conf', 'hosts: files mdns4_minimal [NOTFOUND=return] dns\n');
  put('/proc/7/comm', 'systemd-resolve\n');
  put('/proc/8/comm', 'bash\n');
  const hostsFile = () => '127.0.0.1 localhost\n127.0.0.7 Web.default.svc.cluster.local web # ours\n';
  expect(await lookHere(machine({ hostsFile, dnsFinds: async () => true }), name, zone)).toMatchObject({
    hostsFile: ['127.0.0.7'],
    mdnsSource: 'mdns4_minimal',
    dnsFinds: true,
    caches: ['systemd-resolved'],
  });
});

test('DNS servers are not asked where the system finds the name', async () => {
  const asked: string[] = [];
  const found = async (): Promise<SystemAnswer> => ({ kind: 'addresses', addresses: ['127.0.0.7'] });
  const dnsFinds = async (text: string) => asked.push(text) > 0;
  await lookHere(machine({ systemAnswer: found, dnsFinds }), name, zone);
  expect(asked).toEqual([]);
  await lookHere(machine({ dnsFinds }), name, zone);
  expect(asked).toEqual(['web.default.svc.cluster.local']);
});

describe('with a stub', () => {
  let stub: Socket;
  let rcode = 0;

  beforeEach(async () => {
    rcode = 0;
    stub = createSocket('udp4');
    stub.on('message', (query, from) => {
      const answer = Buffer.from(query);
      // The name itself, and not the zone, may be unknown.
      // What it remembers is of one type, of addresses: QTYPE is before QCLASS, at the end (RFC 1035 §4.1.2).
      const isOfAddresses = query.readUInt16BE(query.length - 4) === 1;
      const isName = query.includes('web');
      answer.writeUInt16BE(0x8000 | (isName && isOfAddresses ? rcode : 0), 2);
      stub.send(answer, from.port, from.address);
    });
    await new Promise<void>((resolve) => stub.bind(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise<void>((resolve) => stub.close(() => resolve())));

  function install(zones: readonly string[]): string {
    const listen = { host: '127.0.0.1', port: stub.address().port };
    put(
      '/var/lib/kube-doh/wiring.json',
      formatState({ method: 'resolv-conf', zones, listen, upstreams: [], done: [] }),
    );
    return `127.0.0.1:${listen.port}`;
  }

  test.for([0, 3])('that answers with RCODE %i', async (code) => {
    rcode = code;
    const listen = install(['cluster.local']);
    const { wired } = await lookHere(machine(), name, zone);
    expect(wired).toEqual({ kind: 'wired', listen, problems: [], rcode: code });
  });

  test('for other zones', async () => {
    install(['prod.k8s.example.com']);
    const { wired } = await lookHere(machine(), name, zone);
    expect(wired).toEqual({ kind: 'other-zones', zones: ['prod.k8s.example.com'] });
  });

  test('whose note is damaged', async () => {
    put('/var/lib/kube-doh/wiring.json', '{');
    const { wired } = await lookHere(machine(), name, zone);
    expect(wired).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining('/var/lib/kube-doh/wiring.json'),
    });
  });
});

test('what the system knows of a name', async () => {
  expect(await systemAnswer('127.0.0.9')).toEqual({ kind: 'addresses', addresses: ['127.0.0.9'] });
  const { kind } = await systemAnswer('a..b');
  expect(kind).not.toBe('addresses');
});

test('the way to this machine itself', async () => {
  expect(await routeTo('127.0.0.9')).toEqual({ kind: 'route', from: '127.0.0.1', isLikeInternet: false });
});

test('what is no address has no way', async () => {
  await expect(routeTo('example.com')).rejects.toThrow(TypeError);
});

test('a connection, and a port at which nobody listens', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await attemptConnection('127.0.0.1', port, 10_000)).toEqual({ kind: 'open' });
  await new Promise<void>((resolve) => server.close(() => resolve()));
  expect(await attemptConnection('127.0.0.1', port, 10_000)).toEqual({ kind: 'refused' });
});
