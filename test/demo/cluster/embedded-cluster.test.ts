import { afterEach, describe, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../demo/cluster/embedded-cluster.ts';
import { call, serviceManifest } from './client.ts';

const clusters: EmbeddedCluster[] = [];

afterEach(async () => {
  await Promise.all(clusters.splice(0).map((cluster) => cluster.stop()));
});

async function start(options: Parameters<typeof startEmbeddedCluster>[0]): Promise<EmbeddedCluster> {
  const cluster = await startEmbeddedCluster(options);
  clusters.push(cluster);
  return cluster;
}

describe('at its start', () => {
  test('a cluster holds what every cluster holds', async () => {
    const cluster = await start({ manifests: [] });
    const namespaces = cluster.store.list('namespaces').map(({ metadata }) => metadata.name);
    expect(namespaces).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    expect(cluster.store.list('endpointslices')).toMatchObject([
      {
        metadata: { name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
        ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
      },
    ]);
  });

  test('a manifest may put its namespace last, and hold a List', async () => {
    const manifests = [
      'kind: List\napiVersion: v1\nitems:\n- {kind: Service, apiVersion: v1, metadata: {name: a, namespace: shop}, spec: {clusterIP: None}}\n---\n---\n',
      'kind: Namespace\napiVersion: v1\nmetadata: {name: shop}',
    ];
    const cluster = await start({ manifests });
    expect(cluster.store.get('services', 'shop', 'a').spec.clusterIP).toBe('None');
  });

  test.for([
    ['no YAML', 'a: [', 'manifest 1, document 1: Flow sequence'],
    ['no object', 'kind: Namespace\n---\n- 1', 'manifest 1, document 2: not an object'],
    [
      'a kind that is not served',
      '{apiVersion: batch/v1, kind: Job}',
      'no matches for kind "Job" in version "batch/v1"',
    ],
    [
      'a namespace that is not there',
      '{apiVersion: v1, kind: Service, metadata: {name: a, namespace: b}}',
      'namespaces "b" not found',
    ],
    [
      'wrong fields',
      '{apiVersion: v1, kind: Service, metadata: {name: a}}',
      'Service "a" is invalid: spec.ports: Required value',
    ],
  ] as const)('refuses %s with a line that says why', async ([, manifest, message]) => {
    const starting = startEmbeddedCluster({ manifests: [manifest] });
    await expect(starting).rejects.toMatchObject({ code: 'BAD_MANIFEST' });
    await expect(startEmbeddedCluster({ manifests: [manifest] })).rejects.toThrow(message);
  });

  test('refuses a port that is taken, and says what to do', async () => {
    const first = await start({ manifests: [] });
    const port = Number(new URL(first.url).port);
    const second = startEmbeddedCluster({ manifests: [], port });
    await expect(second).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' });
    await expect(second).rejects.toThrow(/127\.0\.0\.1:\d+ .*EADDRINUSE.*choose another port, or 0/);
  });

  test('takes its time from the given clock', async () => {
    const cluster = await start({ manifests: [], now: () => Date.UTC(2020, 1, 2, 3, 4, 5, 678) });
    const { metadata } = cluster.store.get('namespaces', undefined, 'default');
    expect(metadata.creationTimestamp).toBe('2020-02-02T03:04:05Z');
  });
});

describe('dual-stack', () => {
  const web =
    'kind: Pod\napiVersion: v1\nmetadata: {name: p, labels: {app: web}}\nspec: {containers: [{name: c, image: i}]}';
  const service = { selector: { app: 'web' }, ports: [{ port: 80 }], ipFamilyPolicy: 'PreferDualStack' };

  test('Services that ask for it and their pods have addresses of both families', async () => {
    const cluster = await start({ manifests: [web], dualStack: true, readyDelayMilliseconds: 0 });
    cluster.store.create(serviceManifest('web', 'default', service));
    await cluster.settled();
    const { spec } = cluster.store.get('services', 'default', 'web');
    expect(spec).toMatchObject({ clusterIPs: ['10.96.0.10', 'fd00:96::a'], ipFamilies: ['IPv4', 'IPv6'] });
    const slices = cluster.store.list('endpointslices').filter(({ metadata }) => metadata.name.startsWith('web-'));
    const addresses = slices.map(({ addressType, endpoints }) => [addressType, endpoints![0]!.addresses]);
    expect(Object.fromEntries(addresses)).toEqual({ IPv4: ['10.244.0.2'], IPv6: ['fd00:10:244::2'] });
  });

  test('is off unless it is asked for', async () => {
    const cluster = await start({ manifests: [web], readyDelayMilliseconds: 0 });
    cluster.store.create(serviceManifest('web', 'default', service));
    expect(cluster.store.get('services', 'default', 'web').spec.clusterIPs).toEqual(['10.96.0.10']);
    const required = serviceManifest('x', 'default', { ...service, ipFamilyPolicy: 'RequireDualStack' });
    expect(() => cluster.store.create(required)).toThrow('not configured for dual-stack');
  });
});

test('kubectl scales through the scale subresource', async () => {
  const set = `{kind: StatefulSet, apiVersion: apps/v1, metadata: {name: s}, spec: {serviceName: s, replicas: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}`;
  const cluster = await start({ manifests: [set], readyDelayMilliseconds: 0 });
  await cluster.settled();
  const path = '/apis/apps/v1/namespaces/default/statefulsets/s/scale';
  expect((await call(cluster.url, path)).body).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    spec: { replicas: 2 },
    status: { replicas: 2, selector: 'a=b' },
  });
  const headers = { 'content-type': 'application/merge-patch+json' };
  const { code, body } = await call(cluster.url, path, { method: 'PATCH', headers, body: { spec: { replicas: 1 } } });
  expect(code).toBe(200);
  expect(body.spec).toEqual({ replicas: 1 });
  await cluster.settled();
  expect(cluster.store.list('pods').map(({ metadata }) => metadata.name)).toEqual(['s-0']);
  const negative = await call(cluster.url, path, { method: 'PATCH', headers, body: { spec: { replicas: -1 } } });
  expect(negative.code).toBe(422);
});

test('one object that cannot be brought to life does not hold up the others', async () => {
  const lines: string[] = [];
  const cluster = await start({ manifests: [], readyDelayMilliseconds: 0, log: (line) => lines.push(line) });
  const name = 'a'.repeat(253);
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const spec = { replicas: 1, serviceName: 's', selector: { matchLabels: { a: 'b' } }, template };
  cluster.store.create({ kind: 'StatefulSet', apiVersion: 'apps/v1', metadata: { name }, spec });
  cluster.store.create({ kind: 'StatefulSet', apiVersion: 'apps/v1', metadata: { name: 'good' }, spec });
  await cluster.settled();
  expect(cluster.store.list('pods').map(({ metadata }) => metadata.name)).toEqual(['good-0']);
  expect(lines[0]).toMatch(/^StatefulSet default\/a+: .*must be no more than 253 bytes/);
});
