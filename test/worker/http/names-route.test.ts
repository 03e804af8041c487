/** `/v1/names`: which names are listed to whom. */
import { describe, expect, test } from 'vitest';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { gzip } from '../support/agent.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { namespaces, startScopedWorld } from '../support/scoped-world.ts';
import { refusal } from '../support/whole-response.ts';
import { group, host, hostBelow, node, plain, snapshot, txt, webAt, webGroup } from '../support/zone.ts';

async function names(edge: Edge, search = '', headers: Record<string, string> = {}): Promise<readonly string[]> {
  const response = await edge.fetch(`/v1/names${search}`, { headers });
  expect(response.status).toBe(200);
  return ((await response.json()) as { names: string[] }).names;
}

test('all that is said, and no address', async () => {
  const zone = snapshot(
    [
      webGroup('10.0.0.1'),
      group('db.shop.svc', {
        hosts: [host('db-0', ['10.0.1.1']), host('10-0-1-2', ['10.0.1.2']), host('10-0-1-3', ['10.0.1.3', '10.0.1.4'])],
        nodes: [node('', { addresses: 'hosts' }), node('_sql._tcp', { addresses: 'none' })],
      }),
      group('all.shop.pod', { answersDashed: true }),
      group('set.shop.svc', { hosts: [hostBelow('east', 'set-0', ['10.0.2.1'])] }),
      plain('dns-version', txt('1.1.0')),
    ],
    { origins: ['cluster.local', 'prod.example'] },
  );
  const edge = await startOpenEdge(zone, ['cluster.local', 'prod.example']);
  const response = await edge.fetch('/v1/names');
  expect([...response.headers]).toEqual([
    ['cache-control', 'no-store'],
    ['content-type', 'application/json'],
    ['x-content-type-options', 'nosniff'],
  ]);
  const body = (await response.json()) as { names: string[] };
  expect({ ...body, names: body.names.sort() }).toEqual({
    cluster: 'local',
    zone: 'cluster.local',
    zones: ['cluster.local', 'prod.example'],
    names: [
      '_sql._tcp.db.shop.svc',
      'db-0.db.shop.svc',
      'db.shop.svc',
      'dns-version',
      'set-0.east.set.shop.svc',
      'web.shop.svc',
    ],
  });
});

test('more names than a piece holds', async () => {
  const groups = Array.from({ length: 3000 }, (_, i) => plain(`service-${i}.shop.svc`, txt('x')));
  const edge = await startOpenEdge(snapshot(groups));
  expect(new Set(await names(edge))).toEqual(new Set(groups.map((_, i) => `service-${i}.shop.svc`)));
});

test('a snapshot that contradicts itself on the way: the body is cut off, and operators are told once', async () => {
  const groups = Array.from({ length: 3000 }, (_, i) => plain(`service-${i}.shop.svc`, txt('x')));
  const zone = snapshot(groups);
  const image = encodeSnapshot(zone);
  const edge = await startEdge({ isOpen: true });
  await edge.register('local');
  let cut = 0;
  // A length somewhere behind the middle.
  for (let at = image.length >> 1; cut === 0 && at < (image.length >> 1) + 100; at += 1) {
    const body = await gzip(image.with(at, 0xff));
    const response = await edge.send(await edge.agent.publication(zone, { serial: at, body }));
    edge.machine.advance(1000);
    if (!response.ok) continue;
    for (let i = 0; i < 2; i += 1) {
      const list = await edge.fetch('/v1/names');
      expect(list.status).toBe(200);
      await list.text().catch(() => {
        cut += 1;
      });
    }
  }
  expect(cut).toBe(2);
  expect(edge.machine.lines.filter((line) => line.includes('a list of names is cut off: '))).toHaveLength(1);
});

describe('of a cluster with many namespaces', () => {
  const isIn = (namespace: string) => (name: string) => new RegExp(`(^|\\.)${namespace}\\.(svc|pod)$`).test(name);

  test.for([
    ['all to a token that is bound to none', null, '', [...namespaces]],
    ['one of them when it is asked for', null, '?namespace=bank', ['bank']],
    ['its own to a token that is bound', ['shop'], '', ['shop']],
    ['its own when they are asked for', ['shop', 'bank'], '?namespace=bank', ['bank']],
    ['one that is not there', null, '?namespace=nowhere', []],
    ['one that it is bound to and that is not there', ['nowhere'], '', []],
  ] as const)('%s', async ([, bound, search, expected]) => {
    const edge = await startScopedWorld();
    const token = await edge.createToken(['red'], null, { namespaces: bound });
    const listed = await names(edge, search, { authorization: `Bearer ${token}` });
    const inNamespaces = listed.filter((name) => name !== 'dns-version');
    expect(inNamespaces.filter((name) => !expected.some((namespace) => isIn(namespace)(name)))).toEqual([]);
    for (const namespace of expected) expect(inNamespaces).toContain(`web.${namespace}.svc`);
    expect(listed.includes('dns-version')).toBe(!search.includes('namespace'));
  });

  test('the cluster that is asked for, or the token’s first', async () => {
    const edge = await startScopedWorld();
    const token = await edge.createToken(['blue', 'red']);
    for (const [search, cluster] of [
      ['', 'blue'],
      ['?cluster=red', 'red'],
    ]) {
      const response = await edge.fetch(`/t/${token}/v1/names${search}`);
      expect(((await response.json()) as { cluster: string }).cluster).toBe(cluster);
    }
  });

  test('the same refusal for a namespace that exists and one that does not', async () => {
    const edge = await startScopedWorld();
    const token = await edge.createToken(['red'], null, { namespaces: ['shop'] });
    for (const namespace of ['bank', 'nowhere', '']) {
      const response = await edge.fetch(`/t/${token}/v1/names?namespace=${namespace}`);
      expect(await refusal(response)).toBe('403 NAMESPACE_NOT_IN_SCOPE');
    }
  });
});

describe('where there is nothing to list', () => {
  test.for([
    ['no default cluster', { defaultCluster: undefined }, '404 NO_SNAPSHOT'],
    ['a cluster that nobody registered', {}, '404 NO_SNAPSHOT'],
  ] as const)('%s: %s', async ([, options, expected]) => {
    const edge = await startEdge({ isOpen: true, ...options });
    expect(await refusal(await edge.fetch('/v1/names'))).toBe(expected);
  });

  test('a cluster id that is none', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    expect(await refusal(await edge.fetch('/v1/names?cluster=../registry'))).toBe('404 NO_SNAPSHOT');
    expect(edge.store.calls.filter((call) => call.includes('..'))).toEqual([]);
  });

  test('too old a snapshot', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    edge.machine.advance(25 * 60 * 60_000);
    expect(await refusal(await edge.fetch('/v1/names'))).toBe('503 EXPIRED');
  });

  test('a retired one', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.publish({ kind: 'retired' }, { serial: 2 });
    edge.machine.advance(60_000);
    expect(await refusal(await edge.fetch('/v1/names'))).toBe('404 NO_SNAPSHOT');
  });

  test('an empty one is a list of nothing', async () => {
    expect(await names(await startOpenEdge(snapshot([])))).toEqual([]);
  });
});
