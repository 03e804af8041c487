/** What is counted, when it is handed over, and what becomes of a sink that fails. */
import { describe, expect, test } from 'vitest';
import type { DataPoint, MetricsSink } from '../../worker/environment.ts';
import { Metrics } from '../../worker/metrics.ts';
import { TroubleLog } from '../../worker/trouble-log.ts';
import { clusterId } from './support/agent.ts';
import { type Edge, type EdgeOptions, startEdge } from './support/edge.ts';
import { publishEndpoints, redis } from './support/endpoints.ts';
import { TestMachine } from './support/test-machine.ts';
import { webAt } from './support/zone.ts';

const name = 'web.shop.svc.cluster.local';
const other = 'nothing.shop.svc.cluster.local';

interface Metered {
  readonly edge: Edge;
  readonly points: DataPoint[];
  /** What has come since, by kind and what else stands in the blobs. */
  taken(): Readonly<Record<string, number>>;
}

async function start(options: EdgeOptions = {}, sink: Partial<MetricsSink> = {}): Promise<Metered> {
  const points: DataPoint[] = [];
  const metrics = { writeDataPoint: (point: DataPoint) => points.push(point), ...sink };
  const edge = await startEdge({ isOpen: true, metrics, ...options });
  await edge.register('local');
  await edge.publish(webAt('10.0.0.1'));
  const taken = () => {
    const all = points.splice(0).map(({ blobs, doubles }) => [blobs.join('|'), doubles[0]!] as const);
    return Object.fromEntries(all);
  };
  return { edge, points, taken };
}

/** The request that hands over what came before. */
async function flush({ edge }: Metered): Promise<void> {
  edge.machine.advance(10_000);
  await edge.fetch('/healthz');
}

describe('what is counted', () => {
  test('requests by path and status, DNS answers by RCODE and cluster, loads, and the age', async () => {
    const metered = await start();
    const { edge, taken } = metered;
    await flush(metered);
    taken();
    await edge.ask(name);
    // From memory, from the second time on.
    for (let i = 0; i < 4; i += 1) await edge.ask(name);
    await edge.ask(other);
    await edge.fetch(`/resolve?name=${other}`);
    await edge.fetch('/dns-query?dns=AAAA');
    await edge.fetch('/nothing');
    await edge.fetch('/c/local/sd');
    await edge.fetch('/c/local/sd?x=y');
    edge.machine.advance(5000);
    await flush(metered);
    const counted = taken();
    expect(counted).toEqual({
      'requests|/dns-query|200||': 6,
      'requests|/dns-query|400||': 1,
      'requests|/resolve|200||': 1,
      'requests||404||': 1,
      'requests|/sd|503||': 1,
      'requests|/sd|400||': 1,
      'requests|/healthz|200||': 1,
      'answers|||NOERROR|local': 5,
      'answers|||NXDOMAIN|local': 2,
      'loads||loaded||local': 1,
      'age||||local': 25,
    });
  });

  test('paths without what stands in front of them, and never what was asked', async () => {
    const metered = await start({ isOpen: false });
    const { edge, points } = metered;
    const token = await edge.createToken(['local']);
    await publishEndpoints(edge, [redis]);
    for (const path of [
      `/t/${token}/dns-query`,
      `/t/${token}/c/local/sd`,
      '/c/local/health',
      `/t/${token}/v1/names?namespace=shop`,
      '/v1/clusters/local',
    ]) {
      await edge.fetch(path);
    }
    await flush(metered);
    const routes = points.filter(({ blobs }) => blobs[0] === 'requests').map(({ blobs }) => blobs[1]);
    for (const route of ['/dns-query', '/sd', '/health', '/v1/names', '/v1/clusters/:cluster'])
      expect(routes).toContain(route);
    expect(routes).toContain('/v1/clusters/:cluster/endpoints');
    expect(JSON.stringify(points)).not.toContain(token);
    expect(JSON.stringify(points)).not.toContain('shop');
  });

  test('a cluster that nobody registered has no name there: anybody can make one up', async () => {
    const metered = await start();
    await metered.edge.ask(name, 'A', '/c/made-up/dns-query');
    await flush(metered);
    const all = metered.taken();
    expect(all['answers|||SERVFAIL|']).toBe(1);
    expect(JSON.stringify(all)).not.toContain('made-up');
  });

  test('loads that fail, and what is damaged', async () => {
    const metered = await start();
    const { edge, taken } = metered;
    await edge.store.tamper('cluster/local/snapshot', ({ octets }) => ({ octets: octets.slice(1) }));
    await edge.ask(name);
    await flush(metered);
    expect(taken()['loads||damaged||local']).toBe(1);
    edge.store.fail('get');
    await edge.ask(name);
    await flush(metered);
    expect(taken()['loads||unreachable||local']).toBe(1);
  });

  test('no age of a cluster that nobody asks', async () => {
    const metered = await start();
    const { edge, taken } = metered;
    await edge.ask(name);
    await flush(metered);
    expect(taken()).toHaveProperty(['age||||local']);
    await flush(metered);
    expect(taken()).toEqual({ 'requests|/healthz|200||': 1 });
  });
});

describe('when', () => {
  test('10 seconds after the first request, with the next one, and then again', async () => {
    const metered = await start();
    const { edge, points } = metered;
    edge.machine.advance(9999);
    await edge.fetch('/healthz');
    expect(points).toEqual([]);
    edge.machine.advance(1);
    await edge.fetch('/healthz');
    expect(points.length).toBeGreaterThan(0);
    points.length = 0;
    edge.machine.advance(9999);
    await edge.fetch('/healthz');
    expect(points).toEqual([]);
    await flush(metered);
    expect(points).toEqual([{ indexes: [''], blobs: ['requests', '/healthz', '200', '', ''], doubles: [2] }]);
  });

  test('more than one request may hand over stays for the next', () => {
    const machine = new TestMachine();
    const points: DataPoint[] = [];
    const sink = { writeDataPoint: (point: DataPoint) => points.push(point) };
    const metrics = new Metrics(sink, machine, new TroubleLog(machine));
    const clusters = Array.from({ length: 300 }, (_, i) => clusterId(`c${i}`));
    metrics.requested('/dns-query', 200, undefined);
    for (const cluster of clusters) metrics.answered(cluster, 'NOERROR');
    const seen: (string | undefined)[] = [];
    for (let i = 0; i < 3; i += 1) {
      machine.advance(10_000);
      metrics.requested('/dns-query', 200, undefined);
      expect(points.length).toBeLessThanOrEqual(250);
      seen.push(...points.splice(0).flatMap(({ blobs }) => (blobs[0] === 'answers' ? [blobs[4]] : [])));
    }
    expect(seen).toEqual(clusters);
  });

  test('names beyond a thousand are counted without them', () => {
    const machine = new TestMachine();
    const sent: DataPoint[] = [];
    const all = new Metrics({ writeDataPoint: (point) => sent.push(point) }, machine, new TroubleLog(machine));
    for (let i = 0; i < 2000; i += 1) all.answered(clusterId(`c${i}`), 'NOERROR');
    all.requested('', 404, undefined);
    for (let i = 0; i < 20; i += 1) {
      machine.advance(10_000);
      all.requested('', 404, undefined);
    }
    const answers = sent.filter(({ blobs }) => blobs[0] === 'answers');
    expect(answers.length).toBe(1001);
    expect(answers.find(({ blobs }) => blobs[4] === '')?.doubles).toEqual([1000]);
  });
});

describe('a sink', () => {
  test('that answers later is waited for behind the response', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { edge } = await start({}, { writeDataPoint: () => released });
    const background: Promise<unknown>[] = [];
    edge.machine.advance(10_000);
    const response = await edge.fetch('/healthz', {}, { waitUntil: (work) => background.push(work) });
    expect([response.status, background.length]).toEqual([200, 1]);
    release();
    await Promise.all(background);
  });

  test.for<[string, MetricsSink['writeDataPoint']]>([
    [
      'throws',
      () => {
        throw new Error('no such dataset');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no such dataset'))],
  ])('that %s disturbs nobody, and is told to operators', async ([, writeDataPoint]) => {
    const metered = await start({}, { writeDataPoint });
    await flush(metered);
    expect((await metered.edge.ask(name)).rcode).toBe(0);
    const told = metered.edge.machine.lines.filter((line) => line.includes('metrics are not written: no such dataset'));
    expect(told).toHaveLength(1);
  });

  test('that is not there gets nothing', async () => {
    const { edge, points } = await start({ metrics: undefined });
    edge.machine.advance(10_000);
    expect((await edge.ask(name)).rcode).toBe(0);
    expect(points).toEqual([]);
  });
});
