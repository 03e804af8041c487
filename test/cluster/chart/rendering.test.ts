/** What Helm makes of the chart: slips are refused, and the Roles are what the agent asks for. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { plainManifests } from '../../../deploy/manifests/plain-manifests.ts';
import { sourcePackage } from '../../../deploy/source-package.ts';
import { rulesFor } from '../../../sync-agent/preflight/rules.ts';
import { buildMilliseconds, chartPath, Helm } from './support/helm.ts';
import type { Job } from './support/pod.ts';
import { agentReading, leastValues, type Rule, render, rolesOf } from './support/rendered.ts';

const namespace = 'dns';

let directory: string;
let helm: Helm;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kube-doh-helm-'));
  helm = await Helm.find(directory);
}, buildMilliseconds);
afterAll(() => rmSync(directory, { recursive: true }));

const everything = [
  ...['networkPolicy.enabled=true', 'metrics.serviceMonitor.enabled=true', 'metrics.prometheusRule.enabled=true'],
  ...['metrics.dashboard.enabled=true', 'namespaces={shop,cart}', 'config.pods=verified', 'config.remarks=true'],
].flatMap((value) => ['--set', value]);

test.each([
  ['the values that must be given', []],
  ['everything turned on', everything],
])('helm lint finds nothing, with %s', async (_, values) => {
  expect(await helm.run('lint', '--strict', chartPath, ...leastValues, ...values)).toContain('0 chart(s) failed');
});

describe('refused:', () => {
  test.each([
    ['a value that is none', 'replica=3', "additional properties 'replica' not allowed"],
    [
      'a value that is none, further in',
      'image.registry=x',
      "at '/image': additional properties 'registry' not allowed",
    ],
    ['an option that the agent does not have', 'config.tll=3', "at '/config': additional properties 'tll' not allowed"],
    ['an option that the chart gives', 'config.cluster=x', "at '/config': additional properties 'cluster' not allowed"],
    ['an option that is no list', 'config.alias=a.example', "at '/config/alias': got string, want array"],
    ['an option out of its range', 'config.ttl=4000', "at '/config/ttl': maximum: got 4,000, want 3,600"],
    ['a mode that there is not', 'config.pods=all', "at '/config/pods': value must be one of 'disabled'"],
    ['a cluster id with capitals', 'cluster=Prod', "at '/cluster': 'Prod' does not match pattern"],
    [
      'an edge without TLS',
      'edge.url=http://dns.example.com',
      "at '/edge/url': 'http://dns.example.com' does not match",
    ],
    ['an edge with a path', 'edge.url=https://dns.example.com/v1', "at '/edge/url'"],
    ['a namespace that is no name', 'namespaces={Shop}', "at '/namespaces/0': 'Shop' does not match pattern"],
    ['a namespace given twice', 'namespaces={shop,shop}', "at '/namespaces': items at 0 and 1 are equal"],
    ['a text in the place of a number', 'replicas=many', "at '/replicas': got string, want integer"],
    ['a key that is none', 'key.pem=secret', "at '/key/pem'"],
    ['a part left blank', 'metrics=null', "missing property 'metrics'"],
    ['a number left blank', 'listen.port=null', "at '/listen': missing property 'port'"],
    ['an image pulled never ever', 'image.pullPolicy=never', "at '/image/pullPolicy': value must be one of"],
    [
      'two keys',
      'key.existingSecret=mine,key.pem=-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----',
      'leave one out',
    ],
    [
      'two choices of namespaces',
      'namespaces={shop},config.namespace-labels=a=b',
      'namespaces and config.namespace-labels',
    ],
    ['an option as a variable', 'env[0].name=KUBE_DOH_TTL,env[0].value=x', 'KUBE_DOH_TTL is an option of the agent'],
    [
      'an authority given twice',
      'edge.certificateAuthority=-----BEGIN CERTIFICATE-----\nMC4=\n-----END CERTIFICATE-----,env[0].name=NODE_EXTRA_CA_CERTS',
      'NODE_EXTRA_CA_CERTS is set by edge.certificateAuthority',
    ],
    ['nobody to run as', 'serviceAccount.create=false', 'serviceAccount.name is missing'],
    [
      'a monitor of nothing',
      'metrics.serviceMonitor.enabled=true,metrics.service.enabled=false',
      'needs metrics.service.enabled',
    ],
  ])('%s', async (_, value, complaint) => {
    const { exitCode, stderr } = await template(...leastValues, '--set', value);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(complaint) });
  });

  test.each([
    ['without a cluster', ['--set', 'edge.url=https://dns.example.com'], 'cluster is missing: pass'],
    ['without an edge', ['--set', 'cluster=prod'], 'edge.url is missing: pass'],
  ])('%s', async (_, values, complaint) => {
    const { exitCode, stderr } = await template(...values);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(complaint) });
  });

  test.each(['1st', 'dns.prod'])('a release %s, by which no Service can be called', async (release) => {
    const args = ['template', release, chartPath, ...leastValues];
    const complaint = `"${release}-kube-doh", made of the release's name, cannot be the name of a Service`;
    expect(await helm.tries(args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(complaint) });
    expect(await helm.tries([...args, '--set', 'fullnameOverride=kube-doh'])).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['without the slip', []],
    ['where blank means none', ['--set', 'edge.certificateAuthority=null,key.pem=null,namespaces=null,env=null']],
  ])('nothing of these, %s', async (_, values) => {
    expect(await template(...leastValues, ...values)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  const template = (...values: readonly string[]) => helm.tries(['template', 'kube-doh', chartPath, ...values]);
});

describe('the Roles grant what the agent asks for, and nothing else:', () => {
  test.each([
    ['by default', []],
    ['names of pods, and of several clusters', ['config.pods=verified', 'config.clusterset-zone={clusterset.local}']],
    ['without Events', ['config.events=false']],
    ['by labels', ['config.namespace-labels=team=web', 'config.labels=dns=on', 'config.remarks=true']],
    ['some namespaces', ['namespaces={shop,cart}']],
    ['some namespaces, of which one is its own and one the system', ['namespaces={dns,kube-system}']],
    [
      'some namespaces, with pods, without Events',
      ['namespaces={shop}', 'config.pods=verified', 'config.events=false'],
    ],
  ])('%s', async (_, values) => {
    const objects = await render(helm, namespace, setting(values));
    const { scope, duties } = await agentReading(objects, namespace);
    const wanted = rulesFor(scope, duties, 'get').flatMap(({ namespace: where, rules }) => permissions(where, rules));
    const granted = rolesOf(objects).flatMap(({ kind, metadata, rules }) =>
      permissions(kind === 'ClusterRole' ? undefined : metadata.namespace, rules),
    );
    expect(granted.sort()).toEqual([...new Set(wanted)].sort());
  });

  test('without the right to tell which cluster it is, only that is missing', async () => {
    const granted = async (...values: readonly string[]): Promise<readonly string[]> => {
      const roles = rolesOf(await render(helm, namespace, setting(values)));
      return roles.flatMap(({ metadata, rules }) => permissions(metadata.namespace, rules));
    };
    for (const mode of [[], ['namespaces={shop}']]) {
      const all = await granted(...mode);
      const fewer = await granted(...mode, 'rbac.clusterIdentity=false');
      expect(all.filter((each) => !fewer.includes(each))).toEqual([
        `${mode.length === 0 ? 'the cluster' : 'kube-system'}: get namespaces kube-system`,
      ]);
    }
  });

  test('none, where somebody else makes them', async () => {
    for (const mode of [[], ['namespaces={shop}']]) {
      const objects = await render(helm, namespace, setting([...mode, 'rbac.create=false']));
      expect(objects.filter(({ kind }) => /Role/.test(kind))).toEqual([]);
    }
  });
});

describe('what depends on values:', () => {
  const takesAway = ['PodDisruptionBudget', 'helm.sh/hook: pre-delete'];
  const digest = `sha256:${'0'.repeat(64)}`;
  test.each([
    ['the image of this version', [], `image: "ghcr.io/kube-doh/kube-doh:${sourcePackage().version}"`],
    ['another tag', ['image.tag=edge'], 'image: "ghcr.io/kube-doh/kube-doh:edge"'],
    [
      'a digest, whatever the tag',
      ['image.tag=edge', `image.digest=${digest}`],
      `image: "ghcr.io/kube-doh/kube-doh@${digest}"`,
    ],
    ['the edge on another port', ['networkPolicy.enabled=true', 'edge.url=https://a.example:8443'], '- port: 8443'],
    ['one agent, without a budget', ['replicas=1'], 'PodDisruptionBudget'],
    ['no Job before it is uninstalled', ['retireOnUninstall=false'], 'helm.sh/hook: pre-delete'],
    ['the key as a Secret', ['key.pem=-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----'], 'kind: Secret'],
    ['where it listens', ['listen.address=[::]', 'listen.port=8080'], "listen: '[::]:8080'"],
  ])('%s', async (_, values, text) => {
    const rendered = (...more: readonly string[]) =>
      helm.run('template', 'kube-doh', chartPath, ...leastValues, ...setting(more));
    const isThere = [(await rendered()).includes(text), (await rendered(...values)).includes(text)];
    const isDefault = values.length === 0 || takesAway.includes(text);
    expect(isThere).toEqual([isDefault, values.length === 0 || !isDefault]);
  });

  test('names stay names where YAML has numbers and Booleans', async () => {
    const names = [
      'nameOverride=9',
      'fullnameOverride=on',
      'serviceAccount.name=5',
      'priorityClassName=4',
      'namespaces={1e3,true}',
    ];
    const key = ['key.entry=0x1', 'key.pem=-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----'];
    const values = [...names, ...key].flatMap((value) => ['--set-string', value]);
    const rendered = await helm.run('template', '123', chartPath, '--namespace', '456', ...leastValues, ...values);
    // YAML 1.1, which Kubernetes reads.
    const objects = parseAllDocuments(rendered, { version: '1.1' }).map((document) => document.toJS() as unknown);
    const named = objects.flatMap((object) => [...namesIn(object)]);
    expect(named).toEqual(expect.arrayContaining(['on', '456', '5', '4', '1e3', 'true', '9', '123', '0x1']));
    expect(named.filter((name) => typeof name !== 'string')).toEqual([]);
  });

  test.each([
    ['options', 'config.ttl=60'],
    ['the authority', 'edge.certificateAuthority=-----BEGIN CERTIFICATE-----\nMC4=\n-----END CERTIFICATE-----'],
    ['the key', 'key.pem=-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----'],
  ])('pods are replaced when they read other %s', async (_, value) => {
    const annotationsOf = async (...values: readonly string[]): Promise<unknown> => {
      const objects = await render(helm, namespace, setting(values));
      const { spec } = objects.find(({ kind }) => kind === 'Deployment') as unknown as Job;
      return spec.template.metadata.annotations;
    };
    expect(await annotationsOf()).toEqual(await annotationsOf('replicas=3'));
    expect(await annotationsOf(value)).not.toEqual(await annotationsOf());
  });
});

describe('the plain manifests', () => {
  test.each(['kube-doh.yaml', 'retire.yaml'] as const)('%s is what the chart makes now', async (name) => {
    const manifests = await plainManifests((...args) => helm.run(...args), chartPath);
    const path = fileURLToPath(new URL(`../../../deploy/manifests/${name}`, import.meta.url));
    // If not: HELM=… node deploy/manifests/main.ts
    expect(readFileSync(path, 'utf8')).toBe(manifests[name]);
    expect(manifests[name]).not.toMatch(/helm/i);
  });
});

/** What names something, however far inside. */
function* namesIn(value: unknown): Generator {
  if (typeof value !== 'object' || value === null) return;
  for (const [member, each] of Object.entries(value)) {
    if (/^(name|namespace|key|\w+Name|app\.kubernetes\.io\/.+)$/.test(member)) yield each;
    else if (member === 'resourceNames') yield* each;
    yield* namesIn(each);
  }
}

/** One line each, such as `shop: list services`. */
function permissions(where: string | undefined, rules: readonly Rule[]): string[] {
  return rules.flatMap(({ apiGroups: [group], resources, verbs, resourceNames = [''] }) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) =>
        resourceNames.map((name) => `${where ?? 'the cluster'}: ${verb} ${titleOf(group, resource)} ${name}`.trim()),
      ),
    ),
  );
}

function titleOf(group: string | undefined, resource: string): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function setting(values: readonly string[]): string[] {
  return values.flatMap((value) => ['--set', value]);
}
