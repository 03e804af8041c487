/**
 * What the processes of `npm start` write, whatever they are asked: no token but their own, and that where they greet. And
 * what the Worker logs that they do not show.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createToken } from '../../demo/administration.ts';
import { startWorkerd } from '../../demo/edge/workerd.ts';
import type { ReadyFile } from '../../demo/ready-file.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { DemoProcess } from './demo-process.ts';
import { type Asked, beginHttp1, beginHttp2 } from './edge/ask.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const question = 'dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB';
const wrong = {
  token: `kd1${'b7'.repeat(28)}`,
  key: 'a-wrong-administrator-key',
  jwt: 'eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.wrong-signature',
};

let demo: DemoProcess;
let ready: ReadyFile;

beforeAll(async () => {
  demo = new DemoProcess([]);
  ready = await demo.ready();
});
afterAll(() => demo.remove());

async function statusOf(
  begin: typeof beginHttp1 | typeof beginHttp2,
  asked: Pick<Asked, 'method' | 'path' | 'headers'>,
) {
  const exchange = begin({ port: Number(new URL(ready.url).port), ca: readFileSync(ready.ca!, 'utf8'), ...asked });
  exchange.end();
  return (await exchange.answer).status;
}

test('nothing that anybody showed at a door is in what they write', async () => {
  const token = ready.token!;
  const greeting = demo.stdout;
  for (const begin of [beginHttp1, beginHttp2]) {
    for (const [path, headers, status] of [
      [`/t/${token}/dns-query?${question}`, {}, 200],
      [`/dns-query?${question}`, { authorization: `Bearer ${token}` }, 200],
      [`/dns-query?${question}`, { authorization: `Basic ${btoa(`me:${token}`)}` }, 200],
      [`/t/${token}/dns-query?dns=${wrong.key}`, {}, 400],
      [`/t/${token}/c/other/dns-query?${question}`, {}, 403],
      [`/t/${token}/nothing`, {}, 404],
      [`/t/${wrong.token}/dns-query?${question}`, {}, 401],
      [`/dns-query?${question}`, { authorization: `Bearer ${wrong.token}` }, 401],
      [`/dns-query?${question}`, { 'cf-access-jwt-assertion': wrong.jwt }, 401],
      ['/v1/tokens', { authorization: `Bearer ${wrong.key}` }, 401],
      ['/v1/clusters', { authorization: `Bearer ${token}` }, 200],
    ] as const) {
      expect(`${path}: ${await statusOf(begin, { path, headers })}`).toBe(`${path}: ${status}`);
    }
  }
  // Something that is logged.
  const headers = { authorization: `Bearer ${token}` };
  expect(await statusOf(beginHttp1, { method: 'PUT', path: '/v1/clusters/local/snapshot', headers })).toBe(401);
  await expect.poll(() => demo.stdout).toContain('refused a publish');
  const written = demo.stdout.slice(greeting.length) + demo.stderr;
  for (const secret of [token, token.slice(11, 43), btoa(`me:${token}`), ...Object.values(wrong)]) {
    expect(written).not.toContain(secret);
  }
  for (const secret of Object.values(wrong)) expect(greeting).not.toContain(secret);
});

test('nor in what the Worker logs: problems, and what is as it should be', async () => {
  const lines = { problems: [] as string[], events: [] as string[] };
  const workerd = await startWorkerd({
    isOpen: false,
    defaultCluster: 'local',
    log: (line) => lines.problems.push(line),
    logEvent: (line) => lines.events.push(line),
  });
  try {
    const token = await createToken(workerd, 'local' as ClusterId);
    for (const [path, headers, status] of [
      [`/t/${token}/dns-query?${question}`, {}, 200],
      [`/dns-query?${question}`, { authorization: `Bearer ${token}` }, 200],
      [`/t/${token}/c/other/dns-query?${question}`, {}, 403],
      [`/t/${wrong.token}/dns-query?${question}`, {}, 401],
      ['/v1/tokens', { authorization: `Bearer ${wrong.key}` }, 401],
      ['/v1/clusters', { authorization: `Bearer ${token}` }, 200],
      ['/v1/tokens', { authorization: `Bearer ${workerd.administratorKey}` }, 200],
    ] as const) {
      const response = await fetch(new URL(path, workerd.url), { headers });
      expect(`${path}: ${response.status}`).toBe(`${path}: ${status}`);
      await response.arrayBuffer();
    }
    await fetch(new URL('/v1/clusters/local/snapshot', workerd.url), { method: 'PUT' });
    const id = token.slice(3, 11);
    await expect.poll(() => lines.problems).toEqual(['refused a publish without a good signature: NO_SIGNATURE']);
    await expect
      .poll(() => lines.events.toSorted())
      .toEqual([
        `audit: administrator made token ${id}`,
        `audit: token ${id} by bearer: listing`,
        `audit: token ${id} by bearer: questions of cluster local`,
        `audit: token ${id} by path: out of scope`,
        `audit: token ${id} by path: questions of cluster local`,
        'refused a request without a good credential: UNAUTHORIZED',
      ]);
    const written = [...lines.problems, ...lines.events].join('\n');
    for (const secret of [token, token.slice(11, 43), workerd.administratorKey, ...Object.values(wrong)]) {
      expect(written).not.toContain(secret);
    }
  } finally {
    await workerd.stop();
  }
});

test('its own token is in what it greets with, and not in what its parts log', () => {
  const withToken = demo.stdout.split('\n').filter((line) => line.includes(ready.token!));
  expect(withToken.length).toBeGreaterThan(0);
  expect(withToken.filter((line) => /^(cluster|edge|agent) /.test(line))).toEqual([]);
});
