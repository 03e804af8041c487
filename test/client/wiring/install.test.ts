import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../../client/wiring/facts.ts';
import { install } from '../../../client/wiring/install.ts';
import { type Plan, planInstall } from '../../../client/wiring/plan.ts';
import { readStateFile } from '../../../client/wiring/state-file.ts';
import { undo } from '../../../client/wiring/undo.ts';
import { factsOf, macos, settingsOf, systemd258 } from './facts-of.ts';
import { TemporaryHost, temporaryRoot, treeOf, write } from './temporary-host.ts';

const plain = { kind: 'file', text: 'nameserver 192.0.2.1\n' } as const;
const planOf = (facts: HostFacts): Plan => planInstall(facts, settingsOf()) as Plan;

test('the commands come in the order in which they make sense, and are undone in the other', async () => {
  const host = new TemporaryHost('linux', temporaryRoot());
  await install(host, systemd258, planOf(systemd258), undefined);
  expect(host.commands.splice(0)).toEqual([
    'systemctl daemon-reload',
    'systemctl enable --now kube-doh-dns.service',
    'systemctl enable --now kube-doh-dns.path',
    'systemctl try-reload-or-restart systemd-resolved.service',
  ]);
  undo(host, systemd258, readStateFile(host)!);
  expect(host.commands).toEqual([
    'systemctl try-reload-or-restart systemd-resolved.service',
    'systemctl disable --now kube-doh-dns.path',
    'systemctl disable --now kube-doh-dns.service',
    'systemctl daemon-reload',
  ]);
});

describe('a file in the way is never touched', () => {
  test.each([
    ['nameserver 10.0.0.1\n', "/etc/resolver/cluster.local exists and is not kube-doh's: move it away"],
    [
      '# Written by kube-doh; and changed\n',
      '/etc/resolver/cluster.local is from another install, or was changed since',
    ],
    ['-> /etc/hosts', "/etc/resolver/cluster.local exists and is not kube-doh's: move it away"],
  ])('%j', async (content, message) => {
    const root = temporaryRoot({ '/etc/resolver/cluster.local': content });
    const before = treeOf(root);
    const host = new TemporaryHost('darwin', root);
    await expect(install(host, macos, planOf(macos), undefined)).rejects.toMatchObject({
      code: 'OCCUPIED',
      message: expect.stringContaining(message),
    });
    expect(treeOf(root)).toEqual(before);
    expect(host.commands).toEqual([]);
  });

  test('also when it was put in place of one of ours', async () => {
    const root = temporaryRoot();
    const host = new TemporaryHost('darwin', root);
    await install(host, macos, planOf(macos), undefined);
    write(root, '/etc/resolver/cluster.local', '# Written by kube-doh\nnameserver 10.0.0.1\n');
    const before = treeOf(root);
    await expect(install(host, macos, planOf(macos), readStateFile(host))).rejects.toMatchObject({ code: 'OCCUPIED' });
    expect(treeOf(root)).toEqual(before);
  });
});

test.each([
  [3, { byHand: [], problems: [] }],
  [99, expect.objectContaining({ code: 'STEP_FAILED' })],
] as const)('launchd may need a while to let go of an earlier install: %i refusals', async (refusals, outcome) => {
  const bootstrap = 'launchctl bootstrap system /Library/LaunchDaemons/kube-doh.dns.plist';
  let count = 0;
  const host = new TemporaryHost('darwin', temporaryRoot(), (command) => {
    if (command !== bootstrap || count === refusals) return {};
    count += 1;
    return { code: 5, stderr: 'Bootstrap failed: 5: Input/output error' };
  });
  const installed = await install(host, macos, planOf(macos), undefined).catch((error: unknown) => error);
  expect(installed).toEqual(outcome);
});

describe('a command that fails undoes all', () => {
  test.each([
    [
      'systemctl enable --now kube-doh-dns.service',
      'Unit is bad.\nmore',
      'failed: Unit is bad.; everything is as it was',
    ],
    [
      'systemctl daemon-reload',
      '',
      'failed: exit code 1; undone but for this: "systemctl daemon-reload" failed: exit code 1',
    ],
  ])('%s', async (failing, stderr, told) => {
    const root = temporaryRoot({ '/etc/hosts': '' });
    const before = treeOf(root);
    const host = new TemporaryHost('linux', root, (command) => (command === failing ? { code: 1, stderr } : {}));
    await expect(install(host, systemd258, planOf(systemd258), undefined)).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: `nothing is installed: "${failing}" ${told}`,
    });
    expect(treeOf(root)).toEqual(before);
  });

  test('what it cannot take back of an earlier step, it tells', async () => {
    const failing = [
      'systemctl disable --now kube-doh-dns.path',
      'systemctl try-reload-or-restart systemd-resolved.service',
    ];
    const host = new TemporaryHost('linux', temporaryRoot(), (line) => (failing.includes(line) ? { code: 1 } : {}));
    await expect(install(host, systemd258, planOf(systemd258), undefined)).rejects.toThrow(
      /undone but for this: .*; "systemctl disable --now kube-doh-dns\.path" failed: exit code 1$/,
    );
  });

  test('also the install before it, and says so', async () => {
    const root = temporaryRoot({ '/etc/hosts': '' });
    const before = treeOf(root);
    let fails = false;
    const host = new TemporaryHost('linux', root, (line) => (fails && line.includes('enable') ? { code: 1 } : {}));
    await install(host, systemd258, planOf(systemd258), undefined);
    fails = true;
    await expect(install(host, systemd258, planOf(systemd258), readStateFile(host))).rejects.toThrow(
      'failed: exit code 1; everything is as before the earlier install',
    );
    expect(treeOf(root)).toEqual(before);
  });

  test.each([
    ['at the end of a step', 'systemctl daemon-reload', false],
    ['while the stub is waited for', undefined, true],
  ])('so does Ctrl-C %s', async (_, command, isServiceStarted) => {
    const ending = new AbortController();
    class InterruptedHost extends TemporaryHost {
      override async answers(): Promise<boolean> {
        ending.abort();
        return false;
      }
    }
    const root = temporaryRoot({ '/etc/hosts': '' });
    const before = treeOf(root);
    const host = new InterruptedHost('linux', root, (line) => {
      // As a signal comes: when nothing else is done.
      if (line === command) setImmediate(() => ending.abort());
      return {};
    });
    await expect(install(host, systemd258, planOf(systemd258), undefined, ending.signal)).rejects.toThrow(
      'nothing is installed: it was told to end; everything is as it was',
    );
    expect(host.commands.includes('systemctl enable --now kube-doh-dns.service')).toBe(isServiceStarted);
    expect(treeOf(root)).toEqual(before);
  });

  test('so does a stub that does not answer', async () => {
    class SilentHost extends TemporaryHost {
      override async answers(): Promise<boolean> {
        return false;
      }
    }
    const root = temporaryRoot({ '/etc/hosts': '' });
    const before = treeOf(root);
    await expect(install(new SilentHost('linux', root), systemd258, planOf(systemd258), undefined)).rejects.toThrow(
      'the stub does not answer at 127.0.0.1:5300 (journalctl -u kube-doh-dns.service tells why)',
    );
    expect(treeOf(root)).toEqual(before);
  });
});

describe('what somebody changed since is left alone, and told', () => {
  test('a file of ours', async () => {
    const root = temporaryRoot();
    const host = new TemporaryHost('darwin', root);
    await install(host, macos, planOf(macos), undefined);
    write(root, '/etc/resolver/cluster.local', 'mine\n');
    expect(undo(host, macos, readStateFile(host)!)).toMatchObject({
      problems: ['/etc/resolver/cluster.local is left as it is: it was changed since'],
      isComplete: true,
    });
    expect(treeOf(root)).toEqual({
      '/etc': 'folder 755',
      '/etc/resolver': 'folder 755',
      '/etc/resolver/cluster.local': '644 mine\n',
    });
  });

  test('resolv.conf; what was there before is kept, and a later install does not overwrite it', async () => {
    const facts = factsOf({ resolvConf: plain });
    const root = temporaryRoot({ '/etc/resolv.conf': plain.text });
    const host = new TemporaryHost('linux', root);
    await install(host, facts, planOf(facts), undefined);
    write(root, '/etc/resolv.conf', 'nameserver 192.0.2.7\n');
    const before = '/var/lib/kube-doh/resolv.conf.before';
    expect(undo(host, facts, readStateFile(host)!).problems).toEqual([
      `/etc/resolv.conf is left as it is: it was changed since; what was there before is in ${before}`,
    ]);
    expect(readFileSync(join(root, '/etc/resolv.conf'), 'utf8')).toBe('nameserver 192.0.2.7\n');
    await install(host, facts, planOf(facts), readStateFile(host));
    undo(host, facts, readStateFile(host)!);
    expect(readFileSync(join(root, before), 'utf8')).toBe(plain.text);
    expect(readFileSync(join(root, '/etc/resolv.conf'), 'utf8')).toBe('nameserver 192.0.2.7\n');
  });
});

test('a file that is mounted, as resolv.conf is in containers, is written in place', async () => {
  const facts = factsOf({ resolvConf: plain });
  const root = temporaryRoot({ '/etc/resolv.conf': plain.text });
  const path = join(root, '/etc/resolv.conf');
  const inode = statSync(path).ino;
  const host = new TemporaryHost('linux', root);
  await install(host, facts, planOf(facts), undefined);
  expect([readFileSync(path, 'utf8').includes('127.0.0.1'), statSync(path).ino]).toEqual([true, inode]);
  undo(host, facts, readStateFile(host)!);
  expect([readFileSync(path, 'utf8'), statSync(path).ino]).toEqual([plain.text, inode]);
});

test('what the user has to do himself is told, both ways', async () => {
  const dnsmasq = { isRunning: true, readsFolder: true, processId: 7 };
  const facts = factsOf({ dnsmasq, resolvConf: { kind: 'file', text: 'nameserver 127.0.0.1\n' } });
  const host = new TemporaryHost('linux', temporaryRoot());
  const restart = ['restart dnsmasq, which reads its configuration only then'];
  expect((await install(host, facts, planOf(facts), undefined)).byHand).toEqual(restart);
  expect(undo(host, facts, readStateFile(host)!).byHand).toEqual(restart);
  expect(host.commands).toEqual([]);
});

test('a file that cannot be removed now is removed by the next uninstall', async () => {
  class StubbornHost extends TemporaryHost {
    override remove(path: string): void {
      if (path.startsWith('/etc')) throw new Error(`EROFS: ${path}`);
      super.remove(path);
    }
  }
  const root = temporaryRoot({ '/etc/hosts': '' });
  const before = treeOf(root);
  const host = new TemporaryHost('darwin', root);
  await install(host, macos, planOf(macos), undefined);
  const first = undo(new StubbornHost('darwin', root), macos, readStateFile(host)!);
  expect(first.isComplete).toBe(false);
  expect(first.problems).toContain('EROFS: /etc/resolver/cluster.local');
  expect(undo(host, macos, readStateFile(host)!)).toMatchObject({ problems: [], isComplete: true });
  expect(treeOf(root)).toEqual(before);
});
