/** While nothing happens in a cluster, its agent asks for nothing but its Lease, and publishes nothing before four minutes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { wholeCluster } from '../../../sync-agent/kube/scope.ts';
import { rulesFor } from '../../../sync-agent/preflight/rules.ts';
import { AuditedPlane, allDuties, allDutiesFlags, isReady, leasePath } from './audited-plane.ts';
import { Scene } from './scene.ts';

let audited: AuditedPlane;
let scene: Scene;

beforeAll(async () => {
  audited = await AuditedPlane.start();
});
afterAll(async () => {
  await audited.stop();
});
beforeEach(async () => {
  scene = await Scene.start(audited.plane);
});
afterEach(async () => {
  await scene.stop();
});

const idleMilliseconds = 60_000;
/** As it is by default. */
const retryMilliseconds = 2000;
/** For what comes after a publish: probes of the edge, Events. */
const settlingMilliseconds = 3000;

test('there is the Lease, and nothing else', async () => {
  const name = 'idle';
  const kubeconfigPath = await audited.account(name, rulesFor(wholeCluster, allDuties));
  await audited.createInvalid('invalid');
  const agent = await scene.agent({ kubeconfigPath, flags: ['--leader-elect', ...allDutiesFlags] });
  await scene.untilCurrent();
  await audited.untilEventAbout('invalid');
  await sleep(settlingMilliseconds);
  const atEdge = (): object => ['PUT', 'GET', 'HEAD'].map((method) => scene.edge.faults.requests.get(method) ?? 0);
  const before = atEdge();
  const from = Date.now();
  await sleep(idleMilliseconds);
  const requests = audited.audit.requestsOf(name).filter(({ receivedAt }) => receivedAt > from);
  expect(requests.filter(({ verb, uri }) => verb !== 'update' || uri !== leasePath)).toEqual([]);
  const renewals = idleMilliseconds / retryMilliseconds;
  expect(requests.length).toBeGreaterThan(0.8 * renewals);
  expect(requests.length).toBeLessThanOrEqual(renewals + 1);
  expect(atEdge()).toEqual(before);
  expect(await isReady(agent)).toBe(true);
  scene.expectLaw();
}, 150_000);
