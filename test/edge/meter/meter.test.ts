import { describe, expect, test } from 'vitest';
import { exposition } from '../../../edge/meter/exposition.ts';
import { Meter } from '../../../edge/meter/meter.ts';
import { parsePoints } from '../../../edge/meter/point.ts';
import { Series } from '../../../edge/meter/series.ts';
import { promtool, sayThatPromtoolIsMissing } from './promtool.ts';

/** As the Worker writes them (docs/metrics.md). */
const points = [
  { indexes: [''], blobs: ['requests', '/dns-query', '200', '', ''], doubles: [3] },
  { indexes: [''], blobs: ['requests', '/dns-query', '200', '', ''], doubles: [4] },
  { indexes: [''], blobs: ['requests', '', '404', '', ''], doubles: [1] },
  { indexes: ['prod'], blobs: ['answers', '', '', 'NXDOMAIN', 'prod'], doubles: [5] },
  { indexes: ['prod'], blobs: ['loads', '', 'loaded', '', 'prod'], doubles: [2] },
  { indexes: ['prod'], blobs: ['age', '', '', '', 'prod'], doubles: [12.5] },
  { indexes: ['prod'], blobs: ['age', '', '', '', 'prod'], doubles: [3.25] },
  { indexes: ['prod'], blobs: ['something-new', '', '', '', 'prod'], doubles: [3] },
];

function samplesIn(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('kube_doh_'));
}

function filledMeter(): Meter {
  const meter = new Meter();
  meter.take(parsePoints(JSON.stringify(points))!);
  meter.noteStoreOperation({ operation: 'write', result: 'ok' });
  meter.noteStoreOperation({ operation: 'write', result: 'ok' });
  meter.noteRestart();
  return meter;
}

test('what the Worker reports and what happens beside it is counted', () => {
  expect(samplesIn(filledMeter().text())).toEqual([
    'kube_doh_edge_requests_total{route="/dns-query",status="200"} 7',
    'kube_doh_edge_requests_total{route="",status="404"} 1',
    'kube_doh_edge_answers_total{cluster="prod",rcode="NXDOMAIN"} 5',
    'kube_doh_edge_snapshot_loads_total{cluster="prod",result="loaded"} 2',
    'kube_doh_edge_snapshot_age_seconds{cluster="prod"} 3.25',
    'kube_doh_edge_store_operations_total{operation="write",result="ok"} 2',
    'kube_doh_edge_workerd_restarts_total 1',
    'kube_doh_edge_points_lost_total 1',
  ]);
});

test('before anything happened, what is not there is left out', () => {
  expect(samplesIn(new Meter().text())).toEqual([
    'kube_doh_edge_workerd_restarts_total 0',
    'kube_doh_edge_points_lost_total 0',
  ]);
});

test.runIf(promtool !== undefined)('promtool finds nothing wrong with it', () => {
  expect(promtool!('check', 'metrics')(filledMeter().text())).toEqual({ code: 0, said: '' });
  expect(promtool!('check', 'metrics')('kube_doh_x{a="b} 1\n').code).not.toBe(0);
});
if (promtool === undefined) sayThatPromtoolIsMissing();

describe('points', () => {
  test.for([
    '',
    'x',
    '{}',
    'null',
    '[1]',
    '[{"blobs":[]}]',
    '[{"blobs":["requests"],"doubles":["x"]}]',
    '[{"blobs":[],"doubles":[1]}]',
  ])('%s are none', (text) => {
    expect(parsePoints(text)).toBeUndefined();
  });

  test('that are short count as far as they go', () => {
    expect(parsePoints('[{"blobs":["age",null],"doubles":[1]}]')).toEqual([
      { what: 'age', route: '', status: '', rcode: '', cluster: '', value: 1 },
    ]);
  });
});

describe('a series', () => {
  test('is kept for as long as it is told to be', () => {
    let now = 0;
    const series = new Series({ name: 'a', type: 'gauge', help: 'A.', keptMilliseconds: 10 }, () => now);
    series.set({ of: 'one' }, 1);
    now = 5;
    series.set({ of: 'two' }, 2);
    now = 10;
    expect(series.metric().samples.map(({ value }) => value)).toEqual([1, 2]);
    now = 11;
    expect(series.metric().samples.map(({ value }) => value)).toEqual([2]);
  });

  test('has no more numbers than it may, and goes on with those that it has', () => {
    const series = new Series({ name: 'a', type: 'counter', help: 'A.' });
    const added = Array.from({ length: 10_001 }, (_, i) => series.add({ of: String(i) }));
    expect(added.indexOf(false)).toBe(10_000);
    expect([series.add({ of: '7' }), series.metric().samples.length]).toEqual([true, 10_000]);
    expect(series.metric().samples[7]!.value).toBe(2);
  });
});

test('labels are escaped', () => {
  const samples = [{ labels: { route: 'a"b\\c\nd' }, value: 1 }];
  expect(exposition([{ name: 'a', type: 'gauge', help: 'A.', samples }])).toBe(
    '# HELP a A.\n# TYPE a gauge\na{route="a\\"b\\\\c\\nd"} 1\n',
  );
});
