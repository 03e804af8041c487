/** Two agents that may do what they need and no more, behind a link, on a control plane of their own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wholeCluster } from '../../sync-agent/kube/scope.ts';
import { rulesFor } from '../../sync-agent/preflight/rules.ts';
import { customResourcesPath } from '../cluster/differential/variations.ts';
import { OwnPlane } from '../cluster/faults/own-plane.ts';
import type { Victims } from '../cluster/faults/random-faults.ts';
import { Scene } from '../cluster/faults/scene.ts';
import { shortLease } from '../cluster/faults/short-lease.ts';
import { createAccount } from '../cluster/support/account.ts';
import type { AgentProcess } from '../faults/agent-process.ts';
import { FaultyLink } from '../faults/faulty-link.ts';
import { cluster } from '../faults/watched-edge.ts';

const bentClocks = fileURLToPath(new URL('../cluster/faults/bent-clocks.ts', import.meta.url));
const accountName = 'soaked';

export interface RunningVictims extends Victims {
  stop(): Promise<void>;
}

/** `directory` takes their files. */
export async function startVictims(directory: string): Promise<RunningVictims> {
  const plane = await OwnPlane.start(join(directory, 'plane'), [readFileSync(customResourcesPath, 'utf8')]);
  const link = await FaultyLink.start({ host: '127.0.0.1', port: Number(new URL(plane.url).port) });
  const scene = await Scene.start(plane);
  const clockFile = join(directory, 'clock');
  writeFileSync(clockFile, '0');
  const kubeconfigPath = await createLinkedAccount(plane, link, directory);
  const agents: AgentProcess[] = [];
  const begin = async (): Promise<void> => {
    const environment = { CLOCK_FILE: clockFile };
    const flags = [...shortLease, '--lease-namespace', 'default'];
    agents.push(await scene.agent({ kubeconfigPath, flags, preloads: [bentClocks], environment }));
  };
  await begin();
  await begin();
  await scene.untilCurrent();
  return {
    plane,
    link,
    scene,
    agents,
    clockFile,
    replace: async (killed) => {
      agents.splice(agents.indexOf(killed), 1);
      await begin();
    },
    setBound: (isBound) => setBound(plane, isBound),
    stop: async () => {
      await scene.stop();
      await link.stop();
      await plane.stop();
    },
  };
}

/** Returns the path of a kubeconfig that leads over the link. */
async function createLinkedAccount(plane: OwnPlane, link: FaultyLink, directory: string): Promise<string> {
  const lease = { namespace: 'default', name: `kube-doh-${cluster}` };
  const grants = rulesFor(wholeCluster, { lease, writesEvents: true, tellsIdentity: true });
  const to = { objects: plane.objects, api: await plane.access(), directory };
  const given = grants.map(({ namespace, rules }) => ({ rules, ...(namespace !== undefined && { namespace }) }));
  const text = readFileSync(await createAccount(to, accountName, given), 'utf8');
  const path = join(directory, 'linked.json');
  writeFileSync(path, text.replace(plane.url, `https://127.0.0.1:${link.port}`), { mode: 0o600 });
  return path;
}

/** Of what the whole cluster grants; the Lease stays. */
async function setBound({ objects }: OwnPlane, isBound: boolean): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  const binding = { kind: 'ClusterRoleBinding', name: accountName } as const;
  if (!isBound) {
    await objects.delete(binding);
    return;
  }
  await objects.apply([
    {
      apiVersion: `${apiGroup}/v1`,
      kind: binding.kind,
      metadata: { name: accountName },
      roleRef: { apiGroup, kind: 'ClusterRole', name: accountName },
      subjects: [{ kind: 'ServiceAccount', namespace: 'default', name: accountName }],
    },
  ]);
}
