/** docs/metrics.md says what stands in a data point. */
import { expect, test } from 'vitest';
import markdown from '../../../docs/metrics.md?raw';
import type { DataPoint } from '../../../worker/environment.ts';
import { startEdge } from '../support/edge.ts';
import { webAt } from '../support/zone.ts';

/** The cells of the table whose first column has the title. */
function rowsOf(title: string, second: string): readonly (readonly string[])[] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${title} | ${second}`));
  expect(start).toBeGreaterThan(0);
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}

const blobNames = rowsOf('blob', '').map(([name]) => name!.replaceAll('`', ''));
const kinds = rowsOf('`blob1`', 'other');

test('blobs in their order, and for each kind those that are said to say something', async () => {
  expect(blobNames).toEqual(['blob1', 'blob2', 'blob3', 'blob4', 'blob5']);
  const words = ['', 'route', 'status', 'RCODE', 'cluster'];
  const points: DataPoint[] = [];
  const edge = await startEdge({ isOpen: true, metrics: { writeDataPoint: (point) => points.push(point) } });
  await edge.register('local');
  await edge.publish(webAt('10.0.0.1'));
  await edge.ask('web.shop.svc.cluster.local');
  edge.machine.advance(10_000);
  await edge.fetch('/healthz');
  expect(
    points.every(({ indexes, blobs, doubles }) => [indexes.length, blobs.length, doubles.length].join() === '1,5,1'),
  ).toBe(true);
  expect(points.every(({ indexes, blobs }) => indexes[0] === blobs[4])).toBe(true);
  const seen = Map.groupBy(points, ({ blobs }) => blobs[0]!);
  expect([...seen.keys()].sort()).toEqual(kinds.map(([kind]) => kind!.replaceAll('`', '')).sort());
  for (const [kind, said] of kinds) {
    const [first] = seen.get(kind!.replaceAll('`', ''))!;
    const filled = words.filter((word, i) => word !== '' && first!.blobs[i] !== '');
    const named = words.filter((word) => word !== '' && said!.replace('result', 'status').includes(word));
    expect([kind, filled]).toEqual([kind, named]);
  }
});

test('each result of a load is there', () => {
  expect(kinds.find(([kind]) => kind === '`loads`')![1]).toContain('`loaded`, `damaged`, `unreachable`');
});
