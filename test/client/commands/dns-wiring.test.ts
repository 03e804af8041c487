/** `kube-doh dns install|uninstall|status` as a user calls them, as far as that changes nothing here. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(new URL('../../../client/start.mjs', import.meta.url));

function kubeDoh(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'dns', ...args], { encoding: 'utf8', env });
  return { code: status, stdout, stderr };
}

/** The path of profiles with one login. */
function profilesFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'profiles.json');
  const work = { edge: 'https://dns.example.com', token: 'abcdefgh', zones: ['cluster.local', 'c1.example.com'] };
  writeFileSync(path, JSON.stringify({ default: 'work', profiles: { work } }), { mode: 0o600 });
  return path;
}

const toResolvConf = ['--method', 'resolv-conf', '--upstream', '192.0.2.1', '--listen', '127.0.0.1:53'];

describe('install', () => {
  test('--dry-run shows what it would do with the profiles', () => {
    const { code, stdout, stderr } = kubeDoh(
      ['install', '--dry-run', ...toResolvConf, '--reverse-zone', '10.244.0.0/16', '--log-questions'],
      {
        KUBE_DOH_PROFILES: profilesFile(),
      },
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Method resolv-conf: cluster\.local, c1\.example\.com, 244\.10\.in-addr\.arpa are asked at 127\.0\.0\.1:53\n/,
    );
    const options = '--upstream 192.0.2.1 --reverse-zone 10.244.0.0/16 --log-questions';
    const zones = ['cluster.local', 'c1.example.com', '244.10.in-addr.arpa'].map((zone) => `--own-zone ${zone}`);
    expect(stdout).toContain(` dns --listen 127.0.0.1:53 ${options} ${zones.join(' ')}\n`);
    expect(stdout).not.toContain('abcdefgh');
  });

  test('what the system starts is there when the links of npx are gone, and installs no packages', () => {
    const path = profilesFile();
    const link = join(dirname(path), 'kube-doh');
    symlinkSync(join(dirname(main), 'kube-doh.mjs'), link);
    const args = [link, 'dns', 'install', '--dry-run', ...toResolvConf];
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', KUBE_DOH_PROFILES: path };
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    expect(stdout).toContain(`${main} dns --listen 127.0.0.1:53`);
    expect(stdout).not.toContain(link);
  });

  test('--no-service needs no profile', () => {
    const url = ['--doh', 'https://dns.example.com/dns-query', '--zone', 'cluster.local'];
    const { code, stdout } = kubeDoh(['install', '--dry-run', '--no-service', ...url, ...toResolvConf]);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'Method resolv-conf: cluster.local are asked at 127.0.0.1:53']);
  });

  test.each<readonly [readonly string[], string]>([
    [['--method', 'magic'], '--method "magic" is none of auto, macos, windows, '],
    [['--listen', '192.0.2.1:53'], '--listen "192.0.2.1:53" is not an address of this machine alone'],
    [['--upstream', 'x'], '--upstream "x" is not the address of a DNS server'],
    [['--reverse-zone', '10.244.0.0'], '--reverse-zone "10.244.0.0" is no block of addresses'],
    [['--doh', 'https://dns.example.com/dns-query'], 'a service needs a profile, not a URL'],
    [['--wrong'], "Unknown option '--wrong'; see kube-doh dns install --help"],
    [['word'], "Unexpected argument 'word'"],
  ])('%j is a wrong command line', (args, message) => {
    const { code, stdout, stderr } = kubeDoh(['install', '--dry-run', ...args], { KUBE_DOH_PROFILES: profilesFile() });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^kube-doh: [^\n]*\n$/);
    expect(stderr).toContain(message);
  });

  test('what cannot work here is told', () => {
    const { code, stderr } = kubeDoh(
      ['install', '--dry-run', '--method', process.platform === 'win32' ? 'macos' : 'windows'],
      {
        KUBE_DOH_PROFILES: profilesFile(),
      },
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^kube-doh: --method \w+ is for \w+: leave it out, [^\n]*\n$/),
    ]);
  });

  test('without a login it says to log in', () => {
    const { code, stderr } = kubeDoh(['install', '--dry-run'], { KUBE_DOH_PROFILES: '/nonexistent/profiles.json' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('log in with "kube-doh login URL"')]);
  });
});

test('status looks a name up as programs do, whatever is installed', () => {
  expect(kubeDoh(['status', '--name', 'localhost']).stdout).toContain('\nok      this machine finds localhost: ');
});

test.each(['install', 'uninstall', 'status'])('%s --help', (action) => {
  const { code, stdout } = kubeDoh([action, '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^kube-doh dns ${action} \\[OPTIONS\\]\n`));
  expect(stdout.split('\n').every((line) => line.length <= 130)).toBe(true);
});
