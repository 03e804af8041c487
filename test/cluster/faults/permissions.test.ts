/** Permissions are taken away and given back: names stay answered, and readiness tells the truth meanwhile. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { wholeCluster } from '../../../sync-agent/kube/scope.ts';
import { frozenBoundMilliseconds } from '../../../sync-agent/operations/health.ts';
import type { Duties } from '../../../sync-agent/preflight/needs.ts';
import { type Grant, rulesFor } from '../../../sync-agent/preflight/rules.ts';
import type { AgentProcess } from '../../faults/agent-process.ts';
import { FaultyLink } from '../../faults/faulty-link.ts';
import { ReadinessWatch } from '../../faults/law/readiness.ts';
import { service, steadyNamespace } from '../../faults/steady-objects.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { createAccount } from '../support/account.ts';
import { Changes } from './changes.ts';
import { OwnPlane } from './own-plane.ts';
import { Scene } from './scene.ts';

/** The agent's steady clock runs so much faster, so that its bound of five minutes can be waited for. */
const factor = 60;
const bound = frozenBoundMilliseconds / factor;
const lateMilliseconds = 2000;
const bentClocks = fileURLToPath(new URL('./bent-clocks.ts', import.meta.url));
const none: Duties = { lease: undefined, writesEvents: false, tellsIdentity: true };
const [grant] = rulesFor(wholeCluster, none);
let directory: string;
let plane: OwnPlane;
let scene: Scene;
let link: FaultyLink;
let agent: AgentProcess;
let readiness: ReadinessWatch;
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
});

async function begin(name: string): Promise<void> {
  const to = { objects: plane.objects, api: await plane.access(), directory };
  const path = await createAccount(to, name, [{ rules: grant!.rules }]);
  link = await FaultyLink.start({ host: '127.0.0.1', port: Number(new URL(plane.url).port) });
  const linked = readFileSync(path, 'utf8').replace(plane.url, `https://127.0.0.1:${link.port}`);
  const kubeconfigPath = join(directory, `${name}-linked.json`);
  writeFileSync(kubeconfigPath, linked, { mode: 0o600 });
  changes = Changes.begin(plane.objects);
  agent = await scene.agent({
    kubeconfigPath,
    flags: ['--no-leader-elect', '--no-events'],
    preloads: [bentClocks],
    environment: { CLOCK_FACTOR: String(factor) },
  });
  readiness = new ReadinessWatch(agent.url, scene.edge.violations);
  await waitUntil('readiness', () => readiness.status === 200, { timeoutSeconds: 30 });
}
afterEach(async () => {
  await changes.stop();
  await readiness.stop();
  await scene.stop();
  await link.stop();
});

async function untilFrozenAndThawed(giveBack: () => Promise<unknown>): Promise<void> {
  readiness.noteFrozen(bound + lateMilliseconds);
  await waitUntil('readiness to end', () => readiness.status === 503, { timeoutSeconds: 20 });
  await sleep(lateMilliseconds);
  expect(readiness.changes.at(-1)?.body).toMatch(/was last known to be watched/);
  scene.expectLaw();
  await giveBack();
  readiness.noteThawed();
  await waitUntil('readiness', () => readiness.status === 200, { timeoutSeconds: 45 });
  await scene.untilCurrentAtRest(changes);
  scene.expectLaw();
}

test('all of them', async () => {
  const name = 'taken';
  await begin(name);
  const binding = await plane.objects.get({ kind: 'ClusterRoleBinding', name });
  await plane.objects.delete({ kind: 'ClusterRoleBinding', name });
  link.reset();
  const { apiVersion, kind, roleRef, subjects } = binding!;
  await untilFrozenAndThawed(() => plane.objects.apply([{ apiVersion, kind, metadata: { name }, roleRef, subjects }]));
});

test('to watch, while listing is allowed: what changes is published all the same, or it is not ready', async () => {
  const name = 'unwatched';
  await begin(name);
  const role = (rules: Grant['rules']): Promise<unknown> =>
    plane.objects.apply([
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules },
    ]);
  const listOnly = grant!.rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((verb) => verb !== 'watch') }));
  await role(listOnly);
  link.reset();
  await plane.objects.apply([service('listed', { ports: [{ port: 80 }] })]);
  const isPublished = (): boolean => scene.edge.publications.last?.names.has(`listed.${steadyNamespace}.svc`) ?? false;
  await waitUntil('either', () => isPublished() || readiness.status === 503, { timeoutSeconds: 45 });
  scene.expectLaw();
  await role(grant!.rules);
  await waitUntil('readiness', () => readiness.status === 200, { timeoutSeconds: 45 });
  await scene.untilCurrentAtRest(changes);
  scene.expectLaw();
});
