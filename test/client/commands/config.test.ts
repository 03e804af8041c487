/** `kube-doh config` as a process, with profiles as `kube-doh login` leaves them. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { targets } from '../../../client/recipes/table.ts';
import type { Ran } from '../kube-doh.ts';
import { otherToken, token } from '../recipes/example-profiles.ts';

const main = fileURLToPath(new URL('../../../client/start.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kube-doh-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const profilesFile = join(folder, 'profiles.json');
const profiles = {
  prod: { edge: 'https://dns.example.com', cluster: 'prod', token, zones: ['cluster.local', 'prod.k8s.example.com'] },
  test: { edge: 'https://dns.example.com', cluster: 'test', token: otherToken, zones: ['cluster.local'] },
};
writeFileSync(profilesFile, JSON.stringify({ default: 'prod', profiles }), { mode: 0o600 });

function config(...args: readonly string[]): Ran {
  const env = { ...process.env, KUBE_DOH_PROFILES: profilesFile };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'config', ...args], { encoding: 'utf8', env });
  return { code: status, stdout, stderr };
}

const leftOut = 'kube-doh: profile test is left out: other profiles have all its zones; --profile test chooses it\n';
const secret = 'kube-doh: this holds the token of prod: keep it like a password\n';

test('prints the configuration, and the warning apart from it', () => {
  const ran = config('--for', 'dnsproxy', '--profile', 'prod');
  expect([ran.code, ran.stderr]).toEqual([0, secret]);
  expect(ran.stdout).toContain(
    `  - "[/cluster.local/prod.k8s.example.com/]https://dns.example.com/t/${token}/c/prod/dns-query"\n`,
  );
});

test('takes all profiles, and says which of them change nothing', () => {
  const ran = config('--for', 'dnsmasq');
  expect([ran.code, ran.stderr]).toEqual([0, leftOut]);
  expect(ran.stdout).toContain('server=/prod.k8s.example.com/127.0.0.1#5300\n');
  expect(ran.stdout).not.toContain(token);
});

test('the stub is where --stub says', () => {
  expect(config('--for', 'unbound', '--profile', 'prod', '--stub', '10.8.0.1:53').stdout).toContain(
    'forward-addr: 10.8.0.1@53\n',
  );
});

describe('--out', () => {
  test('writes what would be printed, for its owner alone', () => {
    const path = join(folder, 'kube-doh.mobileconfig');
    const printed = config('--for', 'apple', '--profile', 'prod');
    expect(config('--for', 'apple', '--profile', 'prod', '--out', path)).toEqual({
      code: 0,
      stdout: '',
      stderr: secret,
    });
    expect(readFileSync(path, 'utf8')).toBe(printed.stdout);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('replaces nothing', () => {
    const path = join(folder, 'precious');
    writeFileSync(path, 'mine');
    const stderr = `kube-doh: --out ${path} is not written: it exists already: move it away, or choose another path\n`;
    expect(config('--for', 'dnsmasq', '--profile', 'prod', '--out', path)).toEqual({ code: 1, stdout: '', stderr });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test('makes no folder', () => {
    const path = join(folder, 'absent', 'precious');
    const stderr = `kube-doh: --out ${path} is not written: there is no such folder: make it, or choose another path\n`;
    expect(config('--for', 'dnsmasq', '--profile', 'prod', '--out', path)).toEqual({ code: 1, stdout: '', stderr });
  });
});

test('--help lists every target', () => {
  const { code, stdout } = config('--help');
  expect(code).toBe(0);
  const listed = stdout
    .slice(stdout.indexOf('\nTARGET ') + 1)
    .split('\n')
    .slice(1, -1);
  expect(listed.slice(0, listed.indexOf('')).map((line) => line.split(' ')[0])).toEqual(targets);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
});

describe('for a health checker', () => {
  test('the pods that are watched, and no token', () => {
    const watched = ['-n', 'cache', '--service', 'redis-headless', '--port', 'redis', '--min-ready', '3'];
    const ran = config('--for', 'prometheus', '--profile', 'prod', ...watched);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).not.toContain(token);
    expect(ran.stdout).toContain('sd?namespace=cache&service=redis-headless&port=redis"\n');
    expect(ran.stdout).toContain('health?namespace=cache&service=redis-headless&min_ready=3"]\n');
  });

  test('one edge of several is chosen', () => {
    const ran = config('--for', 'gatus', '--profile', 'test');
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toContain('url: "https://dns.example.com/c/test/health"\n');
  });
});

describe('a wrong command line', () => {
  test.for<[readonly string[], string]>([
    [[], '--for is missing: pass what the configuration is for; see kube-doh config --help'],
    [['--for', 'toString'], `--for "toString" is none of ${targets.join(', ')}`],
    [['--for', 'curl', '--stub', '5300'], '--stub "5300" is not HOST:PORT, such as 127.0.0.1:5300'],
    [
      ['--for', 'dnsmasq', '--stub', 'here:5300'],
      'the stub\'s address "here" is a name: pass it as an address, such as 127.0.0.1:5300',
    ],
    [['--for', 'gatus', '-n', 'Cache'], '--namespace "Cache" is no name of a namespace: pass one such as default'],
    [['--for', 'gatus', '--service', 'web'], '--service needs its --namespace as well'],
    [
      ['--for', 'gatus', '-n', 'default', '--service', 'a&b'],
      '--service "a&b" is no name of a Service: pass one such as web',
    ],
    [
      ['--for', 'gatus', '-n', 'default', '--min-ready', '2'],
      '--min-ready is of one Service: pass --namespace and --service as well',
    ],
    [
      ['--for', 'gatus', '-n', 'default', '--service', 'web', '--min-ready', '0'],
      '--min-ready "0" is not a whole number from 1 to 999999',
    ],
    [
      ['--for', 'prometheus', '--port', '70000'],
      '--port "70000" is no port: pass its number or its name, such as 6379 or redis',
    ],
    [['--for', 'gatus', '--port', 'http'], 'gatus takes no --port, which is for prometheus, alloy'],
    [
      ['--for', 'dnsmasq', '-n', 'default'],
      'dnsmasq takes no --namespace, which is for prometheus, alloy, gatus, uptime-kuma',
    ],
    [['--for', 'gatus', '-n', 'default'], 'gatus checks one Service: pass --service NAME as well'],
    [
      ['--for', 'resolv-conf'],
      'resolv-conf knows no port but 53, and the stub is at 5300: let "kube-doh dns --listen 127.0.0.1:53" answer, and pass --stub 127.0.0.1:53',
    ],
  ])('%j', ([args, line]) => {
    expect(config(...args)).toEqual({ code: 2, stdout: '', stderr: `kube-doh: ${line}\n` });
  });
});

test('an alias that is missing is no mistake of the command line', () => {
  const ran = config('--for', 'apple', '--profile', 'test');
  expect([ran.code, ran.stdout]).toEqual([1, '']);
  expect(ran.stderr).toMatch(/^kube-doh: apple never asks for names of \.local, .*register an alias/);
  expect(ran.stderr).not.toContain(otherToken);
});
