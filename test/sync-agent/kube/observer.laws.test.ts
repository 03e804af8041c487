/** Observers with different scopes, beside one embedded cluster that changes and makes trouble. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../../demo/cluster/embedded-cluster.ts';
import { ApiError } from '../../../demo/cluster/status.ts';
import type { ApiObject } from '../../../demo/cluster/types.ts';
import type { EndpointSlice } from '../../../sync-agent/cluster.ts';
import type { SliceFacts } from '../../../sync-agent/facts.ts';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { serviceFacts, sliceFacts } from '../../../sync-agent/kube/facts.ts';
import { ClusterObserver } from '../../../sync-agent/kube/observer.ts';
import { type ObservationScope, wholeCluster } from '../../../sync-agent/kube/scope.ts';
import { trimEndpointSlice, trimNamespace, trimPod, trimService } from '../../../sync-agent/kube/trim.ts';
import type { Trimmed } from '../../../sync-agent/kube/trimmed.ts';
import { call, serviceManifest } from '../../demo/cluster/client.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { ManualClock } from './manual-clock.ts';

/** What is to be seen of one cluster, told by its objects alone. */
interface Expectation {
  readonly scope: ObservationScope;
  readonly hasNamespace: (namespace: ApiObject) => boolean;
  readonly has: (object: ApiObject) => boolean;
}

const everything: ObservationScope = { ...wholeCluster, observesPods: true };
const isListed = (name: string | undefined) => name === 'cache' || name === 'absent';
const expectations: readonly Expectation[] = [
  { scope: { ...everything, keepsFacts: true }, hasNamespace: () => true, has: () => true },
  {
    scope: { ...everything, keepsFacts: true, namespaces: { type: 'listed', names: ['cache', 'absent'] } },
    hasNamespace: ({ metadata }) => isListed(metadata.name),
    has: ({ metadata }) => isListed(metadata.namespace),
  },
  {
    scope: { ...everything, namespaces: { type: 'labelled', selector: 'team in (web)' }, labelSelector: 'tier!=back' },
    hasNamespace: ({ metadata }) => metadata.labels?.['team'] === 'web',
    has: ({ metadata }) => metadata.labels?.['tier'] !== 'back',
  },
  {
    scope: { ...everything, namespaces: { type: 'listed', names: ['cache', 'data'] }, labelSelector: 'tier=front' },
    hasNamespace: ({ metadata: { name } }) => name === 'cache' || name === 'data',
    has: ({ metadata: { namespace, labels } }) =>
      (namespace === 'cache' || namespace === 'data') && labels?.['tier'] === 'front',
  },
];

let cluster: EmbeddedCluster;
let folder: ConfigurationFolder;
let connection: KubeConnection;
let observers: readonly ClusterObserver[];
const stop = new AbortController();

beforeAll(async () => {
  cluster = await startEmbeddedCluster({ manifests: [], readyDelayMilliseconds: 0, historySize: 30 });
  folder = new ConfigurationFolder();
  connection = new KubeConnection({
    type: 'file',
    path: folder.kubeconfig({ server: cluster.url }),
    context: undefined,
  });
  observers = expectations.map(({ scope }) => observe(scope));
});
afterAll(async () => {
  stop.abort();
  connection.close();
  await cluster.stop();
  folder.remove();
});

function observe(scope: ObservationScope): ClusterObserver {
  const clock = new ManualClock();
  clock.sleep = () => new Promise((resolve) => setTimeout(resolve, 10));
  const observer = new ClusterObserver({
    api: connection,
    scope,
    onChange: () => undefined,
    onError: () => undefined,
    onWell: () => undefined,
    onAbsent: () => undefined,
    onPresent: () => undefined,
    onStanding: () => undefined,
    clock,
  });
  void observer.run(stop.signal);
  return observer;
}

type View = Readonly<
  Record<'namespaces' | 'services' | 'endpointSlices' | 'pods', Readonly<Record<string, unknown>>>
> & {
  readonly facts: FactsView | undefined;
};
type FactsView = Readonly<Record<'services' | 'slices', Readonly<Record<string, unknown>>>>;

function seenBy({ cluster: { namespaces, services, endpointSlices, pods }, facts }: ClusterObserver): View {
  return {
    namespaces: Object.fromEntries(namespaces),
    services: Object.fromEntries(services),
    endpointSlices: Object.fromEntries([...endpointSlices].map(([key, slice]) => [key, read(slice)])),
    pods: Object.fromEntries(pods),
    facts: facts && {
      services: Object.fromEntries(facts.services),
      slices: Object.fromEntries([...facts.slicesByService.values()].flatMap((slices) => [...slices])),
    },
  };
}

/** All that can be read of it. */
function read({ namespace, name, owners, endpoints, ports }: EndpointSlice): EndpointSlice {
  return { namespace, name, owners, endpoints, ports };
}

function expectedOf({ scope, hasNamespace, has }: Expectation): View {
  const { store } = cluster;
  const trimmed = <T>(objects: readonly ApiObject[], trim: (object: unknown) => Trimmed<T>) =>
    Object.fromEntries(
      objects.flatMap((object) => {
        const { key, value } = trim(object);
        return value === undefined ? [] : [[key, value]];
      }),
    );
  return {
    namespaces: trimmed(store.list('namespaces').filter(hasNamespace), trimNamespace),
    services: trimmed(store.list('services').filter(has), trimService),
    endpointSlices: trimmed(store.list('endpointslices').filter(has), (object) => trimEndpointSlice(object)),
    pods: trimmed(store.list('pods').filter(has), trimPod),
    facts: scope.keepsFacts
      ? {
          services: trimmed(store.list('services').filter(has), (object) => serviceFacts(object, trimService(object))),
          slices: trimmed<SliceFacts>(store.list('endpointslices').filter(has), (object) =>
            sliceFacts(object, trimEndpointSlice(object)),
          ),
        }
      : undefined,
  };
}

const namespace = fc.constantFrom('cache', 'data', 'other');
const name = fc.constantFrom('a', 'b');
const tier = fc.constantFrom('front', 'back', null);
const trouble = fc.constantFrom('expireWatches', 'closeWatches', 'resetWatches', 'compact');
const step = fc.oneof(
  fc.record({
    act: fc.constant('namespace' as const),
    namespace,
    hide: fc.constantFrom('true', 'false', 'maybe'),
    team: fc.constantFrom('web', 'db', null),
  }),
  fc.record({ act: fc.constantFrom('service' as const, 'pod' as const), namespace, name, tier }),
  fc.record({
    act: fc.constant('relabel' as const),
    resource: fc.constantFrom('services' as const, 'pods' as const),
    namespace,
    name,
    tier,
  }),
  fc.record({ act: fc.constant('phase' as const), namespace, name, phase: fc.constantFrom('Succeeded', 'Running') }),
  fc.record({
    act: fc.constant('delete' as const),
    resource: fc.constantFrom('services' as const, 'pods' as const),
    namespace,
    name,
  }),
  fc.record({ act: fc.constant('trouble' as const), trouble }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(one: Step): Promise<void> {
  const { store, faults } = cluster;
  switch (one.act) {
    case 'namespace': {
      const annotations = { 'kube-doh/hide': one.hide };
      if (store.find('namespaces', undefined, one.namespace) === undefined) {
        store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: one.namespace } });
      }
      store.patch('namespaces', undefined, one.namespace, { metadata: { annotations, labels: { team: one.team } } });
      return;
    }
    case 'service': {
      const spec = { clusterIP: 'None', selector: { app: one.name }, ports: [{ port: 80 }] };
      store.create(serviceManifest(one.name, one.namespace, spec));
      store.patch('services', one.namespace, one.name, { metadata: { labels: { tier: one.tier } } });
      return;
    }
    case 'pod': {
      const metadata = { namespace: one.namespace, name: one.name, labels: { app: one.name } };
      store.create({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'c', image: 'i' }] } });
      store.patch('pods', one.namespace, one.name, { metadata: { labels: { tier: one.tier } } });
      return;
    }
    case 'relabel':
      return store.patch(one.resource, one.namespace, one.name, { metadata: { labels: { tier: one.tier } } });
    case 'phase': {
      const path = `/api/v1/namespaces/${one.namespace}/pods/${one.name}/status`;
      const headers = { 'content-type': 'application/merge-patch+json' };
      await call(cluster.url, path, { method: 'PATCH', headers, body: { status: { phase: one.phase } } });
      return;
    }
    case 'delete':
      return store.delete(one.resource, one.namespace, one.name, { gracePeriodSeconds: 0 });
    case 'trouble':
      if (one.trouble === 'compact') store.compact();
      else faults[one.trouble as 'closeWatches']();
  }
}

/** As `take`; what is not there cannot be changed, and what is there not be made. */
async function tryTo(one: Step): Promise<boolean> {
  try {
    await take(one);
    return one.act !== 'trouble';
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

test('each sees what its scope says, and nothing else, whatever happens', { timeout: 60_000 }, async () => {
  await expect.poll(() => observers.every(({ isWatching }) => isWatching), { timeout: 10_000 }).toBe(true);
  let changed = 0;
  let pods = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      for (const one of steps) if (await tryTo(one)) changed += 1;
      await cluster.settled();
      for (const [i, expectation] of expectations.entries()) {
        const expected = expectedOf(expectation);
        pods += Object.keys(expected.pods).length;
        await expect.poll(() => seenBy(observers[i]!), { timeout: 10_000, interval: 5 }).toEqual(expected);
      }
    }),
    { numRuns: 30, endOnFailure: true },
  );
  // Else little was compared.
  expect(changed).toBeGreaterThan(50);
  expect(pods).toBeGreaterThan(20);
});
