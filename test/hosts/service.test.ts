/** What becomes of an installation over time: logins, crashes, a second installation, one that was cut short. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { installService, logNoQuestions, stubAnswers, uninstall, unit } from './installed.ts';
import { dnsmasq } from './kinds.ts';
import { kubeDoh, login, startKubeDoh, tokenUntil, tryKubeDoh } from './kube-doh.ts';
import { dig } from './programs/ask.ts';
import { Host } from './room/host.ts';
import { differences, type Tree, treeOf } from './room/tree.ts';

const scene = inject('scene');
const kind = dnsmasq(scene, 17);

let host: Host;
let before: Tree;

beforeAll(async () => {
  host = await Host.start(scene.room, kind.host);
  await login(host, scene);
  before = treeOf(host, kind.unstable);
});
afterAll(() => host?.close());

function changes(): string[] {
  return differences(before, treeOf(host, kind.unstable));
}

const stubItself = ['@127.0.0.1', '-p', '5300'];

/** In a name that nobody else asks for, since what is kept outlives a login. */
async function ask(number: number, server: readonly string[] = []): Promise<string> {
  const { status, data } = await dig(host, `postgres-${number}.postgres.data.svc.cluster.local`, 'A', ...server);
  const isRight = data.length === 1 && data[0] === scene.edge.pods[`data/postgres-${number}`];
  return isRight ? 'right' : status;
}

/**
 * The stub is asked, and again after a second: nobody else repeats a question that came to a service which ended just then.
 */
async function becomesRight(number: number): Promise<string> {
  const end = performance.now() + 2000;
  const impatiently = [...stubItself, '+time=1'];
  let answer = await ask(number, impatiently);
  while (/SERVFAIL|none/.test(answer) && performance.now() < end) answer = await ask(number, impatiently);
  return answer;
}

test('a dry run writes nothing, and status tells that nothing is installed', async () => {
  expect(await kubeDoh(host, 'dns', 'install', '--dry-run')).toContain('/etc/dnsmasq.d/kube-doh.conf');
  expect(changes()).toEqual([]);
  expect((await tryKubeDoh(host, 'dns', 'status')).code).toBe(1);
});

test('the service that was killed is started anew', async () => {
  const stub = await installService(host, 'dnsmasq');
  await stub.kill();
  await stubAnswers(host);
  expect(await ask(0)).toBe('right');
});

test('a second installation takes the place of the first', async () => {
  logNoQuestions(host);
  await kubeDoh(host, 'dns', 'install', '--listen', '127.0.0.1:5301');
  expect(host.read('/etc/dnsmasq.d/kube-doh.conf')).toContain('127.0.0.1#5301');
  expect(await ask(1)).toBe('right');
  await uninstall(host);
  expect(changes()).toEqual([]);
  expect(await ask(1)).toBe('NXDOMAIN');
});

test('a new login reaches the service within two seconds', async () => {
  await installService(host, 'dnsmasq');
  const expiry = new Date(Date.now() + 8000);
  await login(host, scene, await tokenUntil(scene, expiry));
  expect(await becomesRight(2)).toBe('right');
  await delay(expiry.getTime() + 1000 - Date.now());
  expect(await ask(3)).toBe('SERVFAIL');
  await login(host, scene);
  expect(await becomesRight(4)).toBe('right');
});

describe('an installation that is killed', () => {
  beforeAll(async () => {
    await uninstall(host);
    // The profile has another token by now.
    before = treeOf(host, kind.unstable);
  });

  test.each([
    '/var/lib/kube-doh',
    `/etc/systemd/system/${unit}`,
    `/etc/systemd/system/multi-user.target.wants/${unit}`,
    '/etc/dnsmasq.d/kube-doh.conf',
  ])('when %s is there', async (path) => {
    const installation = startKubeDoh(host, 'dns', 'install');
    await installation.until(() => host.has(path), `${path} was there`);
    await installation.kill();
    await uninstall(host);
    expect(changes()).toEqual([]);
    expect((await dig(host, 'www.example.org', 'A')).status).toBe('NOERROR');
  });
});
