import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../../client/wiring/facts.ts';
import { gatherFacts, type Self } from '../../../client/wiring/gather-facts.ts';
import type { Ran } from '../../../client/wiring/host.ts';
import { install } from '../../../client/wiring/install.ts';
import { type Plan, planInstall } from '../../../client/wiring/plan.ts';
import type { State } from '../../../client/wiring/state.ts';
import { readStateFile } from '../../../client/wiring/state-file.ts';
import { settingsOf } from './facts-of.ts';
import { type Files, TemporaryHost, temporaryRoot } from './temporary-host.ts';

const self: Self = { userId: 0, caller: undefined, launcher: ['/usr/bin/node', '/opt/main.ts'], files: [] };

function facts(files: Files, programs: (command: string) => Partial<Ran> = () => ({}), earlier?: State): HostFacts {
  return gatherFacts(new TemporaryHost('linux', temporaryRoot(files), programs), self, earlier);
}

/** A process in the network of this one, or in another. */
function process(id: number, name: string, args: readonly string[], network = 'net:[1]'): Files {
  return {
    '/proc/self/ns/net': '-> net:[1]',
    [`/proc/${id}/comm`]: `${name}\n`,
    [`/proc/${id}/cmdline`]: `${args.join('\0')}\0`,
    [`/proc/${id}/ns/net`]: `-> ${network}`,
  };
}

test('a container', () => {
  expect(facts({ '/etc/resolv.conf': 'nameserver 192.0.2.1\n' })).toEqual({
    platform: 'linux',
    isAdministrator: true,
    caller: undefined,
    init: { kind: 'none' },
    resolved: undefined,
    resolvConf: { kind: 'file', text: 'nameserver 192.0.2.1\n' },
    networkManager: undefined,
    dnsmasq: undefined,
    unbound: undefined,
    listeners: [],
    launcher: ['/usr/bin/node', '/opt/main.ts'],
    launcherIsPublic: true,
  });
});

describe('what starts services', () => {
  test.each<readonly [string, Files, HostFacts['init']]>([
    ['systemd', { '/run/systemd/system/x': '' }, { kind: 'systemd', version: 252 }],
    ['OpenRC', { '/run/openrc/softlevel': '' }, { kind: 'openrc' }],
    ['systemd that only has files here', { '/etc/systemd/x': '' }, { kind: 'none' }],
  ])('%s', (_, files, init) => {
    expect(facts(files, () => ({ stdout: 'systemd 252 (252.39-1~deb12u1)\n+PAM' })).init).toEqual(init);
  });

  test.each([
    ['darwin', { kind: 'launchd' }],
    ['win32', { kind: 'task-scheduler' }],
  ] as const)('%s', (platform, init) => {
    expect(gatherFacts(new TemporaryHost(platform, temporaryRoot()), self, undefined).init).toEqual(init);
  });
});

test.each([
  ['True\r\n', true],
  ['False\r\n', false],
])('on Windows, an elevated process says %j', (stdout, isAdministrator) => {
  const host = new TemporaryHost('win32', temporaryRoot(), () => ({ stdout }));
  expect(gatherFacts(host, { ...self, userId: undefined }, undefined).isAdministrator).toBe(isAdministrator);
});

describe('systemd-resolved', () => {
  const said: Readonly<Record<string, string>> = {
    'resolvectl --version': 'systemd 255 (255.4)\n',
    'resolvectl dns': 'Global: 192.0.2.1#dns.example 127.0.0.1:5300 [2001:db8::1]:5353\nLink 2 (eth0): 192.0.2.3\n',
    'resolvectl dnsovertls': 'Global: opportunistic\nLink 2 (eth0): yes\n',
  };
  const programs = (command: string): Partial<Ran> => ({ stdout: said[command] ?? '' });

  test('counts when it runs, with its global servers', () => {
    const globalServers = ['192.0.2.1', '127.0.0.1:5300', '[2001:db8::1]:5353'];
    expect(facts(process(5, 'systemd-resolve', []), programs).resolved).toEqual({
      version: 255,
      globalServers,
      asksOverTlsOnly: false,
    });
    expect(facts({}, programs).resolved).toBeUndefined();
  });

  test('may ask everybody over TLS, and nobody without', () => {
    const strict = (command: string): Partial<Ran> =>
      command === 'resolvectl dnsovertls' ? { stdout: 'Global: yes\nLink 2 (eth0): no\n' } : programs(command);
    expect(facts(process(5, 'systemd-resolve', []), strict).resolved?.asksOverTlsOnly).toBe(true);
  });

  test('in place of the stub of an earlier install stand those whom it asks', () => {
    const listen = { host: '127.0.0.1', port: 5300 };
    const earlier: State = { method: 'resolved', zones: [], listen, upstreams: ['192.0.2.8'], done: [] };
    const { resolved } = facts(process(5, 'systemd-resolve', []), programs, earlier);
    expect(resolved?.globalServers).toEqual(['192.0.2.1', '192.0.2.8', '[2001:db8::1]:5353']);
  });
});

describe('NetworkManager', () => {
  const runs = process(6, 'NetworkManager', ['/usr/sbin/NetworkManager']);
  const main = '/etc/NetworkManager/NetworkManager.conf';

  test.each<readonly [string, Files, boolean]>([
    ['nothing said', { [main]: '[main]\nplugins=keyfile\n' }, false],
    ['dnsmasq', { [main]: '[main]\nplugins=keyfile\ndns=dnsmasq\n[ifupdown]\nmanaged=false\n' }, true],
    ['in another section', { [main]: '[main]\n[other]\ndns=dnsmasq\n' }, false],
    ['commented out', { [main]: '[main]\n#dns=dnsmasq\n' }, false],
    ['in a file beside', { '/etc/NetworkManager/conf.d/a.conf': '[main]\ndns = dnsmasq\n' }, true],
    [
      'overridden',
      { [main]: '[main]\ndns=dnsmasq\n', '/etc/NetworkManager/conf.d/b.conf': '[main]\ndns=none\n' },
      false,
    ],
    [
      'set by the package, overridden by its user',
      { [main]: '[main]\ndns=dnsmasq\n', '/usr/lib/NetworkManager/conf.d/c.conf': '[main]\ndns=none\n' },
      true,
    ],
  ])('%s', (_, files, usesDnsmasq) => {
    expect(facts({ ...runs, ...files }).networkManager).toEqual({ usesDnsmasq });
  });

  test('counts when it runs', () => {
    expect(facts({ [main]: '[main]\ndns=dnsmasq\n' }).networkManager).toBeUndefined();
  });
});

describe('dnsmasq', () => {
  const running = { isRunning: true, readsFolder: true, processId: 7 };

  test.each<readonly [string, Files, HostFacts['dnsmasq']]>([
    ['by its own flag', process(7, 'dnsmasq', ['dnsmasq', '-7', '/etc/dnsmasq.d,.dpkg-dist']), running],
    [
      'by its file',
      { ...process(7, 'dnsmasq', ['dnsmasq', '-k']), '/etc/dnsmasq.conf': 'conf-dir=/etc/dnsmasq.d/,*.conf\n' },
      running,
    ],
    [
      'by another file',
      { ...process(7, 'dnsmasq', ['dnsmasq', '--conf-file=/x.conf']), '/x.conf': 'conf-dir=/etc/dnsmasq.d\n' },
      running,
    ],
    [
      'of somebody else',
      { ...process(7, 'dnsmasq', ['dnsmasq', '--conf-file=/libvirt.conf']), '/libvirt.conf': 'port=0\n' },
      undefined,
    ],
    ['in another network', process(7, 'dnsmasq', ['dnsmasq', '-7', '/etc/dnsmasq.d'], 'net:[2]'), undefined],
    [
      'not running',
      { '/etc/default/dnsmasq': 'CONFIG_DIR=/etc/dnsmasq.d,.dpkg-dist\n' },
      { isRunning: false, readsFolder: true, processId: undefined },
    ],
    [
      'with the line commented out',
      { '/etc/dnsmasq.conf': '#conf-dir=/etc/dnsmasq.d\n' },
      { isRunning: false, readsFolder: false, processId: undefined },
    ],
    ['not there', {}, undefined],
  ])('%s', (_, files, dnsmasq) => {
    expect(facts(files).dnsmasq).toEqual(dnsmasq);
  });
});

describe('unbound', () => {
  const include = 'include-toplevel: "/etc/unbound/unbound.conf.d/*.conf"\n';

  test.each<readonly [string, Files, HostFacts['unbound']]>([
    [
      'running',
      { ...process(8, 'unbound', ['/usr/sbin/unbound', '-d']), '/etc/unbound/unbound.conf': include },
      { isRunning: true, readsFolder: true, processId: 8 },
    ],
    [
      'with a file of its own',
      { ...process(8, 'unbound', ['unbound', '-c', '/x.conf']), '/etc/unbound/unbound.conf': include, '/x.conf': '' },
      { isRunning: true, readsFolder: false, processId: 8 },
    ],
    [
      'not running',
      { '/etc/unbound/unbound.conf': include },
      { isRunning: false, readsFolder: true, processId: undefined },
    ],
    ['not there', {}, undefined],
  ])('%s', (_, files, unbound) => {
    expect(facts(files).unbound).toEqual(unbound);
  });
});

describe('who listens', () => {
  const head = '  sl  local_address rem_address   st\n';
  const udp = `${head}  1: 3500007F:0035 00000000:0000 07\n  2: 0100007F:14B4 00000000:0000 07\n`;
  const udp6 = `${head}  3: 00000000000000000000000001000000:0035 0:0 07\n 14: 000080FE00000000FF005450D2B6F1FE:0222 0:0 07\n`;
  const files = { '/proc/net/udp': udp, '/proc/net/udp6': udp6 };
  const others = [
    { host: '127.0.0.53', port: 53 },
    { host: '::1', port: 53 },
  ];
  const stub = { host: '127.0.0.1', port: 5300 };
  const earlier: State = { method: 'resolved', zones: [], listen: stub, upstreams: [], done: [] };

  test('is known by address and port', () => {
    expect(facts(files).listeners).toEqual([others[0], stub, others[1]]);
  });

  test('the service of an earlier install does not count, but a stub that its user runs does', () => {
    const withService: State = { ...earlier, done: [{ kind: 'run', starts: 'systemd-service' }] };
    expect(facts(files, undefined, withService).listeners).toEqual(others);
    expect(facts(files, undefined, earlier).listeners).toContainEqual(stub);
  });
});

describe('whether a service may read the program', () => {
  test.each([
    ['/usr/lib/main.ts', 0o755, 0o644, true],
    ['/usr/lib/main.ts', 0o750, 0o644, false],
    ['/usr/lib/main.ts', 0o755, 0o600, false],
    ['/home/ada/main.ts', 0o755, 0o644, false],
    ['/tmp/x/main.ts', 0o755, 0o644, false],
  ])('%s with folder %o and file %o', (path, folderMode, mode, isPublic) => {
    const root = temporaryRoot({ [path]: '' });
    chmodSync(root, 0o755);
    chmodSync(join(root, path, '..'), folderMode);
    chmodSync(join(root, path), mode);
    const host = new TemporaryHost('linux', root);
    expect(gatherFacts(host, { ...self, files: [path] }, undefined).launcherIsPublic).toBe(isPublic);
  });
});

describe('after an install, the facts are as before it', () => {
  test.each<readonly [string, Files]>([
    ['a file', { '/etc/resolv.conf': 'nameserver 192.0.2.1\n' }],
    ['a link', { '/etc/resolv.conf': '-> ../run/resolv.conf', '/run/resolv.conf': 'nameserver 192.0.2.1\n' }],
  ])('%s', async (_, files) => {
    const host = new TemporaryHost('linux', temporaryRoot(files));
    const before = gatherFacts(host, self, undefined);
    await install(host, before, planInstall(before, settingsOf()) as Plan, undefined);
    expect(gatherFacts(host, self, undefined)).not.toEqual(before);
    expect(gatherFacts(host, self, readStateFile(host))).toEqual(before);
  });
});
