/** The shipped script, run where no package is beside it, with the flags that it is shipped with. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startExampleCluster } from '../../../demo/demo-cluster.ts';
import { bundleCommand } from '../../../deploy/bundle/bundle.ts';
import { nodeFlags } from '../../../deploy/bundle/node-flags.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { dumpImage } from '../../../zone/dump.ts';
import { parseManifest } from '../../../zone/manifest.ts';

let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-bundle-'));
  script = join(folder, 'kube-doh.mjs');
  writeFileSync(script, await bundleCommand());
});
afterAll(() => rmSync(folder, { recursive: true }));

test('it tells how to use it', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeFlags, script, 'agent', '--help'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('kube-doh agent --edge URL --key FILE [OPTIONS]');
});

test('an older Node is told, in one line', () => {
  const older = join(folder, 'older-node.cjs');
  writeFileSync(
    older,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', older, script, '--help'], {
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: 'kube-doh: this needs Node 24, and this is 20.20.2: put a newer one first in PATH\n',
  });
});

test('it publishes the example cluster, and ends when it is told to', async () => {
  const cluster = await startExampleCluster(folder, () => {});
  onTestFinished(() => cluster.stop());
  const published: string[] = [];
  const edge = createServer(async (request, response) => {
    const body = await buffer(request);
    if (request.method !== 'PUT') return void response.writeHead(404).end('{}');
    const { epoch, serial } = parseManifest(String(request.headers['kube-doh-manifest']))!;
    published.push(dumpImage(gunzipSync(body)));
    response.end(JSON.stringify({ epoch, serial }));
  });
  edge.listen(0, '127.0.0.1');
  await once(edge, 'listening');
  onTestFinished(() => {
    edge.closeAllConnections();
    edge.close();
  });
  const key = join(folder, 'agent.pem');
  writeFileSync(key, SigningKey.generate().toPem());
  const edgeUrl = `http://127.0.0.1:${(edge.address() as AddressInfo).port}`;
  const args = ['agent', '--kubeconfig', join(folder, 'kubeconfig'), '--edge', edgeUrl, '--key', key];
  const agent = spawn(process.execPath, [...nodeFlags, script, ...args], { cwd: folder, stdio: 'ignore' });
  onTestFinished(() => void agent.kill('SIGKILL'));
  const exited = once(agent, 'exit');
  await expect.poll(() => published.at(-1), { timeout: 20_000 }).toContain('redis-0.redis-headless.cache.svc 30 IN A ');
  agent.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
