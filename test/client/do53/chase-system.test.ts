/** What this system's own resolver tells, in namespaces where it can ask nobody but the test. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chaseThroughSystem } from '../../../client/do53/chase-system.ts';
import { parseName } from '../../../zone/name.ts';

test('what no DNS server has to be asked for is found', async () => {
  const chase = chaseThroughSystem();
  expect(await chase(parseName('localhost'), 'A')).toEqual({ addresses: ['127.0.0.1'], ttlSeconds: 30 });
  // Some systems would take it for an address.
  expect(await chase(parseName('127.0.0.1'), 'A')).toEqual({ addresses: [], ttlSeconds: 30 });
  expect(await chase(parseName('a\\.b.example'), 'A')).toBeUndefined();
});

const namespaces = ['--user', '--map-root-user', '--net', '--mount'];
const canNamespace = spawnSync('unshare', [...namespaces, 'ip', 'link', 'set', 'lo', 'up']).status === 0;

describe.runIf(canNamespace)('a system whose only server is the test', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-system-'));
  let told: Record<string, Record<string, unknown>>;

  beforeAll(() => {
    writeFileSync(
      join(folder, 'resolv.conf'),
      'nameserver 127.0.0.1\nsearch search.example\noptions timeout:3 attempts:1\n',
    );
    writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost\n192.0.2.5 printer.example\n');
    writeFileSync(join(folder, 'nsswitch.conf'), 'hosts: files dns\n');
    const mounts = ['resolv.conf', 'hosts', 'nsswitch.conf'].map(
      (file) => `mount --bind ${folder}/${file} /etc/${file}`,
    );
    const script = fileURLToPath(new URL('./system-host.ts', import.meta.url));
    const command = [...mounts, 'ip link set lo up', `exec ${process.execPath} ${script}`].join(' && ');
    told = JSON.parse(execFileSync('unshare', [...namespaces, 'sh', '-c', command], { encoding: 'utf8' }));
  }, 30_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test('tells addresses, and which names have none, as nobody else does', () => {
    expect(told['found']).toEqual({
      v4: { addresses: ['192.0.2.1', '192.0.2.2'], ttlSeconds: 30 },
      v6: { addresses: ['2001:db8::1'], ttlSeconds: 30 },
      again: { addresses: ['192.0.2.1', '192.0.2.2'], ttlSeconds: expect.any(Number) },
      noV6: { addresses: [], ttlSeconds: 5 },
      none: { addresses: [], ttlSeconds: 5 },
      broken: 'nobody could tell',
      silent: 'nobody could tell',
      inHosts: { addresses: ['192.0.2.5'], ttlSeconds: 30 },
      onlyV6InHosts: { addresses: [], ttlSeconds: 5 },
      number: { addresses: [], ttlSeconds: 30 },
      escaped: 'nobody could tell',
    });
  });

  test('is asked once for a name, and for no name of its search list', () => {
    const asks = told['asks'] as unknown as string[];
    expect(asks.filter((ask) => ask === 'db.example A')).toHaveLength(1);
    expect(asks.filter((ask) => ask.includes('search.example'))).toEqual([]);
  });

  test("is asked for the edge's host where the servers that were asked directly tell nothing", () => {
    expect(told['bootstrap']).toEqual({
      throughTheSystem: [{ address: '192.0.2.4', family: 4 }],
      inHosts: [{ address: '192.0.2.5', family: 4 }],
    });
  });

  test('is not asked for it where it would ask us', () => {
    expect(told['bootstrapOnlyOurselves']).toEqual(['ENOTFOUND', []]);
  });

  test('names its servers, but not ourselves', () => {
    expect(told['servers']).toEqual({
      all: [{ address: '127.0.0.1', portNumber: 53 }],
      withoutOurselves: { servers: [], isOnlyOurselves: true },
    });
  });
});
