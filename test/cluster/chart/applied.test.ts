/** What the chart makes is taken by a real API server that refuses unknown fields, and by Pod Security "restricted". */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiServer } from '../control-plane/api-server.ts';
import { defineCustomResources } from '../control-plane/custom-resources.ts';
import { system } from '../support/system.ts';
import { type AnyObject, AnyObjects, parseObjects } from './support/any-objects.ts';
import { buildMilliseconds, chartPath, Helm } from './support/helm.ts';
import { monitoringDefinitions } from './support/monitoring.ts';
import type { Job } from './support/pod.ts';
import { leastValues, render } from './support/rendered.ts';

const started = system();
const api = apiServer(started.api);
const objects = new AnyObjects(api);
const namespace = 'applied';
const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

let helm: Helm;
beforeAll(async () => {
  helm = await Helm.find(started.directory);
  await defineCustomResources(api, await monitoringDefinitions());
  await objects.applyStrictly({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: restricted },
  });
}, buildMilliseconds);
afterAll(() => objects.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));

const monitoring = [
  ...[
    'metrics.serviceMonitor.enabled=true',
    'metrics.serviceMonitor.interval=30s',
    'metrics.serviceMonitor.labels.team=dns',
  ],
  ...[
    'metrics.serviceMonitor.relabelings[0].targetLabel=cluster',
    'metrics.serviceMonitor.relabelings[0].replacement=prod',
  ],
  ...['metrics.serviceMonitor.metricRelabelings[0].action=labeldrop'],
  ...['metrics.serviceMonitor.metricRelabelings[0].regex=host', 'metrics.prometheusRule.enabled=true'],
  ...['metrics.prometheusRule.labels.team=dns', 'metrics.dashboard.enabled=true'],
  ...['metrics.dashboard.annotations.folder=dns', 'metrics.service.annotations.team=dns'],
];
const pods = [
  ...[
    'podAnnotations.team=dns',
    'podLabels.team=dns',
    'nodeSelector.disk=ssd',
    'priorityClassName=system-cluster-critical',
  ],
  ...[
    'tolerations[0].operator=Exists',
    'imagePullSecrets[0].name=registry',
    'env[0].name=HTTPS_PROXY,env[0].value=http://proxy',
  ],
  ...[
    'affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution=null',
    'serviceAccount.annotations.team=dns',
  ],
  ...['topologySpreadConstraints[0].maxSkew=1', 'topologySpreadConstraints[0].topologyKey=rack'],
  ...['topologySpreadConstraints[0].whenUnsatisfiable=DoNotSchedule', 'resources.limits.cpu=1'],
];
const network = [
  ...[
    'networkPolicy.enabled=true',
    'networkPolicy.apiServerCidrs={10.0.0.1/32}',
    'networkPolicy.edgeCidrs={2001:db8::/32}',
  ],
  ...[
    'networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.team=monitoring',
    'networkPolicy.egress[0].ports[0].port=3128',
  ],
];
const pem = ['key.pem=-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----'];
const authority = ['edge.certificateAuthority=-----BEGIN CERTIFICATE-----\nMC4=\n-----END CERTIFICATE-----'];

describe('every object is taken as it is', () => {
  test.each([
    ['by default', [], 10],
    ['with monitoring', monitoring, 13],
    ['with all that can be said of pods', pods, 10],
    ['with a NetworkPolicy', network, 11],
    ['with Roles only', ['namespaces={cache,logging}'], 14],
    ['with one agent, its key and its authority', ['replicas=1', ...pem, ...authority], 10],
    ['by another name', ['fullnameOverride=names', 'nameOverride=dns', `image.digest=sha256:${'0'.repeat(64)}`], 10],
  ])('%s', async (_, values, count) => {
    const rendered = await render(helm, namespace, setting(values));
    for (const object of rendered) await objects.applyStrictly(object, { dryRun: true });
    expect(rendered.map(({ kind }) => kind)).toHaveLength(count);
  });

  test('what is no field is not', async () => {
    const rendered = await render(helm, namespace, setting(monitoring));
    const deployment = rendered.find(({ kind }) => kind === 'Deployment')!;
    const monitor = rendered.find(({ kind }) => kind === 'ServiceMonitor')!;
    for (const [object, complaint] of [
      [
        { ...deployment, spec: { ...(deployment['spec'] as object), replica: 1 } },
        /field not declared in schema|unknown field/,
      ],
      [
        { ...monitor, spec: { ...(monitor['spec'] as object), endpoint: [] } },
        /field not declared in schema|unknown field/,
      ],
    ] as const) {
      await expect(objects.applyStrictly(object, { dryRun: true })).rejects.toThrow(complaint);
    }
  });
});

describe('the pods are "restricted"', () => {
  test.each(['templates/deployment.yaml', 'templates/retire-job.yaml'])('those of %s', async (template) => {
    const args = ['template', 'kube-doh', chartPath, '--namespace', namespace, ...leastValues, '--show-only', template];
    const [{ spec }] = parseObjects(await helm.run(...args)) as unknown as [Job];
    const pod: AnyObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...spec.template.metadata, name: 'tried', namespace },
      spec: spec.template.spec,
    };
    await objects.applyStrictly(pod, { dryRun: true });
    const [container] = spec.template.spec.containers;
    const lax = { ...container, securityContext: { allowPrivilegeEscalation: true } };
    const other = { ...pod, spec: { ...spec.template.spec, containers: [lax] } };
    await expect(objects.applyStrictly(other, { dryRun: true })).rejects.toThrow(/violates PodSecurity "restricted/);
  });
});

function setting(values: readonly string[]): string[] {
  return values.flatMap((value) => ['--set', value]);
}
