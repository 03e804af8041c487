/** ServiceAccounts that may do little, and how a program logs in as one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '../control-plane/manifests.ts';
import type { system } from './system.ts';

type TestSystem = Pick<ReturnType<typeof system>, 'objects' | 'api' | 'directory'>;

/** What is allowed, in the whole cluster or, with a namespace, there. */
export interface Grant {
  readonly namespace?: string;
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const apiGroup = 'rbac.authorization.k8s.io';
const apiVersion = `${apiGroup}/v1`;

/** Creates it in the namespace `default`, and returns the path of a kubeconfig with its token. */
export async function createAccount(to: TestSystem, name: string, grants: readonly Grant[]): Promise<string> {
  await to.objects.apply([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'default', name } },
    ...grants.flatMap((grant) => grantObjects(name, grant)),
  ]);
  const cluster = {
    server: to.api.url,
    'certificate-authority-data': Buffer.from(to.api.authority).toString('base64'),
  };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name, user: { token: await to.objects.serviceAccountToken('default', name) } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: name } }],
    'current-context': 'test',
  };
  const path = join(to.directory, `${name}.json`);
  writeFileSync(path, JSON.stringify(kubeconfig), { mode: 0o600 });
  return path;
}

function grantObjects(name: string, { namespace, rules }: Grant): KubernetesObject[] {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const metadata = { name, ...(namespace !== undefined && { namespace }) };
  const subjects = [{ kind: 'ServiceAccount', namespace: 'default', name }];
  return [
    { apiVersion, kind, metadata, rules },
    { apiVersion, kind: `${kind}Binding`, metadata, roleRef: { apiGroup, kind, name }, subjects },
  ];
}
