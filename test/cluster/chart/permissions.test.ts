/** The ServiceAccount of a release may do what the agent needs; without any one permission, the agent's preflight names it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { type PreflightReport, preflight } from '../../../sync-agent/preflight/preflight.ts';
import { apiServer } from '../control-plane/api-server.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { system } from '../support/system.ts';
import { type AnyObject, AnyObjects } from './support/any-objects.ts';
import { buildMilliseconds, Helm } from './support/helm.ts';
import { agentReading, type Role, type Rule, render, rolesOf } from './support/rendered.ts';

const started = system();
const objects = new AnyObjects(apiServer(started.api));

let directory: string;
let helm: Helm;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kube-doh-permissions-'));
  helm = await Helm.find(directory);
}, buildMilliseconds);
afterAll(() => rmSync(directory, { recursive: true }));

describe.each([
  ['allowed', ['config.pods=verified', 'config.clusterset-zone={clusterset.local}'], 15],
  ['allowed-some', ['namespaces={cache,logging}'], 16],
])('%s', (namespace, values, count) => {
  let rendered: readonly AnyObject[];
  let api: KubeConnection;
  let report: () => Promise<PreflightReport>;

  beforeAll(async () => {
    await objects.applyStrictly({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const settings = [...values, 'replicas=0'].flatMap((value) => ['--set', value]);
    rendered = await render(helm, namespace, settings);
    for (const object of rendered) await objects.applyStrictly(object);
    const { scope, duties } = await agentReading(rendered, namespace);
    api = new KubeConnection({ type: 'file', path: await kubeconfigOf(namespace), context: undefined });
    report = () => preflight({ api, scope, duties }, new AbortController().signal);
  });
  afterAll(async () => {
    api.close();
    for (const object of rendered) await objects.delete(object);
    await objects.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });

  test('nothing is missing', async () => {
    await untilMissing(report, []);
  });

  test('each permission, when it is missing, is named, and nothing else', async () => {
    const removals = rolesOf(rendered).flatMap(removalsOf);
    expect(removals).toHaveLength(count);
    for (const { role, without, line } of removals) {
      await objects.applyStrictly({ ...role, rules: without });
      await untilMissing(report, [line]);
      await objects.applyStrictly(role);
      await untilMissing(report, []);
    }
  });
});

interface Removal {
  readonly role: Role;
  readonly without: readonly Rule[];
  /** How the complaint begins. */
  readonly line: string;
}

/** Each verb on each resource. */
function removalsOf(role: Role): readonly Removal[] {
  return role.rules.flatMap((rule) => {
    const { apiGroups, resources, verbs, resourceNames } = rule;
    const [group] = apiGroups;
    return resources.flatMap((resource) =>
      verbs.map((verb) => {
        const others = resources.filter((each) => each !== resource);
        const rest = [
          ...(others.length === 0 ? [] : [{ ...rule, resources: others }]),
          ...(verbs.length === 1
            ? []
            : [{ ...rule, resources: [resource], verbs: verbs.filter((each) => each !== verb) }]),
        ];
        const title = [group === '' ? resource : `${resource}.${group}`, ...(resourceNames ?? [])].join(' ');
        const where = role.kind === 'Role' ? `namespace ${role.metadata.namespace}` : 'the whole cluster';
        return {
          role,
          without: role.rules.flatMap((each) => (each === rule ? rest : [each])),
          // The Namespace is asked for where it is, be it granted for the whole cluster.
          line:
            title === 'namespaces kube-system' ? `may not ${verb} ${title} in` : `may not ${verb} ${title} in ${where}`,
        };
      }),
    );
  });
}

/** The API server's authorizer hears of a Role a moment after it was changed. */
async function untilMissing(report: () => Promise<PreflightReport>, lines: readonly string[]): Promise<void> {
  let last: readonly string[] = [];
  const isSo = async (): Promise<boolean> => {
    const { errors, warnings, unknown } = await report();
    last = [...errors, ...warnings, ...(unknown === undefined ? [] : [unknown.message])];
    return last.length === lines.length && lines.every((line, i) => last[i]!.startsWith(line));
  };
  const limits = { timeoutSeconds: 10, intervalMilliseconds: 50 };
  await waitUntil('the preflight to say so', isSo, limits).catch(() => expect(last).toEqual(lines));
}

async function kubeconfigOf(namespace: string): Promise<string> {
  const path = join(directory, `${namespace}.json`);
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: {
          server: started.api.url,
          'certificate-authority-data': Buffer.from(started.api.authority).toString('base64'),
        },
      },
    ],
    users: [{ name: 'agent', user: { token: await started.objects.serviceAccountToken(namespace, 'kube-doh') } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'agent' } }],
    'current-context': 'test',
  };
  writeFileSync(path, JSON.stringify(kubeconfig), { mode: 0o600 });
  return path;
}
