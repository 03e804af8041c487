/** `kube-doh agent` where what it writes has nowhere to go. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../../demo/cluster/embedded-cluster.ts';
import { SigningKey } from '../../../../sync-agent/publish/signing-key.ts';
import { serviceManifest } from '../../../demo/cluster/client.ts';
import { StandInEdge } from './stand-in-edge.ts';

vi.setConfig({ testTimeout: 30_000 });

const main = fileURLToPath(new URL('../../../../client/start.mjs', import.meta.url));

let folder: string;
let cluster: EmbeddedCluster;
let edge: StandInEdge;
let full: number;
let agent: ChildProcess | undefined;
let args: readonly string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  cluster = await startEmbeddedCluster({ manifests: [], readyDelayMilliseconds: 0 });
  const [kubeconfig, keyPath] = [join(folder, 'kubeconfig'), join(folder, 'agent.pem')];
  const key = SigningKey.generate();
  writeFileSync(kubeconfig, cluster.kubeconfig);
  writeFileSync(keyPath, key.toPem(), { mode: 0o600 });
  edge = await StandInEdge.start(key.publicKey);
  full = openSync('/dev/full', 'w');
  args = [main, 'agent', '--edge', edge.url, '--key', keyPath, '--kubeconfig', kubeconfig, '--publish-interval', '1'];
});
afterEach(async () => {
  agent?.kill('SIGKILL');
  agent = undefined;
  closeSync(full);
  edge.stop();
  await cluster.stop();
  rmSync(folder, { recursive: true });
});

test('it goes on without its log, and ends in order', async () => {
  agent = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', full] });
  const exited = once(agent, 'exit');
  await expect.poll(() => edge.published.length, { timeout: 20_000 }).toBe(1);
  cluster.store.create(serviceManifest('web', 'default', { ports: [{ port: 80 }] }));
  await expect.poll(() => edge.published.length, { timeout: 20_000 }).toBe(2);
  agent.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('standard output that cannot be written is a failure', () => {
  const { status, stderr } = spawnSync(process.execPath, [main, 'agent', '--help'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^kube-doh: cannot write to the standard output: .*ENOSPC/),
  ]);
});

test('--once that is told to end before something is stored is a failure', async () => {
  edge.stop();
  agent = spawn(process.execPath, [...args, '--once'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  agent.stderr?.setEncoding('utf8').on('data', (part: string) => {
    stderr += part;
  });
  const exited = once(agent, 'exit');
  await expect.poll(() => stderr, { timeout: 20_000 }).toContain('publishing failed');
  agent.kill('SIGTERM');
  expect(await exited).toEqual([1, null]);
  expect(stderr).toMatch(/kube-doh: nothing is published: it was told to end before\n$/);
});
