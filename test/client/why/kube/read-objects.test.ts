/** What is asked of the API server, and what becomes of refusals and of answers that are none. */
import { expect, test } from 'vitest';
import { askedName } from '../../../../client/why/kube/asked-name.ts';
import { consultCluster } from '../../../../client/why/kube/consult.ts';
import {
  itemsOf,
  readNamespace,
  readPod,
  readService,
  readSlice,
  readStatefulSet,
} from '../../../../client/why/kube/objects.ts';
import { readObjects } from '../../../../client/why/kube/read-objects.ts';
import { KubeError } from '../../../../sync-agent/kube/error.ts';
import { parseRelativeName } from '../../../../zone/name.ts';
import { namespace, pod, service, statefulSet } from './manifests.ts';
import { PocketApi } from './pocket-api.ts';

const name = parseRelativeName('redis-0.redis-headless.cache.svc');
const healthy = [namespace(), service('redis-headless'), statefulSet('redis'), pod('redis-0')];

test('few requests, all of the namespace', async () => {
  const api = new PocketApi(healthy);
  await readObjects(api, askedName(name)!);
  expect(api.asked).toEqual([
    '/api/v1/namespaces/cache',
    '/api/v1/namespaces/cache/services/redis-headless',
    '/apis/discovery.k8s.io/v1/namespaces/cache/endpointslices?labelSelector=kubernetes.io/service-name=redis-headless',
    '/apis/apps/v1/namespaces/cache/statefulsets',
    '/api/v1/namespaces/cache/pods/redis-0',
    '/api/v1/namespaces/cache/pods?labelSelector=app=redis',
  ]);
});

test('others are looked for only where something is missing', async () => {
  const absent = new PocketApi([namespace()]);
  await readObjects(absent, askedName(name)!);
  expect(absent.asked.slice(5)).toEqual(['/api/v1/services?fieldSelector=metadata.name=redis-headless']);
  const unselected = new PocketApi([namespace(), service('redis-headless', { selector: { app: 'x' } })]);
  await readObjects(unselected, askedName(name)!);
  expect(unselected.asked.slice(5)).toEqual([
    '/api/v1/namespaces/cache/pods?labelSelector=app=x',
    '/api/v1/namespaces/cache/pods?limit=200',
  ]);
});

test.for([
  ['redis-0.redis-headless.cache.svc', 'cache redis-headless redis-0'],
  ['redis-headless.cache.svc', 'cache redis-headless'],
  ['cache.svc', 'cache'],
  ['_redis._tcp.redis-headless.cache.svc', 'cache redis-headless redis tcp'],
  ['_tcp.redis-headless.cache.svc', 'cache redis-headless tcp'],
  ['svc', undefined],
  ['10-0-0-1.cache.pod', undefined],
  ['a.b.c.d.svc', undefined],
  ['a._tcp.c.d.svc', undefined],
  ['_a._tcp.b.c.d.svc', undefined],
  ['a._b.c.svc', undefined],
] as const)('%s asks for %s', ([text, expected]) => {
  const asked = askedName(parseRelativeName(text));
  const parts = asked && [asked.namespace, asked.service, asked.host, asked.port, asked.protocol];
  expect(parts?.filter((part) => part !== undefined).join(' ')).toBe(expected);
});

test('an API server that is not reached is a step, and nothing else', async () => {
  const message = 'cannot reach the API server at https://127.0.0.1:1 (connection refused)';
  const api = Object.assign(new PocketApi([]), {
    request: () => Promise.reject(new KubeError('UNREACHABLE', message)),
  });
  expect(await consultCluster(() => api, name, 'cluster.local')).toEqual({
    steps: [{ step: 'kubernetes', ok: false, text: `the cluster of the kubeconfig could not be asked: ${message}` }],
    finding: undefined,
  });
  expect(api.isClosed).toBe(true);
});

test('a kubeconfig that cannot be read is a step too', async () => {
  const open = (): PocketApi => {
    throw new KubeError('KUBECONFIG_MISSING', 'there is no kubeconfig at /nonexistent');
  };
  const { steps, finding } = await consultCluster(open, name, 'cluster.local');
  expect([steps.map(({ ok }) => ok), finding]).toEqual([[false], undefined]);
});

test('of names that no Service has the cluster is not asked', async () => {
  const api = new PocketApi(healthy);
  const consulted = await consultCluster(() => api, parseRelativeName('10-0-0-1.cache.pod'), 'cluster.local');
  expect([consulted, api.asked]).toEqual([{ steps: [], finding: undefined }, []]);
});

test.for([undefined, null, 7, 'x', [], {}, { metadata: 3, spec: [], status: 'no' }, { items: 'none' }])(
  '%j is no object, and is read without an error',
  (value) => {
    for (const read of [readNamespace, readService, readPod, readStatefulSet, readSlice])
      expect(read(value)).toBeDefined();
    expect(itemsOf(value, readPod)).toEqual([]);
  },
);
