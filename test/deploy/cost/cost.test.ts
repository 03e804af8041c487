/** The costs in the documentation are those that are computed, from sizes that are those of the benchmark's clusters. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { constants, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { beyondFreePlan, egressBill, workersBill } from '../../../deploy/cost/bill.ts';
import { costTables } from '../../../deploy/cost/tables.ts';
import { sizes, type Usage, usageOf } from '../../../deploy/cost/usage.ts';
import { SnapshotBuilder } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import { syntheticCluster } from '../../bench/cluster.ts';
import { stateOf } from '../../bench/publishing.ts';
import { snapshotOptions } from '../../bench/snapshot-options.ts';

test('the tables in docs/deploying-the-worker.md are those that `node deploy/cost/main.ts` prints', () => {
  const path = fileURLToPath(new URL('../../../docs/deploying-the-worker.md', import.meta.url));
  expect(readFileSync(path, 'utf8')).toContain(`\n${costTables().join('\n')}\n`);
});

test.for(sizes)(
  '$services Services with $endpoints endpoints are as large as is said',
  ({ uploadOctets, ...extent }) => {
    const state = stateOf(syntheticCluster({ ...extent, families: [4] }));
    const builder = new SnapshotBuilder(snapshotOptions);
    builder.update(state, state.takeChanges());
    const sent = gzipSync(builder.image(), { level: constants.Z_BEST_SPEED }).length;
    // Other releases of zlib compress a little differently.
    expect(sent / uploadOctets).toBeGreaterThan(0.95);
    expect(sent / uploadOctets).toBeLessThan(1.05);
  },
);

const nothing: Usage = {
  publishes: 0,
  egressOctets: 0,
  requests: 0,
  cpuMilliseconds: 0,
  kvReads: 0,
  kvWrites: 0,
  objectRequests: 0,
  objectGigabyteSeconds: 0,
  dataPoints: 0,
};

describe('the paid plan', () => {
  test.for<[Partial<Usage>, number]>([
    [{}, 5],
    [{ requests: 10e6, kvWrites: 1e6, kvReads: 10e6 }, 5],
    [{ requests: 11e6 }, 5.3],
    [{ kvWrites: 2e6 }, 10],
    [{ cpuMilliseconds: 130e6 }, 7],
    [{ objectRequests: 3e6, objectGigabyteSeconds: 1.4e6 }, 5 + 0.3 + 12.5],
  ])('%j costs $%d', ([usage, dollars]) => {
    expect(workersBill({ ...nothing, ...usage })).toBeCloseTo(dollars, 6);
  });
});

test('what leaves the cluster is paid by the gigabyte, and once more at a NAT gateway', () => {
  const usage = { ...nothing, egressOctets: 100e9 };
  expect(egressBill(usage, 0.09, false)).toBeCloseTo(9, 6);
  expect(egressBill(usage, 0.09, true)).toBeCloseTo(13.5, 6);
});

test.for([
  // A heartbeat every four minutes, when nothing changes.
  [100_000, 3, 10_800],
  [60, 3, 43_200],
  [1, 3, 864_000],
  [1, 30, 86_400],
] as const)('a change every %d s, published every %d s at most: %d publishes a month', ([change, interval, count]) => {
  const habits = { secondsBetweenChanges: change, publishIntervalSeconds: interval, questionsPerMonth: 0 };
  expect(usageOf(sizes[0]!, habits).publishes).toBe(count);
});

test('the free plan carries a small cluster that publishes seldom, and no large one', () => {
  const habits = { secondsBetweenChanges: 1, publishIntervalSeconds: 120, questionsPerMonth: 1e6 };
  const [small, , , large] = sizes;
  expect(beyondFreePlan(usageOf(small!, habits), small!)).toEqual([]);
  expect(beyondFreePlan(usageOf(small!, { ...habits, publishIntervalSeconds: 60 }), small!)).toEqual(['kvWrites']);
  expect(beyondFreePlan(usageOf(large!, habits), large!)).toEqual(['cpuMilliseconds']);
});
