/** `kube-doh run`: what programs see, how they end, and that nothing is left. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { findNssWrapper } from '../../../client/export/run/nss-wrapper.ts';
import type { Ran } from '../kube-doh.ts';
import { EdgeOfDemo, runCommand, spawnCommand } from './edge-of-demo.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const edge = new EdgeOfDemo();
const redis = 'redis-0.redis-headless.cache.svc.cluster.local';
const nssWrapper = findNssWrapper(process.platform);

let folder: string;

beforeAll(() => edge.ready());
afterAll(() => edge.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
});
afterEach(() => {
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

/** Its temporary files go where the test sees them. */
function run(...args: readonly string[]): Promise<Ran> {
  return runCommand(['run', ...args], { ...edge.variables, TMPDIR: folder });
}

function node(program: string, ...args: readonly string[]): readonly string[] {
  return ['--', process.execPath, ...args, '-e', program];
}

describe('Node', () => {
  test('sees every name of the zones, by each way that ends at dns.lookup', async () => {
    const program = `
      const dns = require('node:dns'), net = require('node:net'), { promisify } = require('node:util');
      const say = (what) => (error, ...found) => console.log(what, JSON.stringify(error ? error.code : found));
      (async () => {
        await promisify((done) => dns.lookup('${redis}', (...all) => { say('callback')(...all); done(); }))();
        await promisify((done) => dns.lookup('REDIS-0.redis-headless.cache.svc.prod.k8s.example.com.', { all: true }, (...all) => { say('alias')(...all); done(); }))();
        await promisify((done) => dns.lookup('${redis}', 6, (...all) => { say('IPv6')(...all); done(); }))();
        say('promise')(null, await dns.promises.lookup('${redis}', { family: 4 }));
        say('promisify')(null, await promisify(dns.lookup)('${redis}'));
        await dns.promises.lookup('absent.default.svc.cluster.local').catch((error) => console.log(error.message));
        say('others')(null, (await dns.promises.lookup('localhost', { family: 4 })).address);
        await dns.promises.lookup('${redis}', { family: 4, all: true }).then((all) => say('all')(null, all));
        net.connect(1, 'absent.svc.cluster.local').on('error', say('connect'));
      })();`;
    const address = await edge.address(redis);
    const { code, stdout, stderr } = await run(...node(program));
    expect(stdout.split('\n')).toEqual([
      `callback ["${address}",4]`,
      `alias [[{"address":"${address}","family":4}]]`,
      'IPv6 "ENOTFOUND"',
      `promise [{"address":"${address}","family":4}]`,
      `promisify [{"address":"${address}","family":4}]`,
      'getaddrinfo ENOTFOUND absent.default.svc.cluster.local',
      'others ["127.0.0.1"]',
      `all [[{"address":"${address}","family":4}]]`,
      'connect "ENOTFOUND"',
      '',
    ]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        "kube-doh: names are seen by Node's dns.lookup for cluster.local, prod.k8s.example.com; with --service, by glibc too\n",
    });
  });

  test('modules see them too, and programs that a program starts', async () => {
    const inner = `import { lookup } from 'node:dns/promises'; console.log((await lookup('${redis}')).address);`;
    const outer = `require('node:child_process').spawnSync(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(inner)}], { stdio: 'inherit' })`;
    expect(await run(...node(outer))).toMatchObject({ code: 0, stdout: `${await edge.address(redis)}\n` });
  });

  test('without it, none of it', async () => {
    const program = `require('node:dns').lookup('${redis}', (error) => console.log(error.code))`;
    const { stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
    expect(stdout).toMatch(/^(ENOTFOUND|EAI_AGAIN)\n$/);
  });
});

describe.skipIf(nssWrapper === undefined)('programs that use glibc', () => {
  test('see the names of the Service, and the system still knows its own', async () => {
    const script = `getent ahostsv4 ${redis}; getent ahosts redis-headless.cache.svc.prod.k8s.example.com; getent hosts localhost`;
    const { code, stdout, stderr } = await run('--service', 'redis-headless.cache', '--', 'sh', '-c', script);
    const address = await edge.address(redis);
    expect([code, stdout.split(/\s/)[0]]).toEqual([0, address]);
    expect(stdout.match(/ STREAM /g)).toHaveLength(4);
    expect(stdout).toMatch(/^(127\.0\.0\.1|::1) +localhost/m);
    expect(stderr).toContain(`; programs that use glibc (${nssWrapper}, 6 lines of names)\n`);
  });

  test('see a pod by its new address, without a start of their own', async () => {
    const name = 'redis-1.redis-headless.cache.svc.cluster.local';
    const old = await edge.address(name);
    const script = `for i in $(seq 300); do now=$(getent ahostsv4 ${name} | head -n 1 | cut -d ' ' -f 1); [ "$now" != "${old}" ] && [ -n "$now" ] && { echo "$now"; exit; }; sleep 0.1; done`;
    const running = run('--service', 'redis-headless.cache', '--', 'sh', '-c', script);
    await fetch(edge.api('/api/v1/namespaces/cache/pods/redis-1'), { method: 'DELETE' });
    const { stdout } = await running;
    expect(stdout).not.toBe('');
    expect(stdout).toBe(`${await edge.address(name)}\n`);
  });
});

test('the file of names is there for Java where that is asked for', async () => {
  const script = 'echo "$JAVA_TOOL_OPTIONS" | cut -d = -f 2 | xargs cat';
  const { stdout } = await run('--service', 'web.default', '--jvm', '--', 'sh', '-c', script);
  expect(stdout).toContain(` web.default.svc.cluster.local web.default.svc.prod.k8s.example.com\n`);
  expect(stdout).toContain(readFileSync('/etc/hosts', 'utf8'));
});

describe('the end', () => {
  test.for([
    [['sh', '-c', 'exit 7'], 7],
    [['sh', '-c', 'kill -KILL $$'], 137],
    [['/nonexistent/program'], 127],
    [['/'], 126],
  ] as const)('of %j is %i', async ([program, code]) => {
    expect((await run('--', ...program)).code).toBe(code);
  });

  test.for(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR1'] as const)('%s is passed on', async (signal) => {
    const script = `trap 'echo got; exit 3' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`;
    const child = spawnCommand(['run', '--', 'sh', '-c', script], { ...edge.variables, TMPDIR: folder });
    let said = '';
    child.stdout!.setEncoding('utf8').on('data', (part) => {
      said += part;
      if (part === 'ready\n') child.kill(signal);
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, said]).toEqual([3, 'ready\ngot\n']);
  });

  test('a Service that cannot be asked for is told before anything runs', async () => {
    const variables = { KUBE_DOH_URL: 'http://127.0.0.1:1/dns-query', TMPDIR: folder };
    const args = ['run', '--zone', 'cluster.local', '--service', 'web.default', '--', 'echo', 'ran'];
    const { code, stdout, stderr } = await runCommand(args, variables);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^kube-doh: http:\/\/127\.0\.0\.1:1: [^\n]*\n$/);
  });
});

test.for([
  [[], 'the command is "kube-doh run [OPTIONS] -- COMMAND"; see kube-doh run --help'],
  [['--'], 'the command is "kube-doh run [OPTIONS] -- COMMAND"; see kube-doh run --help'],
  [['ls'], 'the command is "kube-doh run [OPTIONS] -- COMMAND"; see kube-doh run --help'],
  [['--jvm', '--', 'ls'], '--jvm needs a --service'],
  [['--frob', '--', 'ls'], "Unknown option '--frob'; see kube-doh run --help"],
] as const)('%j is a wrong command line', async ([args, line]) => {
  expect(await run(...args)).toEqual({ code: 2, stdout: '', stderr: `kube-doh: ${line}\n` });
});
