/** The agent as a ServiceAccount that may do exactly what it says it needs: all of it works, and nothing is refused. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { wholeCluster } from '../../../sync-agent/kube/scope.ts';
import { rulesFor } from '../../../sync-agent/preflight/rules.ts';
import { service, steadyNamespace } from '../../faults/steady-objects.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { AuditedPlane, allDuties, allDutiesFlags, isReady } from './audited-plane.ts';
import { Scene } from './scene.ts';
import { shortLease } from './short-lease.ts';

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

const listed = {
  ...wholeCluster,
  namespaces: { type: 'listed', names: [steadyNamespace, 'default'] },
} as const;
const modes = [
  { name: 'cluster-wide', grants: rulesFor(wholeCluster, allDuties), flags: [] },
  {
    name: 'namespaced',
    grants: rulesFor(listed, allDuties),
    flags: ['--namespaces', `${steadyNamespace},default`],
  },
];

test.for(modes)('$name', async ({ name, grants, flags }) => {
  const kubeconfigPath = await audited.account(name, grants);
  await audited.createInvalid(`invalid-${name}`);
  const agent = await scene.agent({ kubeconfigPath, flags: [...shortLease, ...allDutiesFlags, ...flags] });
  await waitUntil('readiness', () => isReady(agent), { timeoutSeconds: 30 });
  await audited.untilEventAbout(`invalid-${name}`);
  await audited.plane.objects.apply([service(`also-${name}`, { ports: [{ port: 80 }] })]);
  await scene.untilPublished(`also-${name}.${steadyNamespace}.svc`);
  expect(await agent.metric('leader_election_master_status')).toBe(1);
  expect(await agent.stop()).toBe(0);
  expect(audited.refusedOf(name)).toEqual([]);
  expect(audited.audit.requestsOf(name).length).toBeGreaterThan(10);
  scene.expectLaw();
});

test('with one rule less something is refused', async () => {
  const name = 'no-events';
  const grants = rulesFor(wholeCluster, allDuties).map(({ namespace, rules }) => ({
    namespace,
    rules: rules.filter(({ resources }) => !resources.includes('events')),
  }));
  const kubeconfigPath = await audited.account(name, grants);
  await audited.createInvalid(`invalid-${name}`);
  const agent = await scene.agent({ kubeconfigPath, flags: [...shortLease, ...allDutiesFlags] });
  await scene.untilCurrent();
  await waitUntil('a refusal', () => audited.refusedOf(name).length > 0, { timeoutSeconds: 15 });
  expect(await agent.stop()).toBe(0);
  expect(new Set(audited.refusedOf(name))).toEqual(new Set([expect.stringMatching(/^403 create .*\/events/)]));
});
