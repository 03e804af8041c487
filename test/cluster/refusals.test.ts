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

const accounts = [
  { account: 'no-list', lacks: { verb: 'list', resource: 'services' }, names: ['list', 'services'] },
  {
    account: 'no-watch',
    lacks: { verb: 'watch', resource: 'endpointslices' },
    names: ['watch', 'endpointslices', 'discovery.k8s.io'],
  },
  { account: 'no-namespaces', lacks: { verb: 'list', resource: 'namespaces' }, names: ['list', 'namespaces'] },
];

test.each(accounts)('$account', async ({ account, lacks, names }) => {
  const rules = everything.map(({ group, resource }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: ['list', 'watch'].filter((verb) => verb !== lacks.verb || resource !== lacks.resource),
  }));
  const kubeconfig = await createAccount(started, account, [{ rules }]);
  const { exitCode, stderr } = await runProgram(['--kubeconfig', kubeconfig, '--listen', '127.0.0.1:0']);
  expect(exitCode).toBe(1);
  const lines = stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  for (const word of [...names, account]) expect(lines[0]).toContain(word);
});
