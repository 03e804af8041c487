/** `/v1/clusters`: registering clusters, listing them, taking them away. */
import { describe, expect, test } from 'vitest';
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
    });
  });

  test.for([
    ['two keys', { ...good, publicKeys: [key, `${key.slice(1)}B`] }],
    ['16 zones', { ...good, zones: Array.from({ length: 16 }, (_, i) => `z${i}`) }],
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
    ['a key that is all zeros', [withKey('A'.repeat(43))]],
    ['no zones', [{ publicKeys: [key] }, { ...good, zones: [] }, { ...good, zones: 'cluster.local' }]],
    ['17 zones', [{ ...good, zones: Array.from({ length: 17 }, (_, i) => `z${i}`) }]],
    ['a zone that is no name', [withZone(''), withZone('a..b'), withZone('é.example'), withZone('a'.repeat(64))]],
    ['a zone that is no text', [withZone(1), withZone(null), withZone({}), withZone(['a'])]],
    ['the root as a zone', [withZone('.')]],
  ] as const)('but not %s', async ([, bodies]) => {
    const edge = await startEdge();
    for (const body of bodies) {
      expect(await refusal(await edge.administer('PUT', '/v1/clusters/local', body))).toBe('400 BAD_REQUEST');
    }
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

describe('GET lists', () => {
  test('nothing at first', async () => {
    expect(await list(await startEdge())).toEqual({ clusters: [] });
  });

  test('clusters with what their snapshots say', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.register('empty');
    const { manifest } = await edge.publish(webAt('10.0.0.2'), { epoch: 7, serial: 8 });
    edge.machine.advance(90_500);
    const { epoch, serial, generatedAt, length } = manifest;
    expect(await list(edge)).toEqual({
      clusters: [
        { cluster: 'empty', registered: true },
        { cluster: 'local', registered: true, epoch, serial, generatedAt, ageSeconds: 90, octets: length },
      ],
    });
  });

  test('what is stored without a registration, or with other metadata', async () => {
    const edge = await startEdge();
    await edge.store.put('cluster/lost/snapshot', 'x', { metadata: { manifest: 'x', signature: 1 } });
    expect(await list(edge)).toEqual({ clusters: [{ cluster: 'lost', registered: false }] });
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
