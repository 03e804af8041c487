/**
 * Publishing, when all is well: what is stored, what is answered then, and how writers follow each other. What is refused
 * is in publish.refusals.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { takeOver } from '../../../zone/manifest.ts';
import { clusterId } from '../support/agent.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { outcome } from '../support/outcome.ts';
import { webAt } from '../support/zone.ts';

const web = 'web.shop.svc.cluster.local';
const key = 'cluster/local/snapshot';

test('a snapshot is stored as it was sent, its manifest and signature beside it', async () => {
  const edge = await startEdge();
  await edge.register('local');
  const publication = await edge.agent.publication(webAt('10.0.0.1'), { epoch: 3, serial: 4 });
  const response = await edge.send(publication);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({ result: 'stored', epoch: 3, serial: 4, replaced: null });

  const { value, metadata } = await edge.store.getWithMetadata(key, { type: 'stream' });
  expect(new Uint8Array(await new Response(value).arrayBuffer())).toEqual(publication.body);
  const { manifestText: manifest, signature } = publication;
  expect(metadata).toEqual({ manifest, signature });
});

test('what is published is answered, by an isolate that asked before after a second', async () => {
  const edge = await startEdge({ isOpen: true });
  await edge.register('local');
  expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 14');
  await edge.publish(webAt('10.0.0.1'), { serial: 1 });
  edge.machine.advance(1000);
  expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
  await edge.publish(webAt('10.0.0.2'), { serial: 2 });
  expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
  edge.machine.advance(1000);
  expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
});

describe('the order of snapshots', () => {
  test.for([
    ['the next serial', { epoch: 5, serial: 11 }],
    ['a serial further on', { epoch: 5, serial: 1000 }],
    ['a new writer', { epoch: 6, serial: 11 }],
    ['a new writer long after', { epoch: 1_900_000_000, serial: 11 }],
  ] as const)('%s is newer', async ([, version]) => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 10 });
    const response = await edge.send(await edge.agent.publication(webAt('10.0.0.2'), version));
    expect(await response.json()).toEqual({ result: 'stored', ...version, replaced: { epoch: 5, serial: 10 } });
  });

  test.for([
    ['a lower serial', { epoch: 5, serial: 9 }],
    ['the same serial with another body', { epoch: 5, serial: 10 }],
    ['a writer before, further on', { epoch: 4, serial: 11 }],
    ['a new writer that begins again', { epoch: 6, serial: 1 }],
    ['a new writer with the same serial', { epoch: 6, serial: 10 }],
  ] as const)('%s is not: 409 with what is stored', async ([, version]) => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 10 });
    const response = await edge.send(await edge.agent.publication(webAt('10.0.0.2'), version));
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'NOT_NEWER', epoch: 5, serial: 10 });
  });

  test('a new writer goes on from what a 409 tells', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    await edge.publish(webAt('10.0.0.1'), { epoch: 1_900_000_000, serial: 10 });
    const refused = await edge.send(await edge.agent.publication(webAt('10.0.0.2'), { epoch: 1_795_000_000 }));
    const stored = (await refused.json()) as { epoch: number; serial: number };
    const version = takeOver(stored, edge.machine.now());
    expect(version).toEqual({ epoch: 1_900_000_001, serial: 11 });
    await edge.publish(webAt('10.0.0.2'), version);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
  });

  test('a cluster that was taken away and registered again goes on: what was captured is not taken', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    const before = await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 10 });
    await edge.administer('DELETE', '/v1/clusters/local');
    await edge.register('local');
    const refused = await edge.send(before);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'NOT_NEWER', epoch: 5, serial: 10 });
    await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 11 });
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
  });
});

describe('what was stored before', () => {
  async function send(edge: Edge, fields: Parameters<Edge['agent']['publication']>[1]): Promise<unknown> {
    return (await edge.send(await edge.agent.publication(webAt('10.0.0.2'), fields))).json();
  }

  test('is told as KV was written, and not as it was tried', async () => {
    const edge = await startEdge();
    await edge.register('local');
    await edge.publish(webAt('10.0.0.1'), { serial: 1 });
    edge.store.fail('put');
    expect(await send(edge, { serial: 2 })).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    edge.store.recover();
    expect(await send(edge, { serial: 3 })).toMatchObject({ replaced: { epoch: 1, serial: 1 } });
    expect(await send(edge, { serial: 4 })).toMatchObject({ replaced: { epoch: 1, serial: 3 } });
  });

  test('is nothing after the cluster was taken away', async () => {
    const edge = await startEdge();
    await edge.register('local');
    await edge.publish(webAt('10.0.0.1'), { serial: 1 });
    await edge.administer('DELETE', '/v1/clusters/local');
    await edge.register('local');
    expect(await send(edge, { serial: 2 })).toMatchObject({ result: 'stored', replaced: null });
  });
});

describe('the same snapshot again', () => {
  test('is a retry: 200, and nothing is written', async () => {
    const edge = await startEdge();
    await edge.register('local');
    const publication = await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 10 });
    expect(edge.store.count('put', key)).toBe(1);
    const again = await edge.send(publication);
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual({ result: 'repeated', epoch: 5, serial: 10 });
    expect(edge.store.count('put', key)).toBe(1);
  });

  test('with a new serial is stored: its age is another', async () => {
    const edge = await startEdge();
    await edge.register('local');
    await edge.publish(webAt('10.0.0.1'), { serial: 10 });
    await edge.publish(webAt('10.0.0.1'), { serial: 11 });
    expect(edge.store.count('put', key)).toBe(2);
  });
});

describe('a retired cluster', () => {
  test('is refused, and answers again when it comes back', async () => {
    const edge = await startOpenEdge(webAt('10.0.0.1'));
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    await edge.publish({ kind: 'retired' }, { serial: 2 });
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('REFUSED EDE 20');
    expect(outcome(await (await edge.newIsolate()).ask('example.com'))).toBe('REFUSED EDE 20');
    await edge.publish(webAt('10.0.0.3'), { serial: 3 });
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.3');
  });
});

test('two keys may be registered while one is being replaced', async () => {
  const edge = await startEdge({ isOpen: true });
  const other = await startEdge();
  await edge.register('local', ['cluster.local'], [other.agent.publicKey, edge.agent.publicKey]);
  await edge.publish(webAt('10.0.0.1'), { serial: 1 });
  expect((await edge.send(await other.agent.publication(webAt('10.0.0.2'), { serial: 2 }))).status).toBe(200);
  expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
});

test('clusters of the same names do not meet', async () => {
  const edge = await startOpenEdge(webAt('10.0.0.1'));
  const other = await startEdge();
  await edge.register('other', ['cluster.local'], [other.agent.publicKey]);
  const publication = await other.agent.publication(webAt('10.9.9.9'), { cluster: clusterId('other') });
  expect((await edge.send(publication)).status).toBe(200);
  expect(outcome(await edge.ask(web, 'A', '/c/local/dns-query'))).toBe('NOERROR 10.0.0.1');
  expect(outcome(await edge.ask(web, 'A', '/c/other/dns-query'))).toBe('NOERROR 10.9.9.9');
});
