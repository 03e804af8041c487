/** What an object knows when it was restarted, lost what it knew, or KV was changed behind its back. */
import { describe, expect, test } from 'vitest';
import { kvKeys } from '../../../zone/keys.ts';
import type { Version } from '../../../zone/manifest.ts';
import { Agent, clusterId } from '../support/agent.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { webAt } from '../support/zone.ts';

const key = kvKeys.snapshot(clusterId('local'));

async function startPublished(): Promise<Edge> {
  const edge = await startEdge();
  await edge.register('local');
  await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 10 });
  return edge;
}

async function answerTo(edge: Edge, version: Version, address = '10.0.0.2', agent = edge.agent): Promise<unknown> {
  const publication = await agent.publication(webAt(address), version);
  const { result, code, epoch, serial } = (await (await edge.send(publication)).json()) as Record<string, unknown>;
  return result ?? `${code} ${epoch}/${serial}`;
}

describe('an object that was restarted', () => {
  test('goes on', async () => {
    const edge = await startPublished();
    edge.objects.restart();
    expect(await answerTo(edge, { epoch: 5, serial: 10 }, '10.0.0.1')).toBe('repeated');
    expect(await answerTo(edge, { epoch: 5, serial: 10 })).toBe('NOT_NEWER 5/10');
    expect(await answerTo(edge, { epoch: 5, serial: 11 })).toBe('stored');
  });

  test('knows what it intended, though KV did not take it', async () => {
    const edge = await startPublished();
    edge.store.fail('put');
    expect(await answerTo(edge, { epoch: 6, serial: 20 })).toMatch('STORE_UNAVAILABLE');
    edge.objects.restart();
    edge.store.recover();
    expect(await answerTo(edge, { epoch: 5, serial: 11 })).toBe('NOT_NEWER 6/20');
    expect(await answerTo(edge, { epoch: 6, serial: 20 })).toBe('stored');
  });
});

describe('an object that lost what it knew', () => {
  test('goes on from what KV has', async () => {
    const edge = await startPublished();
    edge.objects.lose();
    expect(await answerTo(edge, { epoch: 5, serial: 10 }, '10.0.0.1')).toBe('repeated');
    expect(await answerTo(edge, { epoch: 5, serial: 9 })).toBe('NOT_NEWER 5/10');
    expect(await answerTo(edge, { epoch: 5, serial: 11 })).toBe('stored');
    expect(await answerTo(edge, { epoch: 5, serial: 10 })).toBe('NOT_NEWER 5/11');
  });

  test('lists what KV has', async () => {
    const edge = await startPublished();
    edge.objects.lose();
    const listed = await (await edge.administer('GET', '/v1/clusters')).json();
    expect(listed).toMatchObject({ clusters: [{ cluster: 'local', state: 'fresh', epoch: 5, serial: 10 }] });
  });

  test('goes on with the Kubernetes cluster whose snapshot KV has', async () => {
    const edge = await startPublished();
    await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 11, identity: 'uid-1' });
    edge.objects.lose();
    const other = await edge.agent.publication(webAt('10.0.0.2'), { epoch: 5, serial: 12, identity: 'uid-2' });
    expect(await (await edge.send(other)).json()).toMatchObject({ code: 'WRONG_IDENTITY' });
    expect(await answerTo(edge, { epoch: 5, serial: 12 })).toMatch('WRONG_IDENTITY');
    await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 12, identity: 'uid-1' });
    await edge.register('local');
    await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 13, identity: 'uid-2' });
  });

  test('takes nothing from KV that the cluster did not sign', async () => {
    const edge = await startPublished();
    const stranger = await Agent.create();
    const { manifestText: manifest, signature } = await stranger.publication(webAt(), { epoch: 9, serial: 90 });
    await edge.store.tamper(key, () => ({ metadata: { manifest, signature } }));
    edge.objects.lose();
    expect(await answerTo(edge, { epoch: 5, serial: 1 })).toBe('stored');
  });

  test('does not take a failure of KV for nothing', async () => {
    const edge = await startPublished();
    edge.objects.lose();
    // The registry needs KV too, so it is asked before.
    await edge.objects.registry.all();
    edge.store.fail('get');
    expect(await answerTo(edge, { epoch: 5, serial: 1 })).toMatch('STORE_UNAVAILABLE');
    edge.store.recover();
    expect(await answerTo(edge, { epoch: 5, serial: 1 })).toBe('NOT_NEWER 5/10');
  });
});

describe('an object whose cluster was taken away', () => {
  async function startAnew(): Promise<Edge> {
    const edge = await startPublished();
    await answerTo(edge, { epoch: 5, serial: 1 });
    const showOld = await edge.store.capture(key);
    await edge.administer('DELETE', '/v1/clusters/local');
    await edge.register('local');
    showOld();
    return edge;
  }

  async function expectFloor(edge: Edge, { epoch, serial }: Version): Promise<void> {
    const refused = `NOT_NEWER ${epoch}/${serial}`;
    expect(await answerTo(edge, { epoch, serial }, '10.0.0.1')).toBe(refused);
    expect(await answerTo(edge, { epoch: 1, serial: 1 })).toBe(refused);
    expect(await answerTo(edge, { epoch, serial: serial + 2 ** 32 + 1 })).toBe(`SERIAL_AHEAD ${epoch}/${serial}`);
    expect(await answerTo(edge, { epoch, serial: serial + 1 })).toBe('stored');
  }

  test('goes on: what was captured is not taken again, and a new version is', async () => {
    await expectFloor(await startAnew(), { epoch: 5, serial: 10 });
  });

  test('also when it was restarted', async () => {
    const edge = await startAnew();
    edge.objects.restart();
    await expectFloor(edge, { epoch: 5, serial: 10 });
  });

  test('also from what was intended and did not get into KV', async () => {
    const edge = await startPublished();
    edge.store.fail('put');
    expect(await answerTo(edge, { epoch: 6, serial: 20 }, '10.0.0.1')).toMatch('STORE_UNAVAILABLE');
    edge.store.recover();
    await edge.administer('DELETE', '/v1/clusters/local');
    await edge.register('local');
    await expectFloor(edge, { epoch: 6, serial: 20 });
  });

  test('also after it was taken away and registered again and again, with another key', async () => {
    const edge = await startAnew();
    await edge.administer('DELETE', '/v1/clusters/local');
    const successor = await Agent.create();
    await edge.register('local', ['cluster.local'], [successor.publicKey]);
    expect(await answerTo(edge, { epoch: 1, serial: 1 }, '10.0.0.1', successor)).toBe('NOT_NEWER 5/10');
  });

  test('also when it knew nothing: it learns the version from KV before that is gone', async () => {
    const edge = await startPublished();
    edge.objects.losePublications();
    const showOld = await edge.store.capture(key);
    await edge.administer('DELETE', '/v1/clusters/local');
    await edge.register('local');
    showOld();
    await expectFloor(edge, { epoch: 5, serial: 10 });
  });

  test('also when KV did not tell at first', async () => {
    const edge = await startPublished();
    edge.objects.losePublications();
    edge.store.fail('get');
    await edge.administer('DELETE', '/v1/clusters/local');
    edge.store.recover();
    edge.objects.restart();
    edge.machine.advance(5000);
    await edge.objects.wake();
    await edge.register('local');
    await expectFloor(edge, { epoch: 5, serial: 10 });
  });

  test('has nothing to list', async () => {
    const edge = await startAnew();
    const { clusters } = (await (await edge.administer('GET', '/v1/clusters')).json()) as { clusters: object[] };
    expect(clusters).toMatchObject([{ cluster: 'local', state: 'absent' }]);
    expect(Object.keys(clusters[0]!)).not.toContain('lastRefusal');
  });

  test('takes nothing that was compared with the registration before', async () => {
    const edge = await startEdge();
    await edge.register('local');
    const before = (await edge.objects.registry.registrationOf(clusterId('local')))!;
    const { manifestText: text, signature, manifest, body } = await edge.agent.publication(webAt());
    await edge.administer('DELETE', '/v1/clusters/local');
    const publications = edge.objects.publicationsOf(clusterId('local'));
    const contents = { kind: 'live', counts: { names: 1, groups: 1, addresses: 1 } } as const;
    const late = await publications.store({ text, signature, manifest }, body, contents, before);
    expect(late).toEqual({ kind: 'outdated' });
  });

  test('does not take away what was published since', async () => {
    const edge = await startPublished();
    const { revision } = (await edge.objects.registry.registrationOf(clusterId('local')))!;
    const local = clusterId('local');
    const late = edge.objects.publicationsOf(local).withdraw(local, revision - 1, undefined);
    expect(await late).toEqual({ kind: 'withdrawn' });
    expect(await answerTo(edge, { epoch: 5, serial: 10 }, '10.0.0.1')).toBe('repeated');
    expect(await edge.store.get(key, { type: 'text' })).not.toBeNull();
  });
});

describe('KV that was restored to something older', () => {
  test('is put right by the next publish, and nothing older comes after it', async () => {
    const edge = await startPublished();
    const { value, metadata } = await edge.store.getWithMetadata(key, { type: 'stream' });
    const old = new Uint8Array(await new Response(value).arrayBuffer());
    await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 11 });
    await edge.store.tamper(key, () => ({ octets: old, metadata }));
    expect(await answerTo(edge, { epoch: 5, serial: 11 }, '10.0.0.3')).toBe('NOT_NEWER 5/11');
    expect(await answerTo(edge, { epoch: 5, serial: 12 })).toBe('stored');
  });

  test('and an object that lost what it knew: the agent that runs goes on, and so does a new one', async () => {
    const edge = await startPublished();
    edge.objects.lose();
    await edge.store.delete(key);
    expect(await answerTo(edge, { epoch: 5, serial: 11 })).toBe('stored');
    edge.objects.lose();
    expect(await answerTo(edge, { epoch: 6, serial: 1 })).toBe('NOT_NEWER 5/11');
    expect(await answerTo(edge, { epoch: 6, serial: 12 })).toBe('stored');
  });
});

test('two publishes of one version at the same time: one is stored, the other repeats it or is refused', async () => {
  const edge = await startPublished();
  const version = { epoch: 5, serial: 11 };
  const twins = await Promise.all([answerTo(edge, version), answerTo(edge, version)]);
  expect(twins.sort()).toEqual(['repeated', 'stored']);
  const next = { epoch: 5, serial: 12 };
  const rivals = await Promise.all([answerTo(edge, next, '10.0.0.3'), answerTo(edge, next, '10.0.0.4')]);
  expect(rivals.sort()).toEqual(['NOT_NEWER 5/12', 'stored']);
});
