/** What `npm start` says when the cluster does not let it in: one line that names what is missing, and an exit code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runProgram } from './support/program.ts';
import { system } from './support/system.ts';

const { api, objects, directory } = system();
const everything = [
  { group: '', resource: 'namespaces' },
  { group: '', resource: 'services' },
  { group: 'discovery.k8s.io', resource: 'endpointslices' },
];

const accounts = [
  { account: 'no-list', lacks: { verb: 'list', resource: 'services' }, names: ['list', 'services'] },
  {
    account: 'no-watch',
    lacks: { verb: 'watch', resource: 'endpointslices' },
    names: ['watch', 'endpointslices', 'discovery.k8s.io'],
  },
  { account: 'no-namespaces', lacks: { verb: 'list', resource: 'namespaces' }, names: ['list', 'namespaces'] },
];

beforeAll(async () => {
  for (const { account, lacks } of accounts) {
    const rules = everything.map(({ group, resource }) => ({
      apiGroups: [group],
      resources: [resource],
      verbs: ['list', 'watch'].filter((verb) => verb !== lacks.verb || resource !== lacks.resource),
    }));
    const subject = { kind: 'ServiceAccount', namespace: 'default', name: account };
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: account };
    await objects.apply([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'default', name: account } },
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: account }, rules },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: account },
        roleRef,
        subjects: [subject],
      },
    ]);
  }
});

async function kubeconfigFor(account: string): Promise<string> {
  const token = await objects.serviceAccountToken('default', account);
  const path = join(directory, `${account}.json`);
  const cluster = { server: api.url, 'certificate-authority-data': Buffer.from(api.authority).toString('base64') };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: account, user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: account } }],
    'current-context': 'test',
  };
  writeFileSync(path, JSON.stringify(kubeconfig), { mode: 0o600 });
  return path;
}

test.each(accounts)('$account', async ({ account, names }) => {
  const { exitCode, stderr } = await runProgram([
    '--kubeconfig',
    await kubeconfigFor(account),
    '--listen',
    '127.0.0.1:0',
  ]);
  expect(exitCode).toBe(1);
  const lines = stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  for (const word of [...names, account]) expect(lines[0]).toContain(word);
});
