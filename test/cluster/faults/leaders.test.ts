/** Two agents, of which one leads, and what happens to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AgentProcess } from '../../faults/agent-process.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { Chance } from '../differential/chance.ts';
import { Changes } from './changes.ts';
import { OwnPlane } from './own-plane.ts';
import { Scene } from './scene.ts';
import { shortLease } from './short-lease.ts';

const kills = 4;
const seed = process.env['FAULTS_SEED'] ?? String(Date.now());

let directory: string;
let plane: OwnPlane;
let scene: Scene;
let agents: AgentProcess[];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kube-doh-plane-'));
  plane = await OwnPlane.start(join(directory, 'plane'));
});
afterAll(async () => {
  await plane.stop();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  scene = await Scene.start(plane);
  agents = [await candidate(), await candidate()];
  await scene.untilCurrent();
});
afterEach(async () => {
  await scene.stop();
});

function candidate(): Promise<AgentProcess> {
  return scene.agent({ flags: shortLease });
}

/** The one agent that leads; of several, or of none, nobody is that. */
async function leader(): Promise<AgentProcess | undefined> {
  const isLeading = await Promise.all(agents.map((agent) => agent.metric('leader_election_master_status')));
  const leading = agents.filter((_, i) => isLeading[i] === 1);
  return leading.length === 1 ? leading[0] : undefined;
}

function untilLed(): Promise<AgentProcess> {
  return waitUntil('one of the agents to lead', leader, { timeoutSeconds: 15, intervalMilliseconds: 100 });
}

/** Whoever publishes now, publishes what comes now. */
async function untilPublished(): Promise<void> {
  const { all } = scene.edge.publications;
  const before = all.length;
  await waitUntil('another publication', () => all.length > before, { timeoutSeconds: 15 });
}

test('killed at any moment, again and again', async () => {
  const chance = new Chance(seed);
  const changes = Changes.begin(plane.objects);
  for (let kill = 0; kill < kills; kill += 1) {
    const killed = await untilLed();
    await sleep(chance.below(1500));
    killed.kill('SIGKILL');
    agents = [...agents.filter((agent) => agent !== killed), await candidate()];
    await untilLed();
    await untilPublished();
  }
  await changes.stop();
  await scene.untilCurrent();
  const epochs = new Set(scene.edge.publications.all.map(({ manifest }) => manifest.epoch));
  expect(epochs.size, `seed ${seed}`).toBe(kills + 1);
  scene.expectLaw();
});

test('stopped for longer than its Lease, it does not write over the next one', async () => {
  const changes = Changes.begin(plane.objects);
  const stopped = await untilLed();
  stopped.kill('SIGSTOP');
  agents = agents.filter((agent) => agent !== stopped);
  const next = await untilLed();
  await untilPublished();
  stopped.kill('SIGCONT');
  agents = [next, stopped];
  await untilPublished();
  await changes.stop();
  await scene.untilCurrent();
  expect(await leader()).toBe(next);
  scene.expectLaw();
});

test('told to end, it gives the Lease to the other', async () => {
  const changes = Changes.begin(plane.objects);
  const first = await untilLed();
  expect(await first.stop()).toBe(0);
  expect(first.lines.join('\n')).toContain('gave back the Lease');
  agents = agents.filter((agent) => agent !== first);
  await untilLed();
  await untilPublished();
  await changes.stop();
  await scene.untilCurrent();
  scene.expectLaw();
});
