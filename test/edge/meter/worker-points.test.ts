/** The meter understands every point that the Worker writes. */
import { expect, test } from 'vitest';
import { Meter } from '../../../edge/meter/meter.ts';
import { parsePoints } from '../../../edge/meter/point.ts';
import type { DataPoint, Machine } from '../../../worker/environment.ts';
import { Metrics } from '../../../worker/metrics.ts';
import { TroubleLog } from '../../../worker/trouble-log.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';

const prod = 'prod' as ClusterId;

test('each becomes a metric, and none is lost', async () => {
  const points: DataPoint[] = [];
  let now = 1_800_000_000_000;
  const machine = { now: () => now, log: (line: string) => expect(line).toBe('') } as unknown as Machine;
  const work: Promise<unknown>[] = [];
  const lifetime = { waitUntil: (promise: Promise<unknown>) => void work.push(promise) };
  const metrics = new Metrics({ writeDataPoint: (point) => points.push(point) }, machine, new TroubleLog(machine));
  metrics.loaded(prod, now - 5000);
  metrics.notLoaded(prod, 'damaged');
  metrics.answered(prod, 'NXDOMAIN');
  metrics.requested('/dns-query', 200, lifetime);
  now += 10_000;
  metrics.requested('', 404, lifetime);
  await Promise.all(work);
  expect(points.length).toBe(6);

  const meter = new Meter();
  meter.take(parsePoints(JSON.stringify(points))!);
  const samples = meter.text().split('\n');
  expect(samples).toEqual(
    expect.arrayContaining([
      'kube_doh_edge_requests_total{route="/dns-query",status="200"} 1',
      'kube_doh_edge_requests_total{route="",status="404"} 1',
      'kube_doh_edge_answers_total{cluster="prod",rcode="NXDOMAIN"} 1',
      'kube_doh_edge_snapshot_loads_total{cluster="prod",result="loaded"} 1',
      'kube_doh_edge_snapshot_loads_total{cluster="prod",result="damaged"} 1',
      'kube_doh_edge_snapshot_age_seconds{cluster="prod"} 15',
      'kube_doh_edge_points_lost_total 0',
    ]),
  );
});
