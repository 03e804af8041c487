/** The way of a count from a Worker in workerd to whoever scrapes it. */
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Meter } from '../../../edge/meter/meter.ts';
import { MeterServer } from '../../../edge/meter/meter-server.ts';
import { MetricsServer } from '../../../edge/meter/metrics-server.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ask, supervise } from '../workerd/here.ts';

async function startMeter(data: string, meter: Meter): Promise<void> {
  mkdirSync(join(data, 'run'));
  const server = await MeterServer.start(join(data, 'run/meter'), meter.take);
  onTestFinished(() => server.stop());
}

async function startMetrics(meter: Meter): Promise<string> {
  const server = await MetricsServer.start({ host: '127.0.0.1', port: 0, metrics: () => meter.text() });
  onTestFinished(() => server.stop());
  return `http://127.0.0.1:${server.port}`;
}

const pointOf = (count: number): string =>
  `{ indexes: [''], blobs: ['requests', '/x', '200', '', ''], doubles: [${count}] }`;

test('a point that a Worker writes is a metric, and a request takes all that are written at once', async () => {
  const data = temporaryFolder();
  let requests = 0;
  const meter = new Meter();
  mkdirSync(join(data, 'run'));
  const server = await MeterServer.start(join(data, 'run/meter'), (points) => {
    requests += 1;
    meter.take(points);
  });
  onTestFinished(() => server.stop());
  const worker = `export default { async fetch(request, { METRICS }, context) {
    context.waitUntil(Promise.all([${[1, 2, 3].map((count) => `METRICS.writeDataPoint(${pointOf(count)})`).join(', ')}]));
    return new Response('answered');
  } };`;
  const { supervisor } = await supervise(data, worker);
  const url = await startMetrics(meter);
  const total = async () =>
    /^kube_doh_edge_requests_total.* (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
  expect(await ask(supervisor.socket!)).toBe('answered');
  await expect.poll(total).toBe('6');
  expect(requests).toBe(1);
  await ask(supervisor.socket!);
  await expect.poll(total).toBe('12');
});

test('without a meter nothing stops', async () => {
  const worker = `export default { async fetch(request, { METRICS }) {
    await METRICS.writeDataPoint(${pointOf(1)});
    return new Response('answered');
  } };`;
  const { supervisor } = await supervise(temporaryFolder(), worker);
  expect(await ask(supervisor.socket!)).toBe('answered');
});

test('what is no list of points is refused', async () => {
  const data = temporaryFolder();
  const meter = new Meter();
  await startMeter(data, meter);
  const statusOf = (body: string) =>
    new Promise((resolve, reject) => {
      request({ socketPath: join(data, 'run/meter'), method: 'POST', agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(body);
    });
  expect([await statusOf('[]'), await statusOf('no json'), await statusOf('{}')]).toEqual([204, 400, 400]);
});

test.for([
  ['GET', '/metrics', 200],
  ['GET', '/metrics?name=x', 200],
  ['HEAD', '/metrics', 200],
  ['POST', '/metrics', 405],
  ['GET', '/', 404],
  ['GET', '/dns-query', 404],
] as const)('%s %s is %i', async ([method, path, status]) => {
  const response = await fetch((await startMetrics(new Meter())) + path, { method });
  expect(response.status).toBe(status);
  const isText = response.headers.get('content-type')?.startsWith('text/plain; version=0.0.4');
  expect(isText).toBe(status === 200);
});
