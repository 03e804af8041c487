/** `kube-doh agent --once` and `kube-doh agent retire` between an embedded cluster and the real Worker in workerd. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Administration } from '../../../../client/administration.ts';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../../demo/cluster/embedded-cluster.ts';
import { startWorkerd, type Workerd } from '../../../../demo/edge/workerd.ts';
import { HttpEdge } from '../../../../sync-agent/publish/edge.ts';
import { SigningKey } from '../../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../../zone/cluster-id.ts';
import { dumpImage } from '../../../../zone/dump.ts';
import { RunningKubeDoh } from '../../kube-doh.ts';

const key = SigningKey.generate();
const prod = 'prod' as ClusterId;
const never = new AbortController().signal;

let folder: string;
let workerd: Workerd;
let cluster: EmbeddedCluster;
let edge: HttpEdge;
let flags: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  writeFileSync(join(folder, 'agent.pem'), key.toPem());
  cluster = await startEmbeddedCluster({ manifests: [], readyDelayMilliseconds: 0 });
  writeFileSync(join(folder, 'kubeconfig'), cluster.kubeconfig);
  workerd = await startWorkerd({ isOpen: true, defaultCluster: prod, log: () => {} });
  const administration = new Administration(workerd.url, workerd.administratorKey);
  const registration = { publicKeys: [key.publicKey], zones: ['cluster.local'] };
  await administration.call('PUT', '/v1/clusters/prod', registration);
  edge = new HttpEdge(workerd.url, key);
  flags = ['--edge', workerd.url.origin, '--key', join(folder, 'agent.pem'), '--cluster', 'prod'];
  flags.push('--kubeconfig', join(folder, 'kubeconfig'));
});
afterAll(async () => {
  await workerd.stop();
  await cluster.stop();
  rmSync(folder, { recursive: true });
});

async function run(...args: readonly string[]): Promise<{ code: number | null; lines: string[] }> {
  const process = new RunningKubeDoh('agent', ...args, ...flags);
  const { code } = await process.exited;
  return { code, lines: process.lines };
}

async function storedText(): Promise<string> {
  const stored = await edge.stored(prod, never);
  if (stored.kind !== 'stored') return stored.kind;
  expect(await edge.served(prod, never)).toEqual({ kind: 'served', manifest: stored.manifest });
  return dumpImage(await stored.image());
}

test('what is published once is read back from the Worker, until the cluster is retired', {
  timeout: 60_000,
}, async () => {
  expect(await storedText()).toBe('nothing');
  expect(await edge.served(prod, never)).toEqual({ kind: 'nothing' });
  expect(await run('--once')).toMatchObject({ code: 0 });
  // The Worker looks once a second for what is new.
  await expect.poll(storedText, { timeout: 10_000 }).toContain('kubernetes.default.svc 30 IN A ');
  // Bound to the cluster's identity by now, so this has found it.
  expect(await run('retire')).toEqual({ code: 0, lines: [] });
  await expect.poll(storedText, { timeout: 10_000 }).toBe('; retired: the cluster has left\n');
  const stranger = new HttpEdge(workerd.url, SigningKey.generate());
  expect(await stranger.stored(prod, never)).toMatchObject({ kind: 'refused' });
  expect(await stranger.served(prod, never)).toMatchObject({ kind: 'refused' });
});
