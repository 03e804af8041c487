import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../../demo/cluster/embedded-cluster.ts';
import { type Body, call, serviceManifest } from '../client.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const STRATEGIC = { 'content-type': 'application/strategic-merge-patch+json' };

let cluster: EmbeddedCluster;

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ manifests: [], readyDelayMilliseconds: 0 });
});

afterEach(() => cluster.stop());

function send(method: string, path: string, body?: unknown, headers = {}) {
  return call(cluster.url, path, { method, body, headers });
}

async function created(manifest: object): Promise<Body> {
  const { code, body } = await send('POST', SERVICES, manifest);
  expect(code).toBe(201);
  return body;
}

describe('create', () => {
  test('fills in what a server fills in', async () => {
    const body = await created(serviceManifest('web', 'default', { selector: { app: 'web' }, ports: [{ port: 80 }] }));
    expect(body).toMatchObject({ kind: 'Service', apiVersion: 'v1' });
    expect(body.spec).toEqual({
      clusterIP: '10.96.0.10',
      clusterIPs: ['10.96.0.10'],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ protocol: 'TCP', port: 80, targetPort: 80 }],
      selector: { app: 'web' },
      sessionAffinity: 'None',
      type: 'ClusterIP',
    });
    expect(body.status).toEqual({ loadBalancer: {} });
    expect(body.metadata.resourceVersion).toBe(
      cluster.store.get('services', 'default', 'web').metadata.resourceVersion,
    );
  });

  test.for([
    ['headless', { clusterIP: 'None', selector: { a: 'b' } }, { clusterIPs: ['None'], ipFamilyPolicy: 'SingleStack' }],
    ['headless, without selector', { clusterIP: 'None' }, { ipFamilies: ['IPv4', 'IPv6'] }],
    ['by address', { clusterIP: '10.96.7.7', ports: [{ port: 1 }] }, { clusterIP: '10.96.7.7' }],
    [
      'external',
      { type: 'ExternalName', externalName: 'a.example' },
      { type: 'ExternalName', externalName: 'a.example' },
    ],
    ['node port', { type: 'NodePort', ports: [{ port: 1 }] }, { ports: [{ port: 1, nodePort: 30000 }] }],
    ['named target', { ports: [{ port: 1, targetPort: 'http' }] }, { ports: [{ targetPort: 'http' }] }],
  ] as const)('%s', async ([, spec, expected]) => {
    const body = await created(serviceManifest('one', 'default', spec));
    expect(body.spec).toMatchObject(expected);
    if (spec && 'externalName' in spec) expect(body.spec).not.toHaveProperty('clusterIP');
  });

  test('never gives the address of the API service to another', async () => {
    expect(cluster.store.get('services', 'default', 'kubernetes').spec).toMatchObject({
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', port: 443, targetPort: 6443, protocol: 'TCP' }],
    });
    const again = serviceManifest('again', 'default', { clusterIP: '10.96.0.1', ports: [{ port: 1 }] });
    const { code, body } = await send('POST', SERVICES, again);
    expect(code).toBe(422);
    expect(body.message).toContain('provided IP is already allocated');
  });

  test('makes a name from generateName', async () => {
    const metadata = { generateName: 'x-', namespace: 'default' };
    const body = await created({ ...serviceManifest(''), metadata });
    expect(body.metadata.name).toMatch(/^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test.for([
    ['an object of another kind', { ...serviceManifest('a'), kind: 'Pod' }, 400, 'BadRequest'],
    ['an object of another namespace', serviceManifest('a', 'elsewhere'), 400, 'BadRequest'],
    ['no object', [1], 400, 'BadRequest'],
    ['no JSON', '{', 400, 'BadRequest'],
    ['a field of the wrong type', serviceManifest('a', 'default', { ports: 'x' }), 400, 'BadRequest'],
    ['no name', serviceManifest(''), 422, 'Invalid'],
    ['a name that is none', serviceManifest('A.b'), 422, 'Invalid'],
    ['no ports', serviceManifest('a', 'default', {}), 422, 'Invalid'],
    ['unnamed ports', serviceManifest('a', 'default', { ports: [{ port: 1 }, { port: 2 }] }), 422, 'Invalid'],
    ['an address of elsewhere', serviceManifest('a', 'default', { clusterIP: '1.2.3.4' }), 422, 'Invalid'],
    ['the name of another', serviceManifest('kubernetes'), 409, 'AlreadyExists'],
  ] as const)('refuses %s', async ([, manifest, code, reason]) => {
    const before = cluster.store.list('services').length;
    const answer = await send('POST', SERVICES, manifest);
    expect(answer.code).toBe(code);
    expect(answer.body).toMatchObject({ kind: 'Status', reason, code });
    expect(cluster.store.list('services')).toHaveLength(before);
  });

  test('names all wrong fields at once', async () => {
    const { body } = await send(
      'POST',
      SERVICES,
      serviceManifest('A', 'default', { ports: [{ port: 0, targetPort: 1 }, { port: 1 }] }),
    );
    const { causes } = body.details as { causes: { field: string }[] };
    expect(causes.map(({ field }) => field)).toEqual([
      'metadata.name',
      'spec.ports[0].port',
      'spec.ports[0].name',
      'spec.ports[1].name',
    ]);
  });

  test('refuses a namespace that is not there', async () => {
    const { code, body } = await send('POST', '/api/v1/namespaces/absent/services', serviceManifest('a', 'absent'));
    expect(code).toBe(404);
    expect(body.message).toBe('namespaces "absent" not found');
  });

  test('refuses what it cannot read: other formats, too much, a dry run', async () => {
    const yaml = { 'content-type': 'application/yaml' };
    expect((await send('POST', SERVICES, serviceManifest('a'), yaml)).code).toBe(415);
    expect((await send('POST', SERVICES, ' '.repeat(3 * 1024 * 1024 + 1))).code).toBe(413);
    expect((await send('POST', `${SERVICES}?dryRun=All`, serviceManifest('a'))).code).toBe(400);
    expect(cluster.store.find('services', 'default', 'a')).toBeUndefined();
  });
});

describe('replace', () => {
  test('with the version that was read succeeds once; a stale one is a conflict', async () => {
    const read = await created(serviceManifest('a'));
    const next = { ...read, metadata: { ...read.metadata, labels: { x: '1' } } };
    const first = await send('PUT', `${SERVICES}/a`, next);
    expect(first.code).toBe(200);
    expect(first.body.metadata).toMatchObject({ labels: { x: '1' }, uid: read.metadata.uid });
    expect(first.body.metadata.resourceVersion).not.toBe(read.metadata.resourceVersion);
    const second = await send('PUT', `${SERVICES}/a`, { ...next, metadata: { ...next.metadata, labels: { x: '2' } } });
    expect(second.code).toBe(409);
    expect(second.body).toMatchObject({
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on services "a": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  test('without a version replaces any; with what is there already changes nothing', async () => {
    await created(serviceManifest('a'));
    const labelled = { ...serviceManifest('a'), metadata: { name: 'a', namespace: 'default', labels: { x: '1' } } };
    const first = await send('PUT', `${SERVICES}/a`, labelled);
    const second = await send('PUT', `${SERVICES}/a`, labelled);
    expect(first.body.metadata.labels).toEqual({ x: '1' });
    expect(second.body).toEqual(first.body);
  });

  test('keeps the status and the cluster IP; the cluster IP cannot be changed', async () => {
    const spec = { ports: [{ port: 1 }] };
    const { clusterIP } = (await created(serviceManifest('a', 'default', spec))).spec;
    const same = await send('PUT', `${SERVICES}/a`, { ...serviceManifest('a', 'default', spec), status: { x: 1 } });
    expect(same.body.spec['clusterIP']).toBe(clusterIP);
    expect(same.body.status).toEqual({ loadBalancer: {} });
    const other = serviceManifest('a', 'default', { ...spec, clusterIP: '10.96.9.9' });
    expect((await send('PUT', `${SERVICES}/a`, other)).code).toBe(422);
  });

  test('a Service that becomes an ExternalName gives its cluster IP back, and gets one again', async () => {
    await created(serviceManifest('a', 'default', { ports: [{ port: 1 }] }));
    const external = { spec: { type: 'ExternalName', externalName: 'a.example' } };
    const first = await send('PATCH', `${SERVICES}/a`, external, MERGE);
    expect(first.body.spec).toEqual({
      type: 'ExternalName',
      externalName: 'a.example',
      ports: [{ protocol: 'TCP', port: 1, targetPort: 1 }],
      sessionAffinity: 'None',
    });
    const internal = { spec: { type: 'ClusterIP', externalName: null } };
    const second = await send('PATCH', `${SERVICES}/a`, internal, MERGE);
    expect(second.body.spec).toMatchObject({ type: 'ClusterIP', clusterIP: '10.96.0.11' });
  });

  test('needs an object and its name', async () => {
    expect((await send('PUT', `${SERVICES}/absent`, serviceManifest('absent'))).code).toBe(404);
    expect((await send('PUT', `${SERVICES}/kubernetes`, serviceManifest('other'))).code).toBe(400);
  });
});

describe('patch', () => {
  test('merge: null deletes, lists are replaced', async () => {
    await created(serviceManifest('a', 'default', { clusterIP: 'None', ports: [{ port: 1 }] }));
    await send('PATCH', `${SERVICES}/a`, { metadata: { labels: { x: '1', y: '1' } } }, MERGE);
    const patch = { metadata: { labels: { x: null } }, spec: { ports: [{ port: 2 }] } };
    const { code, body } = await send('PATCH', `${SERVICES}/a`, patch, MERGE);
    expect(code).toBe(200);
    expect(body.metadata.labels).toEqual({ y: '1' });
    expect(body.spec['ports']).toEqual([{ protocol: 'TCP', port: 2, targetPort: 2 }]);
  });

  test('with a stale version is a conflict; of other types is refused', async () => {
    const { metadata } = await created(serviceManifest('a'));
    await send('PATCH', `${SERVICES}/a`, { metadata: { labels: { x: '1' } } }, STRATEGIC);
    const stale = { metadata: { resourceVersion: metadata.resourceVersion, labels: { x: '2' } } };
    expect((await send('PATCH', `${SERVICES}/a`, stale, MERGE)).code).toBe(409);
    expect((await send('PATCH', `${SERVICES}/a`, [], { 'content-type': 'application/json-patch+json' })).code).toBe(
      415,
    );
  });
});

describe('delete', () => {
  test('of most kinds ends them at once and says what was deleted', async () => {
    const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';
    const { uid } = cluster.store.get('endpointslices', 'default', 'kubernetes').metadata;
    const { code, body } = await send('DELETE', path);
    expect(code).toBe(200);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'kubernetes', group: 'discovery.k8s.io', kind: 'endpointslices', uid },
    });
    expect((await send('DELETE', path)).code).toBe(404);
  });

  test('of a Service is answered with the Service', async () => {
    const before = await created(serviceManifest('a'));
    const { body } = await send('DELETE', `${SERVICES}/a`);
    expect(body).toMatchObject({ kind: 'Service', metadata: { uid: before.metadata.uid } });
    expect(cluster.store.find('services', 'default', 'a')).toBeUndefined();
  });

  test('asks for the identity that the client has seen', async () => {
    await created(serviceManifest('a'));
    const options = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'another' } };
    expect((await send('DELETE', `${SERVICES}/a`, options)).code).toBe(409);
    expect(cluster.store.find('services', 'default', 'a')).toBeDefined();
  });

  test('of a namespace lets nothing new in', () => {
    cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    cluster.store.delete('namespaces', undefined, 'shop');
    const late = () => cluster.store.create(serviceManifest('b', 'shop'));
    expect(late).toThrow(
      'services "b" is forbidden: unable to create new content in namespace shop because it is being terminated',
    );
  });

  test('of a namespace takes everything in it along', async () => {
    cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    cluster.store.create(serviceManifest('a', 'shop'));
    await cluster.settled();
    const { body } = await send('DELETE', '/api/v1/namespaces/shop');
    expect(body.status).toEqual({ phase: 'Terminating' });
    await cluster.settled();
    expect(cluster.store.find('namespaces', undefined, 'shop')).toBeUndefined();
    expect(cluster.store.list('services', 'shop')).toEqual([]);
    expect(cluster.store.list('endpointslices', 'shop')).toEqual([]);
  });
});
