/** However a cluster came to be as it is, its snapshot is that of computing everything anew. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { recordsOfCluster } from '../../../sync-agent/records/cluster.ts';
import { SnapshotBuilder, type SnapshotOptions } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import { parsePrefix } from '../../../zone/address.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { parseName } from '../../../zone/name.ts';
import { anyChange } from './any-change.ts';

const options: SnapshotOptions = {
  // Long enough that some names fit below the first and not below the second.
  zoneOrigins: [
    parseName('cluster.local'),
    parseName(`${['a', 'b', 'c'].map((letter) => letter.repeat(63)).join('.')}.${'d'.repeat(34)}.example`),
  ],
  ttlSeconds: 30,
  reversePrefixes: [parsePrefix('10.0.0.0/8')!],
};

const batches = fc.array(fc.array(anyChange(), { maxLength: 6 }), { minLength: 1, maxLength: 6 });

test('any changes, taken over in any portions, give the octets of computing everything', () => {
  let isLeftOutSometimes = false;
  fc.assert(
    fc.property(batches, (portions) => {
      const state = new ClusterState();
      const builder = new SnapshotBuilder(options);
      for (const portion of portions) {
        for (const change of portion) change.apply(state);
        builder.update(state, state.takeChanges());
        const { groups, problems } = recordsOfCluster(state, options);
        isLeftOutSometimes ||= problems.length > 0;
        expect(Buffer.from(builder.image())).toEqual(Buffer.from(wholeImage(groups)));
        expect(new Set(builder.problems())).toEqual(new Set(problems));
      }
    }),
    { numRuns: 300 },
  );
  expect(isLeftOutSometimes).toBe(true);
});

test('and so does taking over the final state at once', () => {
  fc.assert(
    fc.property(batches, (portions) => {
      const state = new ClusterState();
      for (const change of portions.flat()) change.apply(state);
      const builder = new SnapshotBuilder(options);
      builder.update(state, state.takeChanges());
      expect(Buffer.from(builder.image())).toEqual(Buffer.from(wholeImage(recordsOfCluster(state, options).groups)));
    }),
  );
});

function wholeImage(groups: ReturnType<typeof recordsOfCluster>['groups']): Uint8Array {
  const { zoneOrigins: origins, ttlSeconds, reversePrefixes: prefixes } = options;
  return encodeSnapshot({
    kind: 'live',
    zones: [
      { kind: 'cluster', origins, ttlSeconds, groups },
      { kind: 'reverse', ttlSeconds, prefixes },
    ],
  });
}
