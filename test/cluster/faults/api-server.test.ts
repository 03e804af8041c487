/** The API server dies, comes back, forgets, falls silent, and comes back empty. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AgentProcess } from '../../faults/agent-process.ts';
import { FaultyLink } from '../../faults/faulty-link.ts';
import { changingSlice, service } from '../../faults/steady-objects.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { Changes } from './changes.ts';
import { OwnPlane } from './own-plane.ts';
import { createSteadyObjects, Scene } from './scene.ts';

let directory: string;
let plane: OwnPlane;
let scene: Scene;
let agent: AgentProcess;
let link: FaultyLink;
/** Of the cluster as seen over the link. */
let linkedKubeconfig: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kube-doh-plane-'));
  plane = await OwnPlane.start(join(directory, 'plane'));
  link = await FaultyLink.start({ host: '127.0.0.1', port: Number(new URL(plane.url).port) });
  linkedKubeconfig = join(directory, 'linked.yaml');
  const text = readFileSync(plane.kubeconfigPath, 'utf8').replace(plane.url, `https://127.0.0.1:${link.port}`);
  writeFileSync(linkedKubeconfig, text, { mode: 0o600 });
});
afterAll(async () => {
  await link.stop();
  await plane.stop();
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(async () => {
  scene = await Scene.start(plane);
});
afterEach(async () => {
  await scene.stop();
});

async function untilHeldBack(): Promise<void> {
  const namesHeld = (): Promise<number> => agent.metric('kube_doh_deletions_held_back');
  try {
    await waitUntil('a deletion to be held back', async () => (await namesHeld()) > 30, { timeoutSeconds: 40 });
  } catch (error) {
    throw new Error(scene.log(), { cause: error });
  }
}

test('killed and started again', async () => {
  agent = await scene.agent();
  await scene.untilCurrent();
  const changes = Changes.begin(plane.objects);
  await sleep(1000);
  await plane.restartApiServer();
  await sleep(500);
  await plane.kill('kube-apiserver');
  await sleep(2000);
  await plane.run('kube-apiserver');
  await sleep(1000);
  await changes.stop();
  expect(changes.taken).toBeGreaterThan(3);
  await scene.untilCurrent();
  scene.expectLaw();
});

test('what the watches have missed is compacted away', async () => {
  agent = await scene.agent({ kubeconfigPath: linkedKubeconfig });
  await scene.untilCurrent();
  await link.set('breaking');
  link.reset();
  await plane.objects.apply([service('missed', { ports: [{ port: 80 }] }), changingSlice(7)]);
  await plane.objects.delete({ kind: 'Service', namespace: 'steady', name: 'plain-7' });
  await plane.compact();
  await plane.restartApiServer();
  await link.set('well');
  await scene.untilCurrent();
  expect(await agent.metric('kube_doh_watch_restarts_total', { reason: 'GONE' })).toBeGreaterThan(0);
  scene.expectLaw();
});

test('stopped, as a machine that swaps', async () => {
  agent = await scene.agent();
  await scene.untilCurrent();
  const changes = Changes.begin(plane.objects);
  await plane.signal('kube-apiserver', 'SIGSTOP');
  await sleep(5000);
  await plane.signal('kube-apiserver', 'SIGCONT');
  await sleep(500);
  await changes.stop();
  await scene.untilCurrent();
  scene.expectLaw();
});

/** For longer than between two attempts to reach it, so that nobody takes it for the one before. */
async function loseEverything(): Promise<void> {
  await link.set('down');
  await plane.loseEverything();
  await link.set('well');
}

test('back with nothing in it: what was published stays, for whoever restores it', async () => {
  agent = await scene.agent({ kubeconfigPath: linkedKubeconfig });
  await scene.untilCurrent();
  await loseEverything();
  await untilHeldBack();
  scene.expectLaw();

  // Nor does one publish it that knows nothing of before.
  agent.kill('SIGKILL');
  const publications = scene.edge.publications.all.length;
  agent = await scene.agent();
  await sleep(5000);
  expect(scene.edge.publications.all.length).toBe(publications);
  scene.expectLaw();
});

test('back with nothing in it, and filled anew: it is another cluster, and nothing of it is published', async () => {
  agent = await scene.agent({ kubeconfigPath: linkedKubeconfig });
  await scene.untilCurrent();
  await loseEverything();
  await untilHeldBack();
  const publications = scene.edge.publications.all.length;
  await createSteadyObjects(plane.objects);
  const isTold = async (): Promise<boolean> => scene.log().includes('another cluster than before');
  await waitUntil('the agent to see that it is another cluster', isTold, { timeoutSeconds: 40 });
  await sleep(3000);
  expect(scene.edge.publications.all.length).toBe(publications);
  scene.expectLaw();
});
