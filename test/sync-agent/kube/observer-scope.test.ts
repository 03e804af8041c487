/** What is asked of the API, and what is kept, for each way to observe less, or more, than the whole cluster. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { ClusterObserver } from '../../../sync-agent/kube/observer.ts';
import type { Failure } from '../../../sync-agent/kube/reflector.ts';
import { type ObservationScope, wholeCluster } from '../../../sync-agent/kube/scope.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { ManualClock } from './manual-clock.ts';
import {
  errorEvent,
  event,
  json,
  object,
  page,
  ScriptedApiServer,
  type Step,
  status,
  watch,
} from './scripted-api-server.ts';

const inNamespace = (namespace: string, resource: string) => `/api/v1/namespaces/${namespace}/${resource}`;
const slicesIn = (namespace: string) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
const imports = '/apis/multicluster.x-k8s.io/v1alpha1/serviceimports';
const notFields = 'fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed%2Cstatus.phase%21%3DUnknown';

let api: ScriptedApiServer;
let folder: ConfigurationFolder;
let connection: KubeConnection;
let stop: AbortController;
let failures: Failure[];

beforeEach(async () => {
  api = await new ScriptedApiServer().listen();
  folder = new ConfigurationFolder();
  connection = new KubeConnection({ type: 'file', path: folder.kubeconfig({ server: api.url }), context: undefined });
  stop = new AbortController();
  failures = [];
});
afterEach(async () => {
  stop.abort();
  connection.close();
  await api.close();
  folder.remove();
});

/** A list of these objects, and a watch that says nothing. */
function serve(path: string, kind: string, ...items: readonly unknown[]): void {
  api.on('list', path, page(kind, items, '10')).on('watch', path, watch([]));
}

/** As a Role in it grants it: to get the Namespace, but not to list or watch it. */
function serveNamespace(name: string, ...services: readonly string[]): void {
  api.on('list', '/api/v1/namespaces', status(403));
  api.on('list', `/api/v1/namespaces/${name}`, json({ kind: 'Namespace', metadata: { name, resourceVersion: '1' } }));
  serve(inNamespace(name, 'services'), 'Service', ...services.map((service) => serviceIn(name, service)));
  serve(slicesIn(name), 'EndpointSlice');
}

function serviceIn(namespace: string, name: string): object {
  return { ...object(name), metadata: { namespace, name, resourceVersion: '11' } };
}

function observe(scope: Partial<ObservationScope>): ClusterObserver {
  const clock = new ManualClock();
  // Failures are not waited for; what is asked again after a pause is not asked again.
  clock.sleep = (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (milliseconds < 3000) setImmediate(resolve);
      else signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  const observer = new ClusterObserver({
    api: connection,
    scope: { ...wholeCluster, ...scope },
    onChange: () => undefined,
    onError: (failure) => failures.push(failure),
    onWell: () => undefined,
    onAbsent: () => undefined,
    onPresent: () => undefined,
    onStanding: () => undefined,
    clock,
    random: () => 0.5,
  });
  void observer.run(stop.signal);
  return observer;
}

/** What was asked, each list without its page size and each watch without what differs. */
function asked(): string[] {
  return api.exchanges
    .filter(({ verb }) => verb !== 'stream')
    .map(({ verb, path, query }) => {
      for (const name of ['limit', 'watch', 'allowWatchBookmarks', 'resourceVersion', 'timeoutSeconds'])
        query.delete(name);
      return `${verb} ${path}${query.size === 0 ? '' : `?${query}`}`;
    })
    .sort();
}

describe('what is asked', () => {
  const listed: ObservationScope['namespaces'] = { type: 'listed', names: ['cache', 'data'] };
  const both = (path: string, query = '') => [`list ${path}${query}`, `watch ${path}${query}`];

  test.for<[string, Partial<ObservationScope>, string[]]>([
    [
      'of the whole cluster',
      {},
      [...both('/api/v1/namespaces'), ...both('/api/v1/services'), ...both('/apis/discovery.k8s.io/v1/endpointslices')],
    ],
    [
      'of listed namespaces is asked of each, and nothing of the cluster',
      { namespaces: listed },
      ['cache', 'data'].flatMap((name) => [
        `list /api/v1/namespaces?fieldSelector=metadata.name%3D${name}`,
        `list /api/v1/namespaces/${name}`,
        ...both(inNamespace(name, 'services')),
        ...both(slicesIn(name)),
      ]),
    ],
    [
      'of namespaces with labels selects the Namespaces alone',
      { namespaces: { type: 'labelled', selector: 'team=web' } },
      [
        ...both('/api/v1/namespaces', '?labelSelector=team%3Dweb'),
        ...both('/api/v1/services'),
        ...both('/apis/discovery.k8s.io/v1/endpointslices'),
      ],
    ],
    [
      'of objects with labels selects all but Namespaces, in every list and watch',
      { labelSelector: 'a in (b,c)', observesPods: true, observesServiceImports: true },
      [
        ...both('/api/v1/namespaces'),
        ...both('/api/v1/services', '?labelSelector=a+in+%28b%2Cc%29'),
        ...both('/api/v1/pods', `?labelSelector=a+in+%28b%2Cc%29&${notFields}`),
        ...both('/apis/discovery.k8s.io/v1/endpointslices', '?labelSelector=a+in+%28b%2Cc%29'),
        ...both(imports, '?labelSelector=a+in+%28b%2Cc%29'),
      ],
    ],
    [
      'of pods leaves those out that have ended',
      { namespaces: { type: 'listed', names: ['cache'] }, observesPods: true },
      [
        'list /api/v1/namespaces?fieldSelector=metadata.name%3Dcache',
        'list /api/v1/namespaces/cache',
        ...both(inNamespace('cache', 'services')),
        ...both(inNamespace('cache', 'pods'), `?${notFields}`),
        ...both(slicesIn('cache')),
      ],
    ],
  ])('%s', async ([, scope, expected]) => {
    for (const [path, kind] of [
      ['/api/v1/namespaces', 'Namespace'],
      ['/api/v1/services', 'Service'],
      ['/api/v1/pods', 'Pod'],
      [inNamespace('cache', 'pods'), 'Pod'],
      ['/apis/discovery.k8s.io/v1/endpointslices', 'EndpointSlice'],
      [imports, 'ServiceImport'],
    ] as const) {
      serve(path, kind);
    }
    if (scope.namespaces?.type === 'listed') {
      serveNamespace('cache');
      serveNamespace('data');
    }
    const observer = observe(scope);
    await expect.poll(() => observer.isWatching).toBe(true);
    expect(asked()).toEqual([...expected].sort());
    expect([observer.synced, failures]).toEqual([true, []]);
  });
});

describe('listed namespaces', () => {
  const scope = { namespaces: { type: 'listed', names: ['cache', 'data'] } } as const;

  test('one that is not there is none, and holds nothing up', async () => {
    serveNamespace('cache', 'redis');
    serveNamespace('data');
    api.on('list', '/api/v1/namespaces/data', status(404));
    const observer = observe(scope);
    await expect.poll(() => observer.isWatching).toBe(true);
    expect([...observer.cluster.namespaces.keys()]).toEqual(['cache']);
    expect(observer.aliveAtMilliseconds).toBeDefined();
    expect([...observer.status.keys()].sort()).toEqual([
      'EndpointSlice in cache',
      'EndpointSlice in data',
      'Namespace in cache',
      'Namespace in data',
      'Service in cache',
      'Service in data',
    ]);
  });

  test('that nothing is known of one holds everything back', async () => {
    serveNamespace('cache');
    serveNamespace('data');
    api.on('list', '/api/v1/namespaces/data', status(503));
    const observer = observe(scope);
    await expect.poll(() => failures.length).toBeGreaterThan(0);
    await expect.poll(() => observer.status.get('Service in data')?.state).toBe('watching');
    expect([observer.synced, observer.isWatching]).toEqual([false, false]);
  });

  test('the annotation of a Namespace is read', async () => {
    serveNamespace('cache');
    serveNamespace('data');
    const hidden = { name: 'data', annotations: { 'kube-doh/hide': 'true' } };
    api.on('list', '/api/v1/namespaces/data', json({ kind: 'Namespace', metadata: hidden }));
    const observer = observe(scope);
    await expect.poll(() => observer.synced).toBe(true);
    expect(observer.cluster.namespaces).toEqual(
      new Map([
        ['cache', { name: 'cache', isHidden: false }],
        ['data', { name: 'data', isHidden: true }],
      ]),
    );
  });

  test('a new list of one drops only what was in it', async () => {
    serveNamespace('cache', 'a', 'b');
    serveNamespace('data', 'a', 'b');
    const path = inNamespace('cache', 'services');
    const again: Step = page('Service', [serviceIn('cache', 'b'), serviceIn('cache', 'c')], '20');
    let send: (line: unknown) => void = () => undefined;
    api.on('list', path, page('Service', [serviceIn('cache', 'a'), serviceIn('cache', 'b')], '10'), again);
    api.on(
      'watch',
      path,
      (response) => {
        response.writeHead(200).flushHeaders();
        send = (line) => response.write(`${JSON.stringify(line)}\n`);
      },
      watch([]),
    );
    const observer = observe(scope);
    await expect.poll(() => observer.isWatching).toBe(true);
    send({ type: 'ADDED', object: serviceIn('cache', 'd') });
    await expect.poll(() => observer.cluster.services.has('cache/d')).toBe(true);
    send(errorEvent(410));
    await expect
      .poll(() => [...observer.cluster.services.keys()].sort())
      .toEqual(['cache/b', 'cache/c', 'data/a', 'data/b']);
  });
});

describe('ServiceImports', () => {
  const slice = {
    metadata: {
      namespace: 'default',
      name: 'x1',
      labels: {
        'multicluster.kubernetes.io/service-name': 'a',
        'multicluster.kubernetes.io/source-cluster': 'east',
      },
    },
    endpoints: [{ addresses: ['10.1.0.5'], targetRef: { name: 'a-0' } }],
  };
  const serviceImport = { metadata: { namespace: 'default', name: 'a' }, spec: { type: 'Headless', ports: [] } };

  beforeEach(() => {
    serve('/api/v1/namespaces', 'Namespace', { metadata: { name: 'default' } });
    serve('/api/v1/services', 'Service');
    serve('/apis/discovery.k8s.io/v1/endpointslices', 'EndpointSlice', slice);
  });

  test('are kept with their slices', async () => {
    serve(imports, 'ServiceImport', serviceImport);
    const observer = observe({ observesServiceImports: true, keepsPodNames: true });
    await expect.poll(() => observer.synced).toBe(true);
    expect([...observer.cluster.serviceImports.keys()]).toEqual(['default/a']);
    expect([...(observer.cluster.slicesByImport.get('default/a')?.keys() ?? [])]).toEqual(['default/x1']);
    expect(observer.cluster.endpointSlices.get('default/x1')?.endpoints[0]?.podName).toBe('a-0');
    expect(observer.takeChanges().serviceImports).toEqual(new Set(['default/a']));
  });

  test('that the cluster cannot have hold nothing up', async () => {
    api.on('list', imports, status(404));
    const observer = observe({ observesServiceImports: true });
    await expect.poll(() => observer.isWatching).toBe(true);
    expect(observer.status.get('ServiceImport')?.state).toBe('absent');
    expect([observer.synced, observer.cluster.serviceImports.size, failures]).toEqual([true, 0, []]);
  });

  test('are neither asked for nor kept, nor their slices, where they are not observed', async () => {
    const observer = observe({});
    await expect.poll(() => observer.isWatching).toBe(true);
    expect(api.asked('list', imports)).toEqual([]);
    expect([observer.cluster.endpointSlices.size, observer.problems()]).toEqual([0, []]);
  });
});

test('pods are kept by their namespace, and a change of one names it', async () => {
  serve('/api/v1/namespaces', 'Namespace');
  serve('/api/v1/services', 'Service');
  serve('/apis/discovery.k8s.io/v1/endpointslices', 'EndpointSlice');
  const pod = (name: string, status: object) => ({
    metadata: { namespace: 'cache', name, resourceVersion: '12' },
    status,
  });
  serve(
    '/api/v1/pods',
    'Pod',
    pod('a', { podIP: '10.1.0.1' }),
    pod('b', {}),
    pod('c', { phase: 'Failed', podIP: '10.1.0.3' }),
  );
  api.on(
    'watch',
    '/api/v1/pods',
    watch([{ ...event('MODIFIED', 'b', '12'), object: pod('b', { podIP: '10.1.0.2' }) }]),
  );
  const observer = observe({ observesPods: true });
  await expect
    .poll(() => [...(observer.cluster.podsByNamespace.get('cache')?.keys() ?? [])])
    .toEqual(['cache/a', 'cache/b']);
  expect(observer.cluster.pods.get('cache/b')?.addresses).toEqual(['\x0a\x01\x00\x02']);
  expect(observer.takeChanges().podNamespaces).toEqual(new Set(['cache']));
});
