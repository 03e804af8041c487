/** What `npm start` says when the cluster does not let it in: one line that names what is missing, and an exit code. */
import { expect, test } from 'vitest';
import { createAccount } from './support/account.ts';
import { runProgram } from './support/program.ts';
import { system } from './support/system.ts';

const started = system();
const everything = [
  { group: '', resource: 'namespaces' },
  { group: '', resource: 'services' },
  { group: 'discovery.k8s.io', resource: 'endpointslices' },
];

// What may be watched need not be listed: a list that is missing counts only where no watch can stand in for it.
const accounts = [
  { account: 'no-list', lacks: ['list', 'watch'], resource: 'services', names: ['list', 'services'] },
  {
    account: 'no-watch',
    lacks: ['watch'],
    resource: 'endpointslices',
    names: ['watch', 'endpointslices', 'discovery.k8s.io'],
  },
  { account: 'no-namespaces', lacks: ['list', 'watch'], resource: 'namespaces', names: ['list', 'namespaces'] },
];

test.each(accounts)('$account', async ({ account, lacks, resource, names }) => {
  const rules = everything.map((read) => ({
    apiGroups: [read.group],
    resources: [read.resource],
    verbs: ['get', 'list', 'watch'].filter((verb) => read.resource !== resource || !lacks.includes(verb)),
  }));
  const kubeconfig = await createAccount(started, account, [{ rules }]);
  const { exitCode, stderr } = await runProgram(['--kubeconfig', kubeconfig, '--listen', '127.0.0.1:0']);
  expect(exitCode).toBe(1);
  const lines = stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  for (const word of [...names, account]) expect(lines[0]).toContain(word);
});
