import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../../demo/cluster/embedded-cluster.ts';
import { call, serviceManifest } from '../client.ts';

const SERVICES = '/api/v1/namespaces/shop/services';

let cluster: EmbeddedCluster;

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ manifests: [], historySize: 20 });
  cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  for (const name of ['c', 'a', 'e', 'b', 'd']) cluster.store.create(serviceManifest(name, 'shop'));
  await cluster.settled();
});

afterEach(() => cluster.stop());

async function names(path: string): Promise<string[]> {
  const { body } = await call(cluster.url, path);
  return body.items.map(({ metadata }) => metadata.name);
}

describe('a list', () => {
  test('is in order of names, says its version, and its items do not repeat their kind', async () => {
    const { code, body } = await call(cluster.url, SERVICES);
    expect(code).toBe(200);
    expect(body).toMatchObject({ kind: 'ServiceList', apiVersion: 'v1' });
    expect(body.metadata).toEqual({ resourceVersion: cluster.store.resourceVersion });
    expect(body.items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(body.items[0]).not.toHaveProperty('kind');
    expect(body.items[0]).not.toHaveProperty('apiVersion');
  });

  test('of all namespaces is in order of namespaces and names', async () => {
    const { body } = await call(cluster.url, '/api/v1/services');
    const keys = body.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(keys).toEqual(['default/kubernetes', 'shop/a', 'shop/b', 'shop/c', 'shop/d', 'shop/e']);
  });

  test('of a namespace that does not exist is empty', async () => {
    const { code, body } = await call(cluster.url, '/api/v1/namespaces/nowhere/services');
    expect(code).toBe(200);
    expect(body.items).toEqual([]);
  });

  test('is one object by its name', async () => {
    const { body } = await call(cluster.url, `${SERVICES}/c`);
    expect(body).toMatchObject({ kind: 'Service', apiVersion: 'v1', metadata: { name: 'c', namespace: 'shop' } });
    expect(body.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});

describe('selectors', () => {
  beforeEach(() => {
    cluster.store.patch('services', 'shop', 'a', { metadata: { labels: { tier: 'front', app: 'x', rank: '1' } } });
    cluster.store.patch('services', 'shop', 'b', { metadata: { labels: { tier: 'back', rank: '12' } } });
  });

  test.for([
    ['labelSelector=tier', ['a', 'b']],
    ['labelSelector=tier%3Dfront', ['a']],
    ['labelSelector=tier%3D%3Dback', ['b']],
    ['labelSelector=tier!%3Dback', ['a', 'c', 'd', 'e']],
    ['labelSelector=!tier', ['c', 'd', 'e']],
    ['labelSelector=tier%20in%20(front,back),app', ['a']],
    ['labelSelector=tier%20notin%20(front)', ['b', 'c', 'd', 'e']],
    ['labelSelector=tier+in(front,back)', ['a', 'b']],
    ['labelSelector=rank%3E1', ['b']],
    ['labelSelector=rank%20%3C%202', ['a']],
    ['fieldSelector=metadata.name%3Db', ['b']],
    ['fieldSelector=metadata.name!%3Db,spec.clusterIP%3DNone', ['a', 'c', 'd', 'e']],
  ] as const)('%s', async ([query, expected]) => {
    expect(await names(`${SERVICES}?${query}`)).toEqual(expected);
  });

  test.for([
    ['labelSelector=a%3Db%3Dc', "unable to parse requirement: found 'a=b=c', expected: identifier"],
    ['fieldSelector=spec.nodeName%3Dx', 'field label not supported: spec.nodeName'],
  ] as const)('%s is refused', async ([query, message]) => {
    const { code, body } = await call(cluster.url, `${SERVICES}?${query}`);
    expect(code).toBe(400);
    expect(body).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'BadRequest', message, code: 400 });
  });
});

describe('pages', () => {
  test('show the version of the first page, whatever happens meanwhile', async () => {
    const first = (await call(cluster.url, `${SERVICES}?limit=2`)).body;
    expect(first.metadata.remainingItemCount).toBe(3);
    cluster.store.delete('services', 'shop', 'c');
    cluster.store.create(serviceManifest('bb', 'shop'));
    const second = (await call(cluster.url, `${SERVICES}?limit=2&continue=${first.metadata.continue}`)).body;
    const third = (await call(cluster.url, `${SERVICES}?limit=2&continue=${second.metadata.continue}`)).body;
    const pages = [first, second, third].map(({ items }) => items.map(({ metadata }) => metadata.name));
    expect(pages).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    const versions = [first, second, third].map(({ metadata }) => metadata.resourceVersion);
    expect(new Set(versions).size).toBe(1);
    expect(third.metadata).not.toHaveProperty('continue');
    expect(await names(SERVICES)).toEqual(['a', 'b', 'bb', 'd', 'e']);
  });

  test('of a forgotten version are answered 410 with a token for the rest as it is now', async () => {
    const first = (await call(cluster.url, `${SERVICES}?limit=2`)).body;
    cluster.store.delete('services', 'shop', 'c');
    cluster.store.compact();
    const gone = await call(cluster.url, `${SERVICES}?limit=2&continue=${first.metadata.continue}`);
    expect(gone.code).toBe(410);
    expect(gone.body).toMatchObject({ reason: 'Expired', code: 410 });
    expect(await names(`${SERVICES}?continue=${gone.body.metadata.continue}`)).toEqual(['d', 'e']);
  });

  test('with a selector do not say how many are left', async () => {
    const { body } = await call(cluster.url, `${SERVICES}?limit=2&labelSelector=!x`);
    expect(body.metadata.continue).toBeDefined();
    expect(body.metadata).not.toHaveProperty('remainingItemCount');
  });

  test('are not cut with resourceVersion=0', async () => {
    expect(await names(`${SERVICES}?limit=2&resourceVersion=0`)).toHaveLength(5);
  });
});

describe('resourceVersion of a list', () => {
  test('exactly: the state as it was', async () => {
    const before = cluster.store.resourceVersion;
    cluster.store.delete('services', 'shop', 'a');
    const past = `${SERVICES}?resourceVersion=${before}&resourceVersionMatch=Exact`;
    expect(await names(past)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await names(SERVICES)).toEqual(['b', 'c', 'd', 'e']);
    cluster.store.compact();
    expect((await call(cluster.url, past)).code).toBe(410);
  });

  test('of the future is answered 504, as by a server that was restored from a backup', async () => {
    const { code, body } = await call(cluster.url, `${SERVICES}?resourceVersion=999999`);
    expect(code).toBe(504);
    expect(body).toMatchObject({ reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } });
  });

  test.for([
    ['resourceVersion=x', 400],
    ['limit=x', 400],
    ['continue=x', 400],
    ['resourceVersionMatch=NotOlderThan', 422],
    ['resourceVersion=1&resourceVersionMatch=Newest', 422],
    ['resourceVersion=0&resourceVersionMatch=Exact', 422],
    ['sendInitialEvents=true', 422],
  ] as const)('%s is refused with %i', async ([query, code]) => {
    const answer = await call(cluster.url, `${SERVICES}?${query}`);
    expect(answer.code).toBe(code);
    expect(answer.body.code).toBe(code);
  });
});
