/**
 * Starts a real control plane with the examples in it, and `npm start`'s program beside it as a user would, once for all
 * test files.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { clusterObjects } from '../control-plane/apply.ts';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { readState } from '../control-plane/state.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { customResourcesPath, kubeadm, resolverOf, variations } from '../differential/variations.ts';
import { startProgram } from './program.ts';
import type { System } from './system.ts';

declare module 'vitest' {
  interface ProvidedContext {
    system: System;
  }
}

const examplesDirectory = 'demo/examples';
export const alias = 'prod.k8s.example.com';

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  const log = (line: string): boolean => process.stdout.write(`${line}\n`);
  const plane = await startControlPlane({
    directory: join(directory, 'plane'),
    log,
    resolvers: variations.map(resolverOf),
    customResources: [readFileSync(customResourcesPath, 'utf8')],
  });
  const objects = clusterObjects(plane.api);
  for (const file of readdirSync(examplesDirectory).filter((name) => name.endsWith('.yaml'))) {
    await objects.applyYaml(readFileSync(join(examplesDirectory, file), 'utf8'));
  }
  await waitUntil('the pods of the examples to be ready', async () => (await readyPods(objects)) === expectedPods, {
    timeoutSeconds: 60,
  });
  const args = [
    '--kubeconfig',
    plane.kubeconfigPath,
    '--alias',
    alias,
    '--pods',
    kubeadm.pods,
    '--listen',
    '127.0.0.1:0',
  ];
  const program = await startProgram(args, join(directory, 'ready.json'));
  const state = await readState(plane.directory);
  project.provide('system', {
    ready: program.ready,
    api: { url: plane.apiServerUrl, authority: readFileSync(plane.authorityPath, 'utf8'), token: state!.adminToken },
    coreDns: { url: plane.dohUrl, ca: plane.authorityPath },
    kubeconfigPath: plane.kubeconfigPath,
    resolverUrls: plane.resolverUrls,
    directory,
  });
  return async () => {
    await program.stop();
    await plane.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}

/** Of elasticsearch, kafka, mysql, redis and web three each, and of postgres three and five. */
const expectedPods = 23;

async function readyPods(objects: ReturnType<typeof clusterObjects>): Promise<number> {
  const pods = await objects.list<{
    metadata: { name: string };
    status?: { conditions?: { type: string; status: string }[] };
  }>('Pod');
  return pods.filter(({ status }) => status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True')).length;
}
