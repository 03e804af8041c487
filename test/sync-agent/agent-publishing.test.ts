/** What the agent publishes, and when. */
import { describe, expect, test } from 'vitest';
import { objectsWithProblems } from '../../sync-agent/problem-log.ts';
import { parseName } from '../../zone/name.ts';
import { call, serviceManifest } from '../demo/cluster/client.ts';
import { kubernetes, listed, minute, nameOptions, names, useStage } from './agent-stage.ts';

const lists = ['/api/v1/namespaces', '/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices'];

const stage = useStage();

describe('publishing', () => {
  test('the first snapshot has everything', async () => {
    stage.addService('web');
    const startedAt = stage.clock.now();
    stage.run();
    await stage.until(() => stage.images.length > 0);
    expect(names(stage.images[0])).toEqual(expect.arrayContaining([kubernetes, 'web.default.svc']));
    expect(stage.edge.manifests[0]).toMatchObject({ cluster: 'prod', serial: 1, generatedAt: startedAt });
    expect(stage.edge.manifests[0]?.identity).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.for(lists)('nothing is published before %s was listed', async (missing) => {
    const resource = missing.split('/').at(-1) as 'namespaces' | 'services' | 'endpointslices';
    stage.cluster.faults.initialEvents = 'refused';
    stage.cluster.faults.failNext(resource, 503, 4, 'list');
    stage.run();
    await stage.arrived(() => stage.api.listed.length === 2);
    await stage.until(() => stage.images.length > 0, 100);
    expect(stage.api.listed.at(-1)).toBe(missing);
    expect([...stage.edge.listedBefore].sort()).toEqual([...lists].sort());
    expect(stage.log.lines.filter((line) => line.includes('failed to list'))).toHaveLength(1);
  });

  test('a change is published', async () => {
    stage.run();
    await stage.until(() => stage.readyCount > 0);
    stage.addService('web');
    await stage.until(() => stage.images.length > 1, 50);
    expect(names(stage.images[0])).not.toContain('web.default.svc');
    expect(names(stage.images[1])).toContain('web.default.svc');
    expect(stage.edge.manifests.map(({ serial }) => serial)).toEqual([1, 2]);
  });

  test('what changes no record is not published', async () => {
    stage.addService('web');
    stage.run();
    await stage.until(() => stage.readyCount > 0);
    const path = '/api/v1/namespaces/default/services/web';
    const headers = { 'content-type': 'application/merge-patch+json' };
    const seen = stage.api.events;
    await call(stage.cluster.url, path, { method: 'PATCH', headers, body: { metadata: { annotations: { a: 'b' } } } });
    await stage.arrived(() => stage.api.events > seen);
    await stage.clock.advance(minute);
    expect(stage.images).toHaveLength(1);
    await call(stage.cluster.url, path, { method: 'DELETE' });
    await stage.until(() => stage.images.length > 1, 50);
    expect(names(stage.images[1])).not.toContain('web.default.svc');
  });

  test('a thousand changes cost one publish a window', async () => {
    stage.run();
    await stage.until(() => stage.readyCount > 0);
    await stage.clock.advance(minute);
    for (const portion of [0, 1]) {
      const seen = stage.api.events;
      for (let i = 0; i < 1000; i += 1) stage.addService(`web-${portion}-${i}`);
      await stage.arrived(() => stage.api.events >= seen + 1000);
      expect(stage.images).toHaveLength(1 + portion);
      await stage.until(() => stage.images.length > 1 + portion);
      expect(names(stage.images.at(-1)).filter((name) => name.startsWith('web-'))).toHaveLength(1000 * (portion + 1));
    }
    await stage.clock.advance(3 * minute);
    expect(stage.images).toHaveLength(3);
  });

  test('while the edge fails it is tried again, with what is known by then', async () => {
    stage.edge.answer = async () => ({ kind: 'unavailable', reason: 'it is down', retryAfterSeconds: undefined });
    stage.run();
    await stage.until(() => stage.edge.manifests.length > 1, 100);
    const seen = stage.api.events;
    stage.addService('web');
    await stage.arrived(() => stage.api.events > seen);
    stage.edge.answer = undefined;
    await stage.until(() => stage.images.length > 0, 100);
    expect(names(stage.images[0])).toContain('web.default.svc');
    expect(stage.log.lines).toContain('publishing failed: it is down; it is tried again');
  });

  test('of listed namespaces a Role suffices, and one that comes later is published', async () => {
    stage.cluster.faults.roleNamespaces = ['cache', 'later'];
    stage.cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'cache' } });
    stage.cluster.store.create(serviceManifest('redis', 'cache', { ports: [{ port: 6379 }] }));
    stage.addService('web');
    stage.run({ selection: listed('cache', 'later') });
    await stage.until(() => stage.readyCount > 0);
    expect(names(stage.images[0])).toEqual(['redis.cache.svc']);
    stage.cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'later' } });
    stage.cluster.store.create(serviceManifest('redis', 'later', { ports: [{ port: 6379 }] }));
    await stage.until(() => stage.images.length > 1 && names(stage.images.at(-1)).length > 1, 100);
    expect(names(stage.images.at(-1)).sort()).toEqual(['redis.cache.svc', 'redis.later.svc']);
    expect(stage.log.lines.filter((line) => line.startsWith('namespace ') && !line.includes('asks for it'))).toEqual([
      'namespace later: it does not exist; it is published when it comes',
      'namespace later: it is there now',
    ]);
  });

  test('a namespace that is listed without a Role in it ends the start, with what to grant', async () => {
    stage.cluster.faults.roleNamespaces = ['cache'];
    const end = stage.run({ selection: listed('default', 'kube-system') });
    await expect(end).rejects.toThrow(
      /^user "kubernetes-admin" may not (get namespaces|list \w+) \(API group "[^"]*"\) in namespace (default|kube-system): grant the verbs? .* with a Role and a RoleBinding there$/,
    );
  });

  test('one that is deleted with its Role leaves the others current, and does not hinder a start', async () => {
    stage.cluster.faults.roleNamespaces = ['cache', 'data'];
    for (const name of ['cache', 'data']) {
      stage.cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      stage.cluster.store.create(serviceManifest('redis', name, { ports: [{ port: 6379 }] }));
    }
    stage.run({ selection: listed('cache', 'data') });
    await stage.until(() => stage.readyCount > 0);
    expect(names(stage.images[0]).sort()).toEqual(['redis.cache.svc', 'redis.data.svc']);

    stage.cluster.faults.roleNamespaces = ['cache'];
    await stage.seen(() => stage.cluster.store.delete('services', 'data', 'redis'));
    stage.cluster.faults.closeWatches();
    await stage.until(() => names(stage.images.at(-1)).length === 1, 100);
    await stage.until(() => stage.log.lines.some((line) => line.includes('it counts as not there')), 100);
    expect(names(stage.images.at(-1))).toEqual(['redis.cache.svc']);
    const refused = expect.stringMatching(
      /^namespace data: user "kubernetes-admin" may not .* with a Role and a RoleBinding there; it counts as not there \(refused: .*\), and is tried again$/,
    );
    expect(stage.log.lines.filter((line) => line.startsWith('namespace ') && !line.includes('asks for it'))).toEqual([
      refused,
    ]);
    const now = stage.clock.now();
    await stage.until(() => stage.cluster.faults.countWatches() === 2, 100);
    await stage.until(() => {
      stage.cluster.faults.sendBookmarks();
      return stage.edge.manifests.at(-1)!.generatedAt > now;
    }, minute);
    stage.stop.abort();
    await stage.ended();

    stage.begin();
    stage.run({ selection: listed('cache', 'data') });
    await stage.until(() => stage.readyCount > 0, 100);
    expect(names(stage.images.at(-1))).toEqual(['redis.cache.svc']);
    const told = () => stage.log.lines.filter((line) => line.startsWith('namespace ') && !line.includes('asks for it'));
    expect(told()).toEqual([refused]);
    stage.cluster.faults.roleNamespaces = ['cache', 'data'];
    stage.cluster.store.create(serviceManifest('redis', 'data', { ports: [{ port: 6379 }] }));
    await stage.until(() => names(stage.images.at(-1)).length === 2, 1000);
    expect(told()).toEqual([refused, 'namespace data: it is there now']);
  });

  test('one whose Role is lost keeps its names for ten minutes', async () => {
    stage.cluster.faults.roleNamespaces = ['cache', 'data'];
    for (const name of ['cache', 'data']) {
      stage.cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      stage.cluster.store.create(serviceManifest('redis', name, { ports: [{ port: 6379 }] }));
    }
    stage.run({ selection: listed('cache', 'data') });
    await stage.until(() => stage.readyCount > 0);
    stage.cluster.faults.roleNamespaces = ['cache'];
    stage.cluster.faults.closeWatches();
    await stage.until(() => stage.log.lines.some((line) => line.includes('its names stay for 10 minutes')), 100);
    const lostAt = stage.clock.now();
    stage.cluster.store.create(serviceManifest('mail', 'cache', { ports: [{ port: 25 }] }));
    await stage.until(() => names(stage.images.at(-1)).length === 3, 1000);
    expect(names(stage.images.at(-1))).toContain('redis.data.svc');
    await stage.until(() => names(stage.images.at(-1)).length === 2, 1000);
    expect(names(stage.images.at(-1)).sort()).toEqual(['mail.cache.svc', 'redis.cache.svc']);
    expect(stage.clock.now() - lostAt).toBeGreaterThan(9.5 * minute);
  });

  test('a kind that the cluster does not have is said once, and holds nothing up', async () => {
    stage.run({ names: { ...nameOptions, clustersetOrigins: [parseName('clusterset.local')] } });
    await stage.until(() => stage.readyCount > 0, 100);
    expect(names(stage.images[0])).toContain(kubernetes);
    await stage.until(() => stage.api.events > 0 || stage.clock.now() > 1_000_000_000 + 10 * minute, minute);
    expect(stage.log.lines).toEqual([
      'ServiceImport: the cluster has none of this kind of object; it is looked for again',
    ]);
  });

  test('its problems are counted, and handed out with what is published', async () => {
    stage.cluster.store.create(serviceManifest('web', 'default', { type: 'ExternalName', externalName: 'a..b' }));
    stage.run();
    await stage.until(() => stage.readyCount > 0);
    expect(stage.counts.get('Service')).toEqual({ present: 1, total: 1 });
    expect(objectsWithProblems(stage.counts)).toBe(1);
    expect(stage.log.lines).toContain('1 object has problems: 1 Service');
  });

  test('what cannot become records is told once, and leaves the rest', async () => {
    stage.cluster.store.create(serviceManifest('web', 'default', { type: 'ExternalName', externalName: 'a..b' }));
    stage.addService('good');
    stage.run();
    await stage.until(() => stage.readyCount > 0);
    stage.addService('more');
    await stage.until(() => stage.images.length > 1, 50);
    expect(names(stage.images[1])).toEqual(expect.arrayContaining(['good.default.svc', 'more.default.svc']));
    expect(stage.log.lines.filter((line) => line.startsWith('Service default/web: '))).toHaveLength(1);
  });
});

describe('what cannot be published as it is', () => {
  const longName = (i: number) => `${'x'.repeat(60)}${i}`;
  /** With the longest names of objects, names below it are too long. */
  const longAlias = parseName(`${longName(1)}.${longName(2)}.example`);

  test('a target that is hidden is told, and is no problem of its object', async () => {
    const annotations = { 'kube-doh/hide': 'true' };
    const hidden = { ...serviceManifest('db', 'default', { ports: [{ port: 1 }] }) };
    stage.cluster.store.create({ ...hidden, metadata: { ...hidden.metadata, annotations } });
    const externalName = 'db.default.svc.cluster.local';
    stage.cluster.store.create(serviceManifest('to-db', 'default', { type: 'ExternalName', externalName }));
    stage.run();
    await stage.until(() => stage.readyCount > 0);
    expect(stage.log.lines).toEqual([
      expect.stringMatching(/^Service default\/to-db: its target db\.default\..* is hidden/),
    ]);
    expect(objectsWithProblems(stage.counts)).toBe(0);
    stage.addService('web');
    await stage.until(() => stage.images.length > 1, 50);
    expect(stage.log.lines).toHaveLength(1);
  });

  test('a name that is too long below an alias is a problem of its object', async () => {
    const namespace = longName(3);
    stage.cluster.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    stage.cluster.store.create(serviceManifest(longName(4), namespace, { ports: [{ port: 80 }] }));
    stage.run({ names: { ...nameOptions, zoneOrigins: [parseName('cluster.local'), longAlias] } });
    await stage.until(() => stage.readyCount > 0);
    expect(stage.log.lines).toEqual([
      expect.stringMatching(`^Service ${namespace}/${longName(4)}: .*; the Service is left out$`),
      '1 object has problems: 1 Service',
    ]);
    expect(objectsWithProblems(stage.counts)).toBe(1);
    expect(names(stage.images[0])).toContain(kubernetes);
  });

  test('a group that is too large is a problem of its object', async () => {
    const ports = Array.from({ length: 1000 }, (_, i) => ({ name: `port-number-${i}`, port: i + 1 }));
    const labels = { 'kubernetes.io/service-name': 'large' };
    stage.cluster.store.create(serviceManifest('large', 'default', { clusterIP: 'None', ports: ports.slice(0, 1) }));
    for (let s = 1; s <= 30; s += 1) {
      const hosts = Array.from({ length: 60 }, (_, i) => `10.1.${s}.${i}`);
      stage.cluster.store.create({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { namespace: 'default', name: `large-${s}`, labels },
        addressType: 'IPv4',
        endpoints: hosts.map((address) => ({ addresses: [address], conditions: { ready: true } })),
        // Each slice has other numbers, so that ports multiply with endpoints.
        ports: ports.map((port, i) => ({ ...port, port: 1 + i * s })),
      } as never);
    }
    stage.run();
    await stage.until(() => stage.readyCount > 0);
    expect(stage.log.lines).toEqual([
      expect.stringMatching(/^Service default\/large: .* under one name; at most \d+ can be published; /),
      '1 object has problems: 1 Service',
    ]);
    expect(names(stage.images[0])).toContain(kubernetes);
  });
});
