/** With `--namespaces`, a Role in each of the namespaces is all that the program needs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from './control-plane/wait-until.ts';
import { reverseName } from './differential/addresses.ts';
import { Asker } from './differential/asker.ts';
import type { QuestionType } from './differential/model/question.ts';
import { createAccount } from './support/account.ts';
import { clusterAddressOf } from './support/facts.ts';
import { type Program, startProgram } from './support/program.ts';
import { system } from './support/system.ts';

const started = system();
const { objects, directory } = started;
const readable = ['role-a', 'role-b'] as const;
const namespaces = [...readable, 'role-c'];
let program: Program;
let asker: Asker;

beforeAll(async () => {
  for (const namespace of namespaces) {
    await objects.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      service(namespace, 'web'),
    ]);
  }
  const rules = [
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
    { apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  ];
  const grants = readable.map((namespace) => ({ namespace, rules }));
  const kubeconfig = await createAccount(started, 'role-reader', grants);
  const args = ['--kubeconfig', kubeconfig, '--namespaces', readable.join(','), '--listen', '127.0.0.1:0'];
  program = await startProgram(args, join(directory, 'role.json'));
  asker = new Asker(program.ready.doh, readFileSync(program.ready.ca, 'utf8'));
});

afterAll(async () => {
  asker.close();
  await program.stop();
});

function service(namespace: string, name: string) {
  const spec = { ports: [{ name: 'http', port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec } as const;
}

async function ask(name: string, type: QuestionType): Promise<readonly string[] | string> {
  const { rcode, answer } = await asker.ask({ name, type });
  return rcode === 'NOERROR' ? answer : rcode;
}

test.each(readable)('the names of %s', async (namespace) => {
  const address = await clusterAddressOf(objects, namespace, 'web');
  const name = `web.${namespace}.svc.cluster.local`;
  expect(await ask(name, 'A')).toEqual([`${name} 30 A ${address}`]);
  expect(await ask(reverseName(address), 'PTR')).toEqual([`${reverseName(address)} 30 PTR ${name}`]);
});

test('no others', async () => {
  const address = await clusterAddressOf(objects, 'role-c', 'web');
  for (const name of [
    'web.role-c.svc.cluster.local',
    'role-c.svc.cluster.local',
    'kubernetes.default.svc.cluster.local',
  ]) {
    expect(await ask(name, 'A'), name).toBe('NXDOMAIN');
  }
  expect(await ask(reverseName(address), 'PTR')).toBe('NXDOMAIN');
});

test('what changes is followed', async () => {
  const [namespace] = readable;
  await objects.apply([service(namespace, 'later')]);
  const address = await clusterAddressOf(objects, namespace, 'later');
  const name = `later.${namespace}.svc.cluster.local`;
  const isAnswered = async (): Promise<boolean> => (await ask(name, 'A')).includes(`${name} 30 A ${address}`);
  await waitUntil('the new Service to be answered', isAnswered, { timeoutSeconds: 15 });
});
