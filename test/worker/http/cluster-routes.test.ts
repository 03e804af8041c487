/** `/v1/clusters`: registering clusters, listing them, taking them away. */
import { describe, expect, test } from 'vitest';
import { parseName } from '../../../zone/name.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { refusal } from '../support/whole-response.ts';
import { webAt } from '../support/zone.ts';

const key = `${'B'.repeat(42)}A`;
const good = { publicKeys: [key], zones: ['cluster.local', 'Prod.K8s.example.com.'] };

async function list(edge: Edge): Promise<unknown> {
  return (await edge.administer('GET', '/v1/clusters')).json();
}

describe('PUT registers', () => {
  test('and says what is registered', async () => {
    const edge = await startEdge();
    const response = await edge.administer('PUT', '/v1/clusters/local', good);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      cluster: 'local',
      publicKeys: [key],
      zones: ['cluster.local', 'prod.k8s.example.com'],
      clustersetZones: [],
      softLimitSeconds: 900,
      hardLimitSeconds: 86_400,
    });
  });

  test('everything that can be registered', async () => {
    const edge = await startEdge();
    const all = {
      publicKeys: [key],
      zones: ['cluster.local', 'prod.example.com'],
      clustersetZones: ['clusterset.local', 'shared.example.com'],
      softLimitSeconds: 60,
      hardLimitSeconds: 60,
    };
    const response = await edge.administer('PUT', '/v1/clusters/local', all);
    expect(await response.json()).toEqual({ cluster: 'local', ...all });
    expect(JSON.parse((await edge.store.get('registry', { type: 'text' }))!)).toEqual({ clusters: { local: all } });
  });

  test.for([
    ['two keys', { ...good, publicKeys: [key, `${key.slice(1)}B`] }],
    ['16 zones', { ...good, zones: Array.from({ length: 16 }, (_, i) => `z${i}`) }],
    ['zones one in the other', { ...good, zones: ['cluster.local', 'a.b.example', 'b.example', 'x.cluster.local'] }],
    ['a zone with a dot in a label', { ...good, zones: ['a\\.b.example'] }],
  ] as const)('%s', async ([, body]) => {
    const edge = await startEdge();
    expect((await edge.administer('PUT', '/v1/clusters/local', body)).status).toBe(200);
  });

  test.for([
    ['no object', [null, 1, 'x', []]],
    ['no keys', [{ zones: ['a'] }, { ...good, publicKeys: [] }, { ...good, publicKeys: key }]],
    ['three keys', [{ ...good, publicKeys: [key, key, key] }]],
    ['a key of another length', [withKey(key.slice(1)), withKey(`${key}A`), withKey(`${key}=`)]],
    ['a key of other characters', [withKey(`+${key.slice(1)}`), withKey(1), withKey(null)]],
    ['a key that is all zeros, with spare bits or without', [withKey('A'.repeat(43)), withKey(`${'A'.repeat(42)}B`)]],
    ['no zones', [{ publicKeys: [key] }, { ...good, zones: [] }, { ...good, zones: 'cluster.local' }]],
    ['17 zones', [{ ...good, zones: Array.from({ length: 17 }, (_, i) => `z${i}`) }]],
    ['a zone that is no name', [withZone(''), withZone('a..b'), withZone('é.example'), withZone('a'.repeat(64))]],
    ['a zone that is no text', [withZone(1), withZone(null), withZone({}), withZone(['a'])]],
    ['the root as a zone', [withZone('.')]],
    [
      'a zone twice',
      [
        { ...good, zones: ['a.example', 'A.example.'] },
        { ...good, clustersetZones: ['cluster.local'] },
      ],
    ],
    ['a zone of addresses', [withZone('10.in-addr.arpa'), withZone('arpa'), withZone('ip6.arpa')]],
    [
      'other clusterset zones',
      [
        { ...good, clustersetZones: 'x' },
        { ...good, clustersetZones: [1] },
      ],
    ],
    ['a limit that is none', [withLimits(0, 1), withLimits(1.5, 2), withLimits('1', 2), withLimits(1, 31_536_001)]],
    [
      'a soft limit above the hard one',
      [withLimits(61, 60), withLimits(86_401, undefined), withLimits(undefined, 899)],
    ],
  ] as const)('but not %s', async ([, bodies]) => {
    const edge = await startEdge();
    for (const body of bodies) {
      expect(await refusal(await edge.administer('PUT', '/v1/clusters/local', body))).toBe('400 BAD_REQUEST');
    }
    expect(edge.store.calls).toEqual([]);
  });

  test.for([
    ['softLimitSecond', { softLimitSecond: 60 }],
    ['clustersetZone', { clustersetZone: ['clusterset.local'] }],
    ['', { '': 1 }],
    ['x'.repeat(40), { ['x'.repeat(50)]: 1 }],
  ] as const)('but not a member that it does not know, and names it: "%s"', async ([name, extra]) => {
    const edge = await startEdge();
    const response = await edge.administer('PUT', '/v1/clusters/local', { ...good, ...extra });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: `a registration has no member "${name}"; it has publicKeys, zones, clustersetZones, softLimitSeconds, hardLimitSeconds`,
      code: 'BAD_REQUEST',
    });
    expect(edge.store.calls).toEqual([]);
  });

  test('and says which zone is wrong', async () => {
    const edge = await startEdge();
    const response = await edge.administer('PUT', '/v1/clusters/local', { ...good, zones: ['a', 'b..c'] });
    expect(await response.json()).toEqual({
      error: '"zones": "b..c" is not a domain name: a label is empty',
      code: 'BAD_REQUEST',
    });
  });
});

describe('a zone that is taken', () => {
  test('is refused with whose it is, and stays where it is', async () => {
    const edge = await startEdge();
    await edge.register('prod', ['cluster.local', 'prod.example.com']);
    const response = await edge.administer('PUT', '/v1/clusters/test', {
      ...good,
      zones: ['cluster.local', 'prod.example.com'],
    });
    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({
      error:
        'the zone prod.example.com is taken: it belongs to cluster prod; choose another one, or take it from there first',
      code: 'ZONE_TAKEN',
      zone: 'prod.example.com',
      cluster: 'prod',
    });
    expect(await list(edge)).toMatchObject({ clusters: [{ cluster: 'prod' }] });
  });

  test('may be had when the other cluster has given it up', async () => {
    const edge = await startEdge();
    await edge.register('prod', ['cluster.local', 'prod.example.com']);
    await edge.register('prod', ['cluster.local']);
    await edge.register('test', ['cluster.local', 'prod.example.com']);
    await edge.administer('DELETE', '/v1/clusters/test');
    await edge.register('prod', ['cluster.local', 'prod.example.com']);
  });

  test.for([
    ['the name under which the request comes', ['cluster.local', 'edge.test']],
    ['what is above it', ['cluster.local', 'test']],
    ['the name that is bound', ['cluster.local', 'dns.example.com']],
    ['what is above that', ['cluster.local', 'example.com']],
    ['what hosts with tokens end in', ['cluster.local', 'doh.example.net']],
    ['what is above that', ['cluster.local', 'example.net']],
    ['its name, as the own domain', ['dns.example.com']],
    ['what is above its name, as the own domain', ['example.com']],
  ] as const)('by the endpoint: %s', async ([, zones]) => {
    const edge = await startEdge({ endpointHosts: ['dns.example.com', 'doh.example.net'].map(parseName) });
    const response = await edge.administer('PUT', '/v1/clusters/local', { ...good, zones });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      code: 'ZONE_TAKEN',
      error: expect.stringMatching(/^the zone \S+ holds \S+, a name of this endpoint; choose another one$/),
    });
    await edge.register('local', ['cluster.local', 'below.dns.example.com', 'a.edge.test', 'a.doh.example.net']);
    await edge.register('local', ['b.dns.example.com']);
  });
});

describe('GET lists', () => {
  test('nothing at first', async () => {
    expect(await list(await startEdge())).toEqual({ clusters: [] });
  });

  test('clusters with what is registered and published', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.register('empty');
    const { manifest } = await edge.publish(webAt('10.0.0.2'), { epoch: 7, serial: 8, identity: 'a-uid' });
    edge.machine.advance(90_500);
    const { epoch, serial, generatedAt, length } = manifest;
    const registration = {
      registered: true,
      publicKeys: [edge.agent.publicKey],
      zones: ['cluster.local'],
      clustersetZones: [],
      softLimitSeconds: 900,
      hardLimitSeconds: 86_400,
    };
    const published = { epoch, serial, generatedAt, ageSeconds: 90, octets: length };
    const counts = { names: 1, groups: 4, addresses: 1 };
    expect(await list(edge)).toEqual({
      clusters: [
        { cluster: 'empty', state: 'absent', ...registration },
        { cluster: 'local', state: 'fresh', ...registration, identity: 'a-uid', ...published, counts },
      ],
    });
  });

  test.for([
    [0, 'fresh'],
    [60, 'fresh'],
    [61, 'stale'],
    [120, 'stale'],
    [121, 'expired'],
  ] as const)('after %i seconds: %s', async ([seconds, state]) => {
    const edge = await startEdge();
    const limits = { softLimitSeconds: 60, hardLimitSeconds: 120 };
    await edge.administer('PUT', '/v1/clusters/local', { ...good, publicKeys: [edge.agent.publicKey], ...limits });
    await edge.publish(webAt('10.0.0.1'));
    edge.machine.advance(seconds * 1000);
    expect(await list(edge)).toMatchObject({ clusters: [{ ageSeconds: seconds, state }] });
  });

  test('a cluster that has left', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.publish({ kind: 'retired' }, { serial: 2 });
    edge.machine.advance(86_400_000 * 2);
    const counts = { names: 0, groups: 0, addresses: 0 };
    expect(await list(edge)).toMatchObject({ clusters: [{ state: 'retired', serial: 2, counts }] });
  });

  test('what is stored without a registration', async () => {
    const edge = await startEdge();
    await edge.store.put('cluster/lost/snapshot', 'x', { metadata: { manifest: 'x', signature: 1 } });
    expect(await list(edge)).toEqual({ clusters: [{ cluster: 'lost', registered: false, state: 'absent' }] });
  });

  test('what was refused last', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    const old = await edge.agent.publication(webAt('10.0.0.2'), { epoch: 1, serial: 0 });
    expect((await edge.send(old)).status).toBe(409);
    const at = edge.machine.now();
    expect(await list(edge)).toMatchObject({
      clusters: [{ lastRefusal: { code: 'NOT_NEWER', at, epoch: 1, serial: 0 } }],
    });
  });

  test('a token sees its own clusters, without keys; bound to namespaces, without counts', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.register('other', ['cluster.local', 'other.example.com']);
    const seen = async (token: string): Promise<unknown> =>
      (await edge.fetch('/v1/clusters', { headers: { authorization: `Bearer ${token}` } })).json();
    const wide = await seen(await edge.createToken(['local', 'nowhere']));
    expect(wide).toMatchObject({
      clusters: [
        { cluster: 'local', state: 'fresh', counts: { addresses: 1 } },
        { cluster: 'nowhere', registered: false, state: 'absent' },
      ],
    });
    expect(JSON.stringify(wide)).not.toMatch(/other|publicKeys/);
    const narrow = await seen(await edge.createToken(['local'], null, { namespaces: ['shop'] }));
    expect(narrow).toMatchObject({ clusters: [{ cluster: 'local', state: 'fresh' }] });
    expect(JSON.stringify(narrow)).not.toContain('counts');
  });
});

describe('GET shows one', () => {
  test('with its registration, its identity and what is published, and asks KV for nothing', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.publish(webAt('10.0.0.2'), { epoch: 7, serial: 8, identity: 'a-uid' });
    edge.store.calls.length = 0;
    const shown = await (await edge.administer('GET', '/v1/clusters/local')).json();
    expect(edge.store.calls).toEqual([]);
    expect({ clusters: [shown] }).toEqual(await list(edge));
    expect(shown).toMatchObject({ identity: 'a-uid', publicKeys: [edge.agent.publicKey], serial: 8 });
  });

  test('or says that it is not registered', async () => {
    const edge = await startEdge();
    const response = await edge.administer('GET', '/v1/clusters/nowhere');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'cluster nowhere is not registered', code: 'NOT_FOUND' });
  });

  test('to the administrator alone', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    const headers = { authorization: `Bearer ${await edge.createToken(['local'])}` };
    expect((await edge.fetch('/v1/clusters/local', { headers })).status).toBe(401);
  });
});

describe('DELETE takes away', () => {
  test('the registration and the snapshot', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    expect((await edge.ask('web.shop.svc.cluster.local')).answer).toHaveLength(1);
    const response = await edge.administer('DELETE', '/v1/clusters/local');
    expect(await response.json()).toEqual({ cluster: 'local', deleted: true });
    expect(await list(edge)).toEqual({ clusters: [] });
  });

  test('and says when the store did not take it; the next attempt does it', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    edge.store.fail('put');
    expect(await refusal(await edge.administer('DELETE', '/v1/clusters/local'))).toBe('503 STORE_UNAVAILABLE');
    edge.store.recover();
    expect((await edge.administer('DELETE', '/v1/clusters/local')).status).toBe(200);
    expect(await list(edge)).toEqual({ clusters: [] });
  });

  test('what is not there, without complaint', async () => {
    expect((await (await startEdge()).administer('DELETE', '/v1/clusters/local')).status).toBe(200);
  });
});

function withKey(publicKey: unknown) {
  return { ...good, publicKeys: [publicKey] };
}

function withZone(zone: unknown) {
  return { ...good, zones: [zone] };
}

function withLimits(softLimitSeconds: unknown, hardLimitSeconds: unknown) {
  return { ...good, softLimitSeconds, hardLimitSeconds };
}

test('without the Durable Objects nothing is registered, listed or taken away, and it is said', async () => {
  const edge = await startEdge({ objects: undefined });
  for (const [method, path, body] of [
    ['PUT', '/v1/clusters/local', good],
    ['DELETE', '/v1/clusters/local', undefined],
    ['GET', '/v1/clusters', undefined],
    ['GET', '/v1/clusters/local', undefined],
  ] as const) {
    expect(await refusal(await edge.administer(method, path, body))).toBe('503 NOT_CONFIGURED');
  }
  expect(edge.store.calls).toEqual([]);
});
