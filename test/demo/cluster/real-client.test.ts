/** The API as a client library sees it that was written for real clusters. */
import { CoreV1Api, KubeConfig, makeInformer, type V1Pod } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../demo/cluster/embedded-cluster.ts';
import { exampleManifests } from './client.ts';

let cluster: EmbeddedCluster;
let config: KubeConfig;

beforeEach(async () => {
  const options = { manifests: exampleManifests(), token: 'a-token', readyDelayMilliseconds: 0 };
  cluster = await startEmbeddedCluster(options);
  await cluster.settled();
  config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  // The library refuses plain HTTP unless it may leave the server's certificate unchecked.
  config.clusters = config.clusters.map((entry) => ({ ...entry, skipTLSVerify: true }));
});

afterEach(() => cluster.stop());

test('@kubernetes/client-node lists and follows', async () => {
  const api = config.makeApiClient(CoreV1Api);
  const list = () => api.listNamespacedPod({ namespace: 'cache' });
  const informer = makeInformer<V1Pod>(config, '/api/v1/namespaces/cache/pods', list);
  const seen: string[] = [];
  const replaced = new Promise<void>((resolve) => {
    informer.on('add', (pod) => {
      seen.push(`add ${pod.metadata?.name}`);
      if (seen.length > 3 && pod.metadata?.name === 'redis-1') resolve();
    });
    informer.on('delete', (pod) => void seen.push(`delete ${pod.metadata?.name}`));
  });
  await informer.start();
  expect(seen).toEqual(['add redis-0', 'add redis-1', 'add redis-2']);
  cluster.store.deletePod('cache', 'redis-1');
  await replaced;
  expect(seen.slice(3)).toEqual(['delete redis-1', 'add redis-1']);
  await informer.stop();
});

test('and its errors are those of a real server', async () => {
  const api = config.makeApiClient(CoreV1Api);
  await expect(api.readNamespacedPod({ namespace: 'cache', name: 'absent' })).rejects.toMatchObject({ code: 404 });
  const { items, metadata } = await api.listServiceForAllNamespaces({ limit: 5 });
  expect(items).toHaveLength(5);
  expect(metadata?._continue).toBeDefined();
  const kubeSystem = await api.readNamespace({ name: 'kube-system' });
  expect(kubeSystem.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/);
});
