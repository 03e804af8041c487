/** The agent's clock is set while it runs, and the edge fails in every way. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EdgeFault } from '../../faults/faulty-edge.ts';
import { service } from '../../faults/steady-objects.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { Changes } from './changes.ts';
import { OwnPlane } from './own-plane.ts';
import { Scene } from './scene.ts';
import { shortLease } from './short-lease.ts';

const bentClocks = fileURLToPath(new URL('./bent-clocks.ts', import.meta.url));
const hour = 60 * 60 * 1000;

let directory: string;
let plane: OwnPlane;
let scene: Scene;
let changes: Changes;

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
  changes = Changes.begin(plane.objects);
});
afterEach(async () => {
  await changes.stop();
  await scene.stop();
});

test('the clock jumps two hours ahead, and two hours back', async () => {
  const clockFile = join(directory, 'clock');
  const agent = await scene.agent({
    flags: shortLease,
    preloads: [bentClocks],
    environment: { CLOCK_FILE: clockFile },
  });
  await changes.stop();
  await scene.untilCurrent();
  const setClock = (offByMilliseconds: number): void => {
    writeFileSync(clockFile, String(offByMilliseconds));
    agent.kill('SIGUSR2');
  };
  // What claims to be of the future the edge refuses; it is published when the clock is right.
  setClock(2 * hour);
  await plane.objects.apply([service('while-ahead', { ports: [{ port: 80 }] })]);
  await waitUntil('the edge to refuse it', () => /seconds from now/.test(scene.log()), { timeoutSeconds: 15 });
  setClock(0);
  await scene.untilCurrent();
  setClock(-2 * hour);
  await plane.objects.apply([service('while-behind', { ports: [{ port: 80 }] })]);
  await scene.untilCurrent();
  setClock(0);
  await plane.objects.apply([service('when-right', { ports: [{ port: 80 }] })]);
  await scene.untilCurrent();
  // It still leads, for the first time.
  expect(await agent.metric('leader_election_master_status')).toBe(1);
  expect(agent.lines.filter((line) => line.includes('leads no more'))).toEqual([]);
  expect(new Set(scene.edge.publications.all.map(({ manifest }) => manifest.epoch)).size).toBe(1);
  scene.expectLaw();
});

const faults: readonly EdgeFault[] = [
  { kind: 'status', status: 429, retryAfterSeconds: 1 },
  { kind: 'status', status: 500 },
  { kind: 'broken-body' },
  { kind: 'lost-answer' },
  { kind: 'status', status: 503 },
];

test('the edge answers with errors, breaks off, and is away', async () => {
  await scene.agent();
  await scene.untilCurrentAtRest(changes);
  changes = Changes.begin(plane.objects);
  let nth = 0;
  scene.edge.faults.faultOf = () => (nth++ % 2 === 0 ? faults[(nth >> 1) % faults.length] : undefined);
  await sleep(8000);
  scene.edge.faults.faultOf = () => undefined;
  await scene.edge.faults.down();
  await sleep(3000);
  await scene.edge.faults.up();
  await scene.untilCurrentAtRest(changes);
  expect(nth, 'as many faults as there are').toBeGreaterThan(faults.length);
  scene.expectLaw();
});

test('the edge has lost everything', async () => {
  await scene.agent();
  await scene.untilCurrentAtRest(changes);
  await scene.edge.loseEverything();
  await plane.objects.apply([service('after', { ports: [{ port: 80 }] })]);
  await scene.untilCurrent();
  scene.expectLaw();
});
