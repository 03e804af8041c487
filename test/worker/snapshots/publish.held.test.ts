/**
 * Publishes whose body comes slowly, or that wait for others, while their registration changes: what counts is what is
 * registered when they are stored, not when they began.
 */
import { describe, expect, test } from 'vitest';
import { Agent, type Publication } from '../support/agent.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { HeldBody } from '../support/held-body.ts';
import { refusal } from '../support/whole-response.ts';
import { snapshot, webAt, webGroup } from '../support/zone.ts';

const key = 'cluster/local/snapshot';
const zones = ['cluster.local', 'alias.example'];

/** Something is published with serial 5. */
async function startPublished(): Promise<Edge> {
  const edge = await startOpenEdge(webAt('10.0.0.1'), zones);
  await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 5 });
  return edge;
}

function next({ agent }: Edge, fields: Parameters<Agent['publication']>[1] = {}): Promise<Publication> {
  return agent.publication(snapshot([webGroup('10.6.6.6')], { origins: zones }), { epoch: 5, serial: 6, ...fields });
}

async function storedSerial({ store }: Edge): Promise<number | undefined> {
  const { value, metadata } = await store.getWithMetadata(key, { type: 'stream' });
  await value?.cancel();
  if (value === null) return undefined;
  return (JSON.parse((metadata as { manifest: string }).manifest) as { serial: number }).serial;
}

/** What is answered to a publish during whose body something happens, and to the same one again. */
async function held(edge: Edge, publication: Publication, happen: () => Promise<unknown>): Promise<[string, string]> {
  const body = new HeldBody(publication.body);
  const answer = edge.send(publication, { body: body.stream });
  await body.reached;
  await happen();
  body.release();
  const first = await refusal(await answer);
  return [first, await refusal(await edge.send(publication))];
}

const changes: readonly (readonly [string, string, (edge: Edge) => Promise<unknown>])[] = [
  [
    'its key is taken away',
    '403 WRONG_SIGNATURE',
    async (edge) => edge.register('local', zones, [(await Agent.create()).publicKey]),
  ],
  ['one of its zones is taken away', '403 ZONE_NOT_REGISTERED', (edge) => edge.register('local', ['cluster.local'])],
  [
    'another Kubernetes cluster takes its place',
    '403 WRONG_IDENTITY',
    async (edge) => {
      await edge.register('local', zones);
      await edge.publish(webAt('10.0.0.2'), { epoch: 5, serial: 11, identity: 'uid-2' });
    },
  ],
  ['the cluster is taken away', '403 WRONG_SIGNATURE', (edge) => edge.administer('DELETE', '/v1/clusters/local')],
  [
    'the cluster is taken away and registered again without its key',
    '403 WRONG_SIGNATURE',
    async (edge) => {
      await edge.administer('DELETE', '/v1/clusters/local');
      await edge.register('local', zones, [(await Agent.create()).publicKey]);
    },
  ],
];

describe('while its body is held', () => {
  test.for(changes)('%s: it is not stored, and refused when it comes again: %s', async ([, expected, happen]) => {
    const edge = await startPublished();
    const answers = await held(edge, await next(edge, { identity: 'uid-1' }), () => happen(edge));
    expect(answers).toEqual(['503 STORE_UNAVAILABLE', expected]);
    expect(await storedSerial(edge)).not.toBe(6);
  });

  test('a limit changes: it is to come again, and is stored', async () => {
    const edge = await startPublished();
    const body = { publicKeys: [edge.agent.publicKey], zones, softLimitSeconds: 7 };
    const answers = await held(edge, await next(edge), () => edge.administer('PUT', '/v1/clusters/local', body));
    expect(answers).toEqual(['503 STORE_UNAVAILABLE', '200 undefined']);
    expect(await storedSerial(edge)).toBe(6);
  });

  test('another cluster changes: it is stored', async () => {
    const edge = await startPublished();
    expect(await held(edge, await next(edge), () => edge.register('other'))).toEqual([
      '200 undefined',
      '200 undefined',
    ]);
    expect(await storedSerial(edge)).toBe(6);
  });
});

test('a key that is taken away while a publish waits for the one before it does not publish', async () => {
  const edge = await startEdge();
  await edge.register('local', zones);
  const hold = edge.store.hold('put', key);
  const first = edge.send(await next(edge));
  await hold.reached;
  const body = new HeldBody((await next(edge, { serial: 7 })).body);
  const second = edge.send(await next(edge, { serial: 7 }), { body: body.stream });
  await body.reached;
  body.release();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await edge.register('local', zones, [(await Agent.create()).publicKey]);
  hold.letOthersPass();
  hold.release();
  expect((await first).status).toBe(200);
  expect(await refusal(await second)).toBe('503 STORE_UNAVAILABLE');
  expect(await storedSerial(edge)).toBe(6);
});
