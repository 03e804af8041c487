/** The shipped script, run where no package is beside it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'agent', '--help'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('kube-doh agent --edge URL --key FILE [OPTIONS]');
});

test('it tells the version that package.json has, which is not there', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const { status, stdout } = spawnSync(process.execPath, [script, '--version'], { cwd: folder, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: `kube-doh ${version}\n` });
});

/** What is run first in the process says that it is this version. */
function runOn(version: string) {
  const pretence = join(folder, 'other-version.cjs');
  const versions = `{ ...process.versions, node: '${version}' }`;
  writeFileSync(pretence, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', pretence, script, '--help'], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test.for(['18.0.0', '20.20.2', '22.18.0'])('Node %s is told in one line that it is too old', (version) => {
  expect(runOn(version)).toEqual({
    status: 1,
    stdout: '',
    stderr: `kube-doh: this needs Node 22.19 or newer, and this is ${version}: put a newer one first in PATH\n`,
  });
});

test.for(['22.19.0', '23.0.0', '24.21.0', '30.1.0'])('Node %s is taken', (version) => {
  expect(runOn(version)).toMatchObject({ status: 0, stderr: '' });
});

test.skipIf(process.platform === 'win32')('the agent alone starts anew with its flags, as the same process', () => {
  const told = join(folder, 'told.txt');
  const tell = join(folder, 'tell.cjs');
  const line = 'process.pid + " " + process.execArgv.join(" ") + "\\n"';
  writeFileSync(tell, `require('node:fs').appendFileSync(${JSON.stringify(told)}, ${line});`);
  const starts = (...args: readonly string[]): readonly string[] => {
    rmSync(told, { force: true });
    const env = { ...process.env, NODE_OPTIONS: `--require ${tell}` };
    const { pid, status } = spawnSync(process.execPath, [...args], { cwd: folder, env, encoding: 'utf8' });
    expect(status).toBe(0);
    return readFileSync(told, 'utf8').replaceAll(`${pid} `, '').trimEnd().split('\n');
  };
  const flags = nodeFlags.join(' ');
  expect(starts(script, 'agent', '--help')).toEqual(['', flags]);
  expect(starts('--no-warnings', script, 'agent', '--help')).toEqual(['--no-warnings', `--no-warnings ${flags}`]);
  expect(starts(...nodeFlags, script, 'agent', '--help')).toEqual([flags]);
  expect(starts(script, 'resolve', '--help')).toEqual(['']);
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
  const agent = spawn(process.execPath, [script, ...args], { cwd: folder, stdio: 'ignore' });
  onTestFinished(() => void agent.kill('SIGKILL'));
  const exited = once(agent, 'exit');
  await expect.poll(() => published.at(-1), { timeout: 20_000 }).toContain('redis-0.redis-headless.cache.svc 30 IN A ');
  agent.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});
