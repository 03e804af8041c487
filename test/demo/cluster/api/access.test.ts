import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../../demo/cluster/embedded-cluster.ts';
import { call } from '../client.ts';

const token = 'a-token';
const headers = { authorization: `Bearer ${token}` };

let cluster: EmbeddedCluster;

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ manifests: [], token });
});

afterEach(() => cluster.stop());

describe('the token', () => {
  test.for([
    ['none', {}],
    ['another', { authorization: 'Bearer another' }],
    ['another of the same length', { authorization: 'Bearer b-token' }],
    ['a password', { authorization: 'Basic a-token' }],
  ] as const)('%s: 401', async ([, given]) => {
    const { code, body } = await call(cluster.url, '/api/v1/services', { headers: given });
    expect(code).toBe(401);
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    });
  });

  test('the right one: 200; and the kubeconfig holds it', async () => {
    expect((await call(cluster.url, '/api/v1/services', { headers })).code).toBe(200);
    const { clusters, users, contexts, ...rest } = parse(cluster.kubeconfig);
    expect(rest).toEqual({ apiVersion: 'v1', kind: 'Config', 'current-context': 'embedded' });
    expect(clusters).toEqual([{ name: 'embedded', cluster: { server: cluster.url } }]);
    expect(users).toEqual([{ name: 'kubernetes-admin', user: { token } }]);
    expect(contexts[0].context).toMatchObject({ cluster: 'embedded', user: 'kubernetes-admin' });
  });

  test('health and version need none', async () => {
    expect(await (await fetch(`${cluster.url}/readyz`)).text()).toBe('ok');
    expect((await call(cluster.url, '/version')).body).toMatchObject({ major: '1' });
    expect((await fetch(`${cluster.url}/readyz`, { headers: { authorization: 'Bearer another' } })).status).toBe(401);
  });
});

describe('discovery', () => {
  test('names the groups and their resources', async () => {
    expect((await call(cluster.url, '/api', { headers })).body).toMatchObject({
      kind: 'APIVersions',
      versions: ['v1'],
    });
    const groups = (await call(cluster.url, '/apis', { headers })).body as unknown as { groups: { name: string }[] };
    expect(groups.groups.map(({ name }) => name)).toEqual(['apps', 'discovery.k8s.io']);
  });

  test.for([
    ['/api/v1', ['namespaces', 'namespaces/status', 'services', 'services/status', 'pods', 'pods/status']],
    ['/apis/discovery.k8s.io/v1', ['endpointslices']],
  ] as const)('%s', async ([path, expected]) => {
    const { body } = await call(cluster.url, path, { headers });
    const { resources } = body as unknown as { resources: { name: string; verbs: string[] }[] };
    expect(body).toMatchObject({ kind: 'APIResourceList' });
    expect(resources.map(({ name }) => name)).toEqual(expected);
    expect(resources[0]!.verbs).toEqual(expect.arrayContaining(['get', 'list', 'watch']));
  });
});

describe('what is not there', () => {
  test.for([
    ['GET', '/api/v1/nodes', 404],
    ['GET', '/apis/apps/v1/pods', 404],
    ['GET', '/api/v1/namespaces/default/pods/absent', 404],
    ['GET', '/api/v1/namespaces/absent', 404],
    ['GET', '/api/v1/namespaces/default/services/kubernetes/scale', 404],
    ['POST', '/api/v1/pods', 405],
    ['DELETE', '/api/v1/namespaces/default/pods', 405],
    ['PUT', '/api/v1/services', 405],
    ['POST', '/version', 405],
    ['OPTIONS', '/api/v1/namespaces/default/services/kubernetes', 405],
  ] as const)('%s %s: %i', async ([method, path, code]) => {
    const answer = await call(cluster.url, path, { method, headers });
    expect(answer.code).toBe(code);
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code });
  });
});

test.for([
  '/nothing',
  '/api/v2',
  '/apis/batch/v1/jobs',
  '/apis/multicluster.x-k8s.io/v1alpha1/serviceimports',
  '/apis/multicluster.x-k8s.io/v1alpha1/namespaces/default/serviceimports',
  '/api/v1/namespaces/default/pods/%zz',
])('%s is no page', async (path) => {
  const response = await fetch(cluster.url + path, { headers });
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('404 page not found\n');
});

test('kubectl is answered with tables where it asks for them', async () => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
  const { body } = await call(cluster.url, '/api/v1/services', { headers: { ...headers, accept } });
  const table = body as unknown as { columnDefinitions: { name: string }[]; rows: { cells: string[] }[] };
  expect(body.kind).toBe('Table');
  const columns = ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector'];
  expect(table.columnDefinitions.map(({ name }) => name)).toEqual(columns);
  expect(table.rows[0]!.cells.slice(0, 5)).toEqual(['kubernetes', 'ClusterIP', '10.96.0.1', '<none>', '443/TCP']);
});
