/** KV that does not answer the publishes of one cluster: nobody else waits for them, and not too many wait there. */
import { describe, expect, test } from 'vitest';
import { clusterId } from '../support/agent.ts';
import { type Edge, startEdge } from '../support/edge.ts';
import { HeldBody } from '../support/held-body.ts';
import type { Hold } from '../support/observed-store.ts';
import { refusal } from '../support/whole-response.ts';
import { webAt } from '../support/zone.ts';

const key = 'cluster/local/snapshot';

interface Hanging {
  readonly edge: Edge;
  readonly hold: Hold;
  /** What is answered to the publish that hangs. */
  readonly hanging: Promise<Response>;
}

/** Serial 5 is stored; the write of serial 6 hangs. */
async function startHanging(): Promise<Hanging> {
  const edge = await startEdge();
  await edge.register('local');
  await edge.register('other');
  await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 5 });
  const hold = edge.store.hold('put', key);
  const hanging = publish(edge, 6);
  await hold.reached;
  return { edge, hold, hanging };
}

async function publish(edge: Edge, serial: number): Promise<Response> {
  return edge.send(await edge.agent.publication(webAt('10.0.0.2'), { epoch: 5, serial }));
}

function end({ hold }: Hanging): void {
  hold.letOthersPass();
  hold.release();
}

async function list(edge: Edge): Promise<unknown> {
  return (await edge.administer('GET', '/v1/clusters')).json();
}

async function aMoment(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('while a write hangs', () => {
  test('clusters are listed, with what is in KV', async () => {
    const { edge } = await startHanging();
    const clusters = [
      { cluster: 'local', state: 'fresh', serial: 5 },
      { cluster: 'other', state: 'absent' },
    ];
    expect(await list(edge)).toMatchObject({ clusters });
    expect(await (await edge.administer('GET', '/v1/clusters/local')).json()).toMatchObject(clusters[0]!);
  });

  test('what is refused is told at once, and remembered', async () => {
    const { edge } = await startHanging();
    expect(await refusal(await publish(edge, 4))).toBe('409 NOT_NEWER');
    await aMoment();
    expect(await list(edge)).toMatchObject({ clusters: [{ lastRefusal: { code: 'NOT_NEWER', serial: 4 } }, {}] });
  });

  test('other clusters publish, and are registered and taken away', async () => {
    const { edge } = await startHanging();
    const other = await edge.agent.publication(webAt('10.0.0.3'), { cluster: clusterId('other') });
    expect((await edge.send(other)).status).toBe(200);
    await edge.register('third');
    expect((await edge.administer('DELETE', '/v1/clusters/other')).status).toBe(200);
  });

  test('the cluster itself is taken away; its snapshot is, when the write has ended', async () => {
    const started = await startHanging();
    const { edge, hanging } = started;
    const removing = edge.administer('DELETE', '/v1/clusters/local');
    await aMoment();
    await edge.register('third');
    edge.machine.advance(2000);
    expect(await (await removing).json()).toEqual({ cluster: 'local', deleted: true });
    end(started);
    expect((await hanging).status).toBe(200);
    await expect.poll(() => edge.store.get(key, { type: 'text' })).toBeNull();
    edge.machine.advance(5000);
    await edge.objects.wake();
    expect(await list(edge)).toMatchObject({ clusters: [{ cluster: 'other' }, { cluster: 'third' }] });
  });

  test('a few publishes wait; the next one is told to come again, and its body is not read', async () => {
    const started = await startHanging();
    const { edge, hanging } = started;
    const waiting = [hanging];
    for (const serial of [7, 8, 9]) {
      waiting.push(publish(edge, serial));
      await aMoment();
    }
    const fifth = await edge.agent.publication(webAt('10.0.0.2'), { epoch: 5, serial: 10 });
    const body = new HeldBody(fifth.body);
    body.release();
    const refused = await edge.send(fifth, { body: body.stream });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refusal(refused)).toBe('503 STORE_UNAVAILABLE');
    expect(body.reads).toBe(0);
    end(started);
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await edge.send(fifth)).status).toBe(200);
  });

  test('those whose bodies came at the same time are told so as well', async () => {
    const started = await startHanging();
    const { edge, hanging } = started;
    const serials = [7, 8, 9, 10, 11, 12];
    const bodies: HeldBody[] = [];
    const answers = serials.map(async (serial) => {
      const publication = await edge.agent.publication(webAt('10.0.0.2'), { epoch: 5, serial });
      const body = new HeldBody(publication.body);
      bodies.push(body);
      return edge.send(publication, { body: body.stream });
    });
    await aMoment();
    await Promise.all(bodies.map(({ reached }) => reached));
    for (const { release } of bodies) release();
    await aMoment();
    end(started);
    const statuses = (await Promise.all([hanging, ...answers])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 503)).toHaveLength(3);
  });
});

describe('an object that does not tell what it knows', () => {
  const entries = [
    { cluster: 'local', registered: true, state: 'unknown', zones: ['cluster.local'] },
    { cluster: 'other', state: 'absent' },
  ];

  /** It lost its state, and has to ask KV. */
  async function startLost(): Promise<Edge> {
    const edge = await startEdge();
    await edge.register('local');
    await edge.register('other');
    await edge.publish(webAt('10.0.0.1'));
    edge.objects.losePublications();
    return edge;
  }

  test('because KV does not answer: it has two seconds, and the others are listed', async () => {
    const edge = await startLost();
    const hold = edge.store.hold('get', key);
    const listing = list(edge);
    await hold.reached;
    await aMoment();
    edge.machine.advance(2000);
    const { clusters } = (await listing) as { clusters: object[] };
    expect(clusters).toMatchObject(entries);
    expect(Object.keys(clusters[0]!)).not.toContain('serial');
    const showing = edge.administer('GET', '/v1/clusters/local');
    await aMoment();
    edge.machine.advance(2000);
    expect(await (await showing).json()).toMatchObject(entries[0]!);
  });

  test('because KV fails', async () => {
    const edge = await startLost();
    edge.store.fail('get');
    const { clusters } = (await list(edge)) as { clusters: object[] };
    expect(clusters).toMatchObject([entries[0]!, { cluster: 'other', state: 'unknown' }]);
  });
});
