/** The agent beside an embedded cluster; in place of the edge, a record of what is published. Time is moved by hand. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmbeddedCluster, startEmbeddedCluster } from '../../demo/cluster/embedded-cluster.ts';
import { type AgentOptions, runAgent } from '../../sync-agent/agent.ts';
import { KubeConnection } from '../../sync-agent/kube/connection.ts';
import { objectsWithProblems, type ProblemCounts } from '../../sync-agent/problem-log.ts';
import type { NameOptions, Selection } from '../../sync-agent/selection.ts';
import { parsePrefix } from '../../zone/address.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { flatten } from '../../zone/flat.ts';
import { decodeImage } from '../../zone/image/decode.ts';
import { parseName } from '../../zone/name.ts';
import { formatZone } from '../../zone/text.ts';
import { call, serviceManifest } from '../demo/cluster/client.ts';
import { ConfigurationFolder } from './kube/kubeconfig-file.ts';
import { NotingApi } from './noting-api.ts';
import { SteppedClock } from './publish/stepped-clock.ts';
import { RecordingEdge } from './recording-edge.ts';

const minute = 60_000;
const lists = ['/api/v1/namespaces', '/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices'];

const everything: Selection = { namespaces: { type: 'all' }, labelSelector: undefined };
const listed = (...names: [string, ...string[]]): Selection => ({
  ...everything,
  namespaces: { type: 'listed', names },
});
const nameOptions: NameOptions = {
  zoneOrigins: [parseName('cluster.local')],
  clustersetOrigins: [],
  ttlSeconds: 30,
  reversePrefixes: [parsePrefix('10.0.0.0/8')!],
  pods: 'disabled',
  usesPodNames: false,
  ignoresEmptyServices: false,
};

let cluster: EmbeddedCluster;
let folder: ConfigurationFolder;
let connection: KubeConnection;
let api: NotingApi;
let edge: RecordingEdge;
let clock: SteppedClock;
let stop: AbortController;
let lines: string[];
/** The images that were stored. */
let images: Uint8Array[];
/** With the last one. */
let counts: ProblemCounts;
let readyCount: number;
let running: Promise<void>[];

beforeEach(async () => {
  cluster = await startEmbeddedCluster({ manifests: [], readyDelayMilliseconds: 0, historySize: 10_000 });
  folder = new ConfigurationFolder();
  connect(cluster.url);
  edge = new RecordingEdge(() => api.listed);
  clock = new SteppedClock();
  stop = new AbortController();
  lines = [];
  images = [];
  readyCount = 0;
  running = [];
});
afterEach(async () => {
  stop.abort();
  await Promise.allSettled(running);
  connection.close();
  await cluster.stop();
  folder.remove();
});

function connect(server: string): void {
  connection = new KubeConnection({ type: 'file', path: folder.kubeconfig({ server }), context: undefined });
  api = new NotingApi(connection);
}

function run(more: Partial<AgentOptions> = {}): Promise<void> {
  const options: AgentOptions = {
    cluster: 'prod' as ClusterId,
    selection: everything,
    names: nameOptions,
    publishIntervalMilliseconds: 3000,
    api,
    edge,
    clock,
    log: (line) => void lines.push(line),
    onPublished: ({ image }, problems) => {
      images.push(image);
      counts = problems;
    },
    onReady: () => {
      readyCount += 1;
    },
    ...more,
  };
  const end = runAgent(options, stop.signal);
  running.push(end);
  return end;
}

/** Lets time go by, in small steps, until the condition holds. */
async function until(condition: () => boolean, stepMilliseconds = 10): Promise<void> {
  await expect
    .poll(
      async () => {
        if (!condition()) await clock.advance(stepMilliseconds);
        return condition();
      },
      { interval: 1, timeout: 10_000 },
    )
    .toBe(true);
}

/** Waits for what comes over the network, while time stands still. */
async function arrived(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { interval: 1, timeout: 10_000 }).toBe(true);
}

function names(image: Uint8Array | undefined): string[] {
  const snapshot = image === undefined ? undefined : decodeImage(image);
  const [zone] = snapshot?.kind === 'live' ? snapshot.zones : [];
  if (zone?.kind !== 'cluster') return [];
  return formatZone(flatten(zone.groups))
    .split('\n')
    .filter((line) => / A /.test(line))
    .map((line) => line.split(' ')[0]!);
}

function addService(name: string): void {
  cluster.store.create(serviceManifest(name, 'default', { ports: [{ port: 80 }] }));
}

const kubernetes = 'kubernetes.default.svc';

describe('publishing', () => {
  test('the first snapshot has everything', async () => {
    addService('web');
    const startedAt = clock.now();
    run();
    await until(() => images.length > 0);
    expect(names(images[0])).toEqual(expect.arrayContaining([kubernetes, 'web.default.svc']));
    expect(edge.manifests[0]).toMatchObject({ cluster: 'prod', serial: 1, generatedAt: startedAt });
    expect(edge.manifests[0]?.identity).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.for(lists)('nothing is published before %s was listed', async (missing) => {
    const resource = missing.split('/').at(-1) as 'namespaces' | 'services' | 'endpointslices';
    cluster.faults.failNext(resource, 503, 4, 'list');
    run();
    await arrived(() => api.listed.length === 2);
    await until(() => images.length > 0, 100);
    expect(api.listed.at(-1)).toBe(missing);
    expect([...edge.listedBefore].sort()).toEqual([...lists].sort());
    expect(lines.filter((line) => line.includes('failed to list'))).toHaveLength(1);
  });

  test('a change is published', async () => {
    run();
    await until(() => readyCount > 0);
    addService('web');
    await until(() => images.length > 1, 50);
    expect(names(images[0])).not.toContain('web.default.svc');
    expect(names(images[1])).toContain('web.default.svc');
    expect(edge.manifests.map(({ serial }) => serial)).toEqual([1, 2]);
  });

  test('what changes no record is not published', async () => {
    addService('web');
    run();
    await until(() => readyCount > 0);
    const path = '/api/v1/namespaces/default/services/web';
    const headers = { 'content-type': 'application/merge-patch+json' };
    const seen = api.events;
    await call(cluster.url, path, { method: 'PATCH', headers, body: { metadata: { annotations: { a: 'b' } } } });
    await arrived(() => api.events > seen);
    await clock.advance(minute);
    expect(images).toHaveLength(1);
    await call(cluster.url, path, { method: 'DELETE' });
    await until(() => images.length > 1, 50);
    expect(names(images[1])).not.toContain('web.default.svc');
  });

  test('a thousand changes cost one publish a window', async () => {
    run();
    await until(() => readyCount > 0);
    await clock.advance(minute);
    for (const portion of [0, 1]) {
      const seen = api.events;
      for (let i = 0; i < 1000; i += 1) addService(`web-${portion}-${i}`);
      await arrived(() => api.events >= seen + 1000);
      expect(images).toHaveLength(1 + portion);
      await until(() => images.length > 1 + portion);
      expect(names(images.at(-1)).filter((name) => name.startsWith('web-'))).toHaveLength(1000 * (portion + 1));
    }
    await clock.advance(3 * minute);
    expect(images).toHaveLength(3);
  });

  test('while the edge fails it is tried again, with what is known by then', async () => {
    edge.answer = async () => ({ kind: 'unavailable', reason: 'it is down', retryAfterSeconds: undefined });
    run();
    await until(() => edge.manifests.length > 1, 100);
    const seen = api.events;
    addService('web');
    await arrived(() => api.events > seen);
    edge.answer = async () => ({ kind: 'stored' });
    await until(() => images.length > 0, 100);
    expect(names(images[0])).toContain('web.default.svc');
    expect(lines).toContain('publishing failed: it is down; it is tried again');
  });

  test('of listed namespaces a Role suffices, and one that comes later is published', async () => {
    cluster.faults.roleNamespaces = ['cache', 'later'];
    cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cache' } });
    cluster.store.create(serviceManifest('redis', 'cache', { ports: [{ port: 6379 }] }));
    addService('web');
    run({ selection: listed('cache', 'later') });
    await until(() => readyCount > 0);
    expect(names(images[0])).toEqual(['redis.cache.svc']);
    cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'later' } });
    cluster.store.create(serviceManifest('redis', 'later', { ports: [{ port: 6379 }] }));
    await until(() => images.length > 1 && names(images.at(-1)).length > 1, 100);
    expect(names(images.at(-1)).sort()).toEqual(['redis.cache.svc', 'redis.later.svc']);
    expect(lines.filter((line) => line.startsWith('namespace '))).toEqual([
      'namespace later: it does not exist; it is published when it comes',
      'namespace later: it is there now',
    ]);
  });

  test('a namespace that is listed without a Role in it ends the start, with what to grant', async () => {
    cluster.faults.roleNamespaces = ['cache'];
    const end = run({ selection: listed('default', 'kube-system') });
    await expect(end).rejects.toThrow(
      /^user "kubernetes-admin" may not (get namespaces|list \w+) \(API group "[^"]*"\) in namespace (default|kube-system): grant the verbs? .* with a Role and a RoleBinding there$/,
    );
  });

  test('one that is deleted with its Role leaves the others current, and does not hinder a start', async () => {
    cluster.faults.roleNamespaces = ['cache', 'data'];
    for (const name of ['cache', 'data']) {
      cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      cluster.store.create(serviceManifest('redis', name, { ports: [{ port: 6379 }] }));
    }
    run({ selection: listed('cache', 'data') });
    await until(() => readyCount > 0);
    expect(names(images[0]).sort()).toEqual(['redis.cache.svc', 'redis.data.svc']);

    cluster.faults.roleNamespaces = ['cache'];
    cluster.faults.closeWatches();
    await until(() => names(images.at(-1)).length === 1, 100);
    expect(names(images.at(-1))).toEqual(['redis.cache.svc']);
    const refused = expect.stringMatching(
      /^namespace data: user "kubernetes-admin" may not .* with a Role and a RoleBinding there; it counts as not there \(refused: .*\), and is tried again$/,
    );
    expect(lines.filter((line) => line.startsWith('namespace '))).toEqual([refused]);
    const now = clock.now();
    await until(() => cluster.faults.countWatches() === 2, 100);
    await until(() => {
      cluster.faults.sendBookmarks();
      return edge.manifests.at(-1)!.generatedAt > now;
    }, minute);
    stop.abort();
    await Promise.all(running);

    stop = new AbortController();
    lines = [];
    images = [];
    readyCount = 0;
    run({ selection: listed('cache', 'data') });
    await until(() => readyCount > 0, 100);
    expect(names(images.at(-1))).toEqual(['redis.cache.svc']);
    const told = () => lines.filter((line) => line.startsWith('namespace '));
    expect(told()).toEqual([refused]);
    cluster.faults.roleNamespaces = ['cache', 'data'];
    await until(() => names(images.at(-1)).length === 2, 1000);
    expect(told()).toEqual([refused, 'namespace data: it is there now']);
  });

  test('a kind that the cluster does not have is said once, and holds nothing up', async () => {
    run({ names: { ...nameOptions, clustersetOrigins: [parseName('clusterset.local')] } });
    await until(() => readyCount > 0, 100);
    expect(names(images[0])).toContain(kubernetes);
    await until(() => api.events > 0 || clock.now() > 1_000_000_000 + 10 * minute, minute);
    expect(lines).toEqual(['ServiceImport: the cluster has none of this kind of object; it is looked for again']);
  });

  test('its problems are counted, and handed out with what is published', async () => {
    cluster.store.create(serviceManifest('web', 'default', { type: 'ExternalName', externalName: 'a..b' }));
    run();
    await until(() => readyCount > 0);
    expect(counts.get('Service')).toEqual({ present: 1, total: 1 });
    expect(objectsWithProblems(counts)).toBe(1);
    expect(lines).toContain('1 object has problems: 1 Service');
  });

  test('what cannot become records is told once, and leaves the rest', async () => {
    cluster.store.create(serviceManifest('web', 'default', { type: 'ExternalName', externalName: 'a..b' }));
    addService('good');
    run();
    await until(() => readyCount > 0);
    addService('more');
    await until(() => images.length > 1, 50);
    expect(names(images[1])).toEqual(expect.arrayContaining(['good.default.svc', 'more.default.svc']));
    expect(lines.filter((line) => line.startsWith('Service default/web: '))).toHaveLength(1);
  });
});

describe('what cannot be published as it is', () => {
  const longName = (i: number) => `${'x'.repeat(60)}${i}`;
  /** With the longest names of objects, names below it are too long. */
  const longAlias = parseName(`${longName(1)}.${longName(2)}.example`);

  test('a target that is hidden is told, and is no problem of its object', async () => {
    const annotations = { 'kube-doh/hide': 'true' };
    const hidden = { ...serviceManifest('db', 'default', { ports: [{ port: 1 }] }) };
    cluster.store.create({ ...hidden, metadata: { ...hidden.metadata, annotations } });
    const externalName = 'db.default.svc.cluster.local';
    cluster.store.create(serviceManifest('to-db', 'default', { type: 'ExternalName', externalName }));
    run();
    await until(() => readyCount > 0);
    expect(lines).toEqual([expect.stringMatching(/^Service default\/to-db: its target db\.default\..* is hidden/)]);
    expect(objectsWithProblems(counts)).toBe(0);
    addService('web');
    await until(() => images.length > 1, 50);
    expect(lines).toHaveLength(1);
  });

  test('a name that is too long below an alias is a problem of its object', async () => {
    const namespace = longName(3);
    cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    cluster.store.create(serviceManifest(longName(4), namespace, { ports: [{ port: 80 }] }));
    run({ names: { ...nameOptions, zoneOrigins: [parseName('cluster.local'), longAlias] } });
    await until(() => readyCount > 0);
    expect(lines).toEqual([
      expect.stringMatching(`^Service ${namespace}/${longName(4)}: .*; the Service is left out$`),
      '1 object has problems: 1 Service',
    ]);
    expect(objectsWithProblems(counts)).toBe(1);
    expect(names(images[0])).toContain(kubernetes);
  });

  test('a group that is too large is a problem of its object', async () => {
    const ports = Array.from({ length: 1000 }, (_, i) => ({ name: `port-number-${i}`, port: i + 1 }));
    const labels = { 'kubernetes.io/service-name': 'large' };
    cluster.store.create(serviceManifest('large', 'default', { clusterIP: 'None', ports: ports.slice(0, 1) }));
    for (let s = 1; s <= 30; s += 1) {
      const hosts = Array.from({ length: 60 }, (_, i) => `10.1.${s}.${i}`);
      cluster.store.create({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { namespace: 'default', name: `large-${s}`, labels },
        addressType: 'IPv4',
        endpoints: hosts.map((address) => ({ addresses: [address], conditions: { ready: true } })),
        // Each slice has other numbers, so that ports multiply with endpoints.
        ports: ports.map((port, i) => ({ ...port, port: 1 + i * s })),
      } as never);
    }
    run();
    await until(() => readyCount > 0);
    expect(lines).toEqual([
      expect.stringMatching(/^Service default\/large: .* under one name; at most \d+ can be published; /),
      '1 object has problems: 1 Service',
    ]);
    expect(names(images[0])).toContain(kubernetes);
  });
});

describe('the heartbeat', () => {
  test('tells every four minutes that the watches are alive, and only then', async () => {
    run();
    await until(() => readyCount > 0);
    await clock.advance(20 * minute);
    expect(images).toHaveLength(1);

    const seen = api.events;
    cluster.faults.sendBookmarks();
    await arrived(() => api.events === seen + 3);
    const aliveAt = clock.now();
    await until(() => images.length > 1, minute);
    expect(edge.manifests[1]).toMatchObject({ serial: 2, generatedAt: aliveAt });
    expect(images[1]).toEqual(images[0]);

    await clock.advance(20 * minute);
    expect(images).toHaveLength(2);
  });

  test('does not come while one of the watches is silent', async () => {
    run();
    await until(() => readyCount > 0);
    const seen = api.events;
    cluster.faults.sendBookmarks('services');
    cluster.faults.sendBookmarks('namespaces');
    await arrived(() => api.events === seen + 2);
    await clock.advance(20 * minute);
    expect(images).toHaveLength(1);
    cluster.faults.sendBookmarks('endpointslices');
    await until(() => images.length > 1, minute);
  });
});

describe('being ready', () => {
  test('is told once, when a snapshot is stored and every watch is open', async () => {
    cluster.faults.failNext('endpointslices', 503, 3, 'watch');
    run();
    await until(() => images.length > 0);
    expect(readyCount).toBe(0);
    await until(() => readyCount > 0, 100);
    expect(cluster.faults.countWatches()).toBe(3);
    addService('web');
    await until(() => images.length > 1, 50);
    expect(readyCount).toBe(1);
  });

  test('is not waited for with what changes', async () => {
    cluster.faults.failNext('namespaces', 503, 1000, 'watch');
    run();
    await until(() => images.length > 0);
    addService('web');
    await until(() => images.length > 1, 50);
    expect(names(images[1])).toContain('web.default.svc');
    expect(readyCount).toBe(0);
  });
});

describe('it cannot start', () => {
  test.for([
    { verb: 'list', resource: 'namespaces', group: '' },
    { verb: 'list', resource: 'services', group: '' },
    { verb: 'list', resource: 'endpointslices', group: 'discovery.k8s.io' },
    { verb: 'watch', resource: 'namespaces', group: '' },
    { verb: 'watch', resource: 'services', group: '' },
    { verb: 'watch', resource: 'endpointslices', group: 'discovery.k8s.io' },
  ] as const)('when it may not $verb $resource', async ({ verb, resource, group }) => {
    cluster.faults.forbid(resource, verb);
    const end = run();
    await expect(end).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(end).rejects.toThrow(
      `may not ${verb} ${resource} (API group "${group}") in the whole cluster: grant the verbs "list" and "watch"`,
    );
    expect(readyCount).toBe(0);
  });

  test('when it shall not wait for a cluster that is not there', async () => {
    await cluster.stop();
    const end = run({ failFast: true });
    await expect(end).rejects.toMatchObject({ code: 'UNREACHABLE' });
    await expect(end).rejects.toThrow(`cannot reach the API server at ${cluster.url} (connection refused)`);
  });

  test('otherwise it waits, and says so', async () => {
    const { port } = new URL(cluster.url);
    await cluster.stop();
    run();
    await until(() => lines.length >= 3, 100);
    expect(lines[0]).toMatch(/^(Namespace|Service|EndpointSlice): cannot reach the API server .*; it is tried again$/);
    cluster = await startEmbeddedCluster({ manifests: [], port: Number(port), readyDelayMilliseconds: 0 });
    await until(() => readyCount > 0, 1000);
    expect(names(images[0])).toContain(kubernetes);
  });

  test('a failure is told once while it stays the same, and when it is over', async () => {
    run();
    await until(() => readyCount > 0);
    const told = () => lines.filter((line) => line.startsWith('Service: ') && !line.includes('early'));
    for (const round of [1, 2]) {
      const asked = api.watched('services');
      cluster.faults.forbid('services', 'watch');
      cluster.faults.closeWatches('services');
      await until(() => api.watched('services') >= asked + 4, 1000);
      expect(told()).toHaveLength(2 * round - 1);
      cluster.faults.allow('services', 'watch');
      await until(() => cluster.faults.countWatches() === 3, 1000);
      cluster.faults.sendBookmarks('services');
      await arrived(() => told().length === 2 * round);
    }
    const refused = expect.stringMatching(/^Service: .* may not watch services .*; it is tried again$/);
    expect(told()).toEqual([refused, 'Service: it is watched again', refused, 'Service: it is watched again']);
  });

  test('a permission that is taken away later does not end it', async () => {
    run();
    await until(() => readyCount > 0);
    cluster.faults.forbid('services', 'watch');
    cluster.faults.closeWatches('services');
    await until(() => lines.some((line) => line.includes('may not watch services')), 1000);
    cluster.faults.allow('services', 'watch');
    addService('web');
    await until(() => names(images.at(-1)).includes('web.default.svc'), 1000);
  });
});

describe('it ends with the signal and leaves nothing open', () => {
  test('while it watches', async () => {
    const end = run();
    await until(() => readyCount > 0);
    stop.abort();
    await end;
  });

  test('while the edge does not answer', async () => {
    edge.answer = (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const end = run();
    await until(() => edge.manifests.length > 0);
    stop.abort();
    await end;
  });

  test('while the cluster does not answer', async () => {
    cluster.faults.failNext('services', 503, 1000);
    const end = run();
    await arrived(() => lines.length > 0);
    stop.abort();
    await end;
  });

  test('before it has begun', async () => {
    stop.abort();
    await run();
    expect(api.listed).toEqual([]);
  });

  afterEach(async () => {
    await arrived(() => cluster.faults.countWatches() === 0);
    expect(clock.sleeping).toBe(0);
    const { length } = edge.manifests;
    await clock.advance(10 * minute);
    expect(edge.manifests).toHaveLength(length);
  });
});

test('an error in what it tells ends it with that error', async () => {
  const onPublished = () => {
    throw new Error('no more');
  };
  const end = run({ onPublished });
  end.catch(() => {});
  await until(() => edge.manifests.length > 0);
  await expect(end).rejects.toThrow('no more');
});
