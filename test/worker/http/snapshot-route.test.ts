/**
 * Reading what readers are answered from: whoever has the cluster's key is told all of it, and what belongs together. Who
 * is refused is in snapshot-route.refusals.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { clusterId, type Publication } from '../support/agent.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { outcome } from '../support/outcome.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { signedRead } from '../support/signed-read.ts';
import { refusal } from '../support/whole-response.ts';
import { webAt } from '../support/zone.ts';

const web = 'web.shop.svc.cluster.local';
const key = 'cluster/local/snapshot';
const methods = ['HEAD', 'GET'] as const;
const day = 86_400_000;

interface Published {
  readonly edge: Edge;
  readonly publication: Publication;
}

async function startPublished(snapshot = webAt('10.0.0.1')): Promise<Published> {
  const edge = await startEdge({ isOpen: true });
  await edge.register('local');
  return { edge, publication: await edge.publish(snapshot, { epoch: 5, serial: 5 }) };
}

/** The serial of the manifest that is told. */
async function toldSerial(edge: Edge, method: (typeof methods)[number] = 'HEAD'): Promise<number> {
  const response = await signedRead(edge, { method });
  await response.body?.cancel();
  return JSON.parse(response.headers.get('kube-doh-manifest')!).serial;
}

/** One that fills many pieces of a stream, compressed. */
function long(): ReturnType<typeof webAt> {
  const random = new SeededRandom(1);
  const octet = (): number => random.below(256);
  return webAt(...Array.from({ length: 20_000 }, () => `10.${octet()}.${octet()}.${octet()}`));
}

describe('what is published is told as it was sent', () => {
  test.for(methods)('by %s', async (method) => {
    const { edge, publication } = await startPublished();
    const response = await signedRead(edge, { method });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'application/vnd.kube-doh.snapshot',
      'content-length': String(publication.body.length),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'kube-doh-manifest': publication.manifestText,
      'kube-doh-signature': publication.signature,
    });
    const body = new Uint8Array(await response.arrayBuffer());
    expect(body).toEqual(method === 'GET' ? publication.body : new Uint8Array(0));
  });

  test.for(methods)('of the cluster that is asked, by %s', async (method) => {
    const { edge } = await startPublished();
    await edge.register('other');
    const { manifestText } = await edge.publish(webAt('10.9.9.9'), { cluster: clusterId('other'), serial: 9 });
    const response = await signedRead(edge, { method, cluster: 'other' });
    expect(response.headers.get('kube-doh-manifest')).toBe(manifestText);
    await response.body?.cancel();
  });

  test('also when the cluster has retired', async () => {
    const { edge } = await startPublished();
    const { manifestText, body } = await edge.publish({ kind: 'retired' }, { epoch: 5, serial: 6 });
    const response = await signedRead(edge);
    expect(response.headers.get('kube-doh-manifest')).toBe(manifestText);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(body);
  });

  test('also when it is too old to be answered from', async () => {
    const { edge, publication } = await startPublished();
    edge.machine.advance(2 * day);
    expect(outcome(await edge.ask(web))).toBe('SERVFAIL EDE 22');
    const response = await signedRead(edge);
    expect(response.headers.get('kube-doh-manifest')).toBe(publication.manifestText);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(publication.body);
  });
});

describe('what is told is what is answered from', () => {
  test('in this isolate, which looks for something newer once a second', async () => {
    const { edge } = await startPublished();
    const other = await edge.newIsolate();
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 6 });
    expect([await toldSerial(edge), await toldSerial(other)]).toEqual([5, 6]);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
    expect(outcome(await other.ask(web))).toBe('NOERROR 10.0.0.2');
    edge.machine.advance(1000);
    expect(await toldSerial(edge)).toBe(6);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.2');
  });

  test('while KV is late', async () => {
    const { edge } = await startPublished();
    const late = await edge.store.capture(key);
    await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 6 });
    late();
    expect([await toldSerial(edge), await toldSerial(edge, 'GET')]).toEqual([5, 5]);
    edge.store.catchUp();
    edge.machine.advance(1000);
    expect([await toldSerial(edge), await toldSerial(edge, 'GET')]).toEqual([6, 6]);
  });

  test('a read by HEAD costs KV what a question does', async () => {
    const { edge } = await startPublished();
    await edge.ask(web);
    edge.store.calls.length = 0;
    for (let i = 0; i < 3; i += 1) await toldSerial(edge);
    // Whose signatures are known is looked up once.
    expect(edge.store.calls.filter((call) => call !== 'get registry')).toEqual([]);
    edge.machine.advance(1000);
    await toldSerial(edge);
    expect(edge.store.count('get', key)).toBe(1);
    expect(edge.store.bodiesRead(key)).toBe(1);
  });
});

describe('manifest and body belong together:', () => {
  test('where KV shows something newer than what is answered from, GET tells neither, and does not read it', async () => {
    const { edge } = await startPublished();
    expect(await toldSerial(edge)).toBe(5);
    await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 6 });
    const before = edge.store.octetsRead(key);
    const response = await signedRead(edge);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({
      error: 'KV shows another snapshot than the one that is answered from; try again',
      code: 'STORE_UNAVAILABLE',
    });
    expect(edge.store.octetsRead(key)).toBe(before);
    expect(await toldSerial(edge)).toBe(5);
    edge.machine.advance(1000);
    expect(await toldSerial(edge, 'GET')).toBe(6);
  });

  test.for(['something older', 'nothing'] as const)('where KV shows %s', async (what) => {
    const { edge } = await startPublished();
    const late = await edge.store.capture(key);
    await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 6 });
    expect(await toldSerial(edge, 'GET')).toBe(6);
    if (what === 'nothing') await edge.store.delete(key);
    else late();
    edge.machine.advance(1000);
    expect(await toldSerial(edge)).toBe(6);
    expect(await refusal(await signedRead(edge))).toBe('503 STORE_UNAVAILABLE');
  });

  test('a manifest of the same version that KV shows beside it is another one', async () => {
    const { edge } = await startPublished();
    expect(await toldSerial(edge, 'GET')).toBe(5);
    await edge.store.tamper(key, ({ metadata }) => {
      const manifest = String(metadata['manifest']).replace(/"generatedAt":\d+/, '"generatedAt":0');
      return { metadata: { ...metadata, manifest } };
    });
    expect(await refusal(await signedRead(edge))).toBe('503 STORE_UNAVAILABLE');
  });

  test.for([
    ['shorter', (octets: Uint8Array<ArrayBuffer>) => octets.slice(0, -1)],
    ['longer', (octets: Uint8Array<ArrayBuffer>) => Uint8Array.of(...octets, 0)],
  ] as const)('a body that became %s breaks off', async ([, change]) => {
    const { edge } = await startPublished();
    expect(await toldSerial(edge)).toBe(5);
    await edge.store.tamper(key, ({ octets }) => ({ octets: change(octets) }));
    const response = await signedRead(edge);
    await expect(response.arrayBuffer()).rejects.toThrow('FixedLengthStream');
  });
});

test('a body goes past the memory of the isolate: it is read from KV as it is fetched', async () => {
  const { edge, publication } = await startPublished(long());
  expect(publication.body.length).toBeGreaterThan(50_000);
  expect(await toldSerial(edge)).toBe(5);
  const before = edge.store.octetsRead(key);
  const work: Promise<unknown>[] = [];
  const response = await signedRead(edge, { context: { waitUntil: (one) => work.push(one) } });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(edge.store.octetsRead(key) - before).toBeLessThan(publication.body.length / 2);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(publication.body);
  await Promise.all(work);
  expect(edge.store.octetsRead(key) - before).toBe(publication.body.length);
});

test('whoever goes away in the middle stops the stream, and nothing else', async () => {
  const { edge, publication } = await startPublished(long());
  await toldSerial(edge);
  const before = edge.store.octetsRead(key);
  const work: Promise<unknown>[] = [];
  const response = await signedRead(edge, { context: { waitUntil: (one) => work.push(one) } });
  await response.body!.cancel();
  await Promise.all(work);
  expect(edge.store.octetsRead(key) - before).toBeLessThan(publication.body.length);
  expect(await toldSerial(edge, 'GET')).toBe(5);
});

test('that all names and addresses were read is noted, once in five minutes; that the version was is not', async () => {
  const { edge } = await startPublished();
  const lines = () => edge.machine.lines.splice(0);
  lines();
  await toldSerial(edge);
  expect(lines()).toEqual([]);
  for (let i = 0; i < 3; i += 1) await toldSerial(edge, 'GET');
  expect(lines()).toEqual(['audit: cluster local by signature: reading']);
});
