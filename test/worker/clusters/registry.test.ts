/** The registry: what it keeps, what it writes into KV, and how it goes on after trouble. */
import { describe, expect, test } from 'vitest';
import { parseRegistrations } from '../../../worker/clusters/registration.ts';
import { clusterId } from '../support/agent.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { refusal } from '../support/whole-response.ts';

const key = 'registry';

async function inKv({ store }: Edge): Promise<readonly string[]> {
  const text = await store.get(key, { type: 'text' });
  return [...(parseRegistrations(text ?? '{"clusters":{}}')?.keys() ?? [])].sort();
}

test('all registrations stand in one value', async () => {
  const edge = await startEdge();
  await edge.register('b');
  await edge.register('a');
  expect(await inKv(edge)).toEqual(['a', 'b']);
  await edge.administer('DELETE', '/v1/clusters/b');
  expect(await inKv(edge)).toEqual(['a']);
});

test('changes at the same time are made one after the other, and none is lost', async () => {
  const edge = await startEdge();
  const ids = Array.from({ length: 20 }, (_, i) => `c${i}`);
  await Promise.all(ids.map((id) => edge.register(id)));
  expect(await inKv(edge)).toEqual([...ids].sort());
});

test('of two who want the same alias at the same time one gets it', async () => {
  const edge = await startEdge();
  const body = { publicKeys: [edge.agent.publicKey], zones: ['cluster.local', 'k.example'] };
  const answers = await Promise.all(['a', 'b'].map((id) => edge.administer('PUT', `/v1/clusters/${id}`, body)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test('what it keeps survives a restart', async () => {
  const edge = await startEdge();
  await edge.register('a', ['cluster.local', 'a.example']);
  const before = await edge.objects.registry.registrationOf(clusterId('a'));
  edge.objects.restart();
  expect(await edge.objects.registry.registrationOf(clusterId('a'))).toEqual(before);
  await edge.register('b');
  expect(await inKv(edge)).toEqual(['a', 'b']);
});

test('revisions rise with every change, also when what it kept is lost', async () => {
  const edge = await startEdge();
  const revision = async () => (await edge.objects.registry.registrationOf(clusterId('a')))!.revision;
  await edge.register('a');
  const first = await revision();
  await edge.register('a');
  const second = await revision();
  expect(second).toBeGreaterThan(first);
  await edge.administer('DELETE', '/v1/clusters/a');
  await edge.register('a');
  const third = await revision();
  expect(third).toBeGreaterThan(second);
  edge.machine.advance(1000);
  edge.objects.lose();
  expect(await revision()).toBeGreaterThan(third);
});

describe('what it kept is lost', () => {
  test('it takes what KV has', async () => {
    const edge = await startEdge();
    await edge.register('a', ['cluster.local', 'a.example']);
    edge.objects.lose();
    const body = { publicKeys: [edge.agent.publicKey], zones: ['cluster.local', 'a.example'] };
    expect(await refusal(await edge.administer('PUT', '/v1/clusters/b', body))).toBe('409 ZONE_TAKEN');
    await edge.register('b');
    expect(await inKv(edge)).toEqual(['a', 'b']);
  });

  test('and KV does not answer: nothing is changed, and nothing is taken for empty', async () => {
    const edge = await startEdge();
    await edge.register('a');
    edge.objects.lose();
    edge.store.fail('get');
    const body = { publicKeys: [edge.agent.publicKey], zones: ['cluster.local'] };
    expect(await refusal(await edge.administer('PUT', '/v1/clusters/b', body))).toBe('503 STORE_UNAVAILABLE');
    edge.store.recover();
    await edge.register('b');
    expect(await inKv(edge)).toEqual(['a', 'b']);
  });
});

test('whoever only looks does not wait for KV, and sees what counts already', async () => {
  const edge = await startEdge();
  await edge.register('a');
  edge.store.fail('put', 'KV PUT failed: 429 Too Many Requests');
  const removing = edge.administer('DELETE', '/v1/clusters/a');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await edge.objects.registry.registrationOf(clusterId('a'))).toBeUndefined();
  edge.store.recover();
  edge.machine.advance(1100);
  expect((await removing).status).toBe(200);
});

describe('KV does not take the value', () => {
  test('it is said, and written a little later', async () => {
    const edge = await startEdge();
    await edge.register('a');
    edge.store.fail('put');
    expect(await refusal(await edge.administer('DELETE', '/v1/clusters/a'))).toBe('503 STORE_UNAVAILABLE');
    expect(await inKv(edge)).toEqual(['a']);
    edge.machine.advance(5000);
    await edge.objects.wake();
    expect(await inKv(edge)).toEqual(['a']);
    edge.store.recover();
    edge.machine.advance(5000);
    await edge.objects.wake();
    expect(await inKv(edge)).toEqual([]);
  });

  test('also when the object was restarted meanwhile', async () => {
    const edge = await startEdge();
    await edge.register('a');
    edge.store.fail('put');
    await edge.administer('DELETE', '/v1/clusters/a');
    edge.store.recover();
    edge.objects.restart();
    edge.machine.advance(5000);
    await edge.objects.wake();
    expect(await inKv(edge)).toEqual([]);
  });

  test('and what is in KV already is not written again', async () => {
    const edge = await startEdge();
    await edge.register('a');
    const puts = edge.store.count('put', key);
    edge.machine.advance(5000);
    await edge.objects.wake();
    expect(edge.store.count('put', key)).toBe(puts);
  });
});
