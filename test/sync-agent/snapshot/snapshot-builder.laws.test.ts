/** However a cluster came to be as it is, its snapshot is that of computing everything anew. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cluster } from '../../../sync-agent/cluster.ts';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { recordsOfCluster } from '../../../sync-agent/records/cluster.ts';
import { SnapshotBuilder, type SnapshotOptions } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import { parsePrefix } from '../../../zone/address.ts';
import { compareNames, flatten } from '../../../zone/flat.ts';
import type { OwnerGroup } from '../../../zone/group.ts';
import { decodeImage } from '../../../zone/image/decode.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import type { Snapshot, Zone } from '../../../zone/snapshot.ts';
import { formatZone } from '../../../zone/text.ts';
import { anyOptions, ordinaryPools, type Pools } from '../records/any-object.ts';
import { anyChange } from './any-change.ts';

const prefixes = [parsePrefix('10.0.0.0/8')!];
/** Few names, so that changes meet. */
const pools: Pools = { ...ordinaryPools, namespaces: ['default', 'shop', 'svc'], services: ['web', 'db', 'default'] };

const anyHistory = fc.record({
  options: anyOptions().map((options): SnapshotOptions => ({ ...options, reversePrefixes: prefixes })),
  portions: fc.array(fc.array(anyChange(pools), { maxLength: 6 }), { minLength: 1, maxLength: 6 }),
});

test('any changes, taken over in any portions, give the octets of computing everything', () => {
  let isLeftOutSometimes = false;
  fc.assert(
    fc.property(anyHistory, ({ options, portions }) => {
      const state = new ClusterState();
      const builder = new SnapshotBuilder(options);
      for (const portion of portions) {
        for (const change of portion) change.apply(state);
        builder.update(state, state.takeChanges());
        const { problems } = recordsOfCluster(state, options);
        isLeftOutSometimes ||= problems.length > 0;
        expect(Buffer.from(builder.image())).toEqual(Buffer.from(encodeSnapshot(wholeSnapshot(state, options))));
        expect(new Set(builder.problems())).toEqual(new Set(problems));
      }
    }),
    { numRuns: 400 },
  );
  expect(isLeftOutSometimes).toBe(true);
});

test('and so does taking over the final state at once', () => {
  fc.assert(
    fc.property(anyHistory, ({ options, portions }) => {
      const state = new ClusterState();
      for (const change of portions.flat()) change.apply(state);
      const builder = new SnapshotBuilder(options);
      builder.update(state, state.takeChanges());
      expect(Buffer.from(builder.image())).toEqual(Buffer.from(encodeSnapshot(wholeSnapshot(state, options))));
    }),
  );
});

test('nothing is lost on the way through the image', () => {
  fc.assert(
    fc.property(anyHistory, ({ options, portions }) => {
      const state = new ClusterState();
      for (const change of portions.flat()) change.apply(state);
      const snapshot = wholeSnapshot(state, options);
      expect(meaningOf(decodeImage(encodeSnapshot(snapshot)))).toEqual(meaningOf(snapshot));
    }),
  );
});

function wholeSnapshot(cluster: Cluster, options: SnapshotOptions): Snapshot {
  const { zoneOrigins, clustersetOrigins, ttlSeconds } = options;
  const records = recordsOfCluster(cluster, options);
  const zones: Zone[] = [
    { kind: 'cluster', origins: zoneOrigins, ttlSeconds, groups: records.cluster },
    { kind: 'reverse', ttlSeconds, prefixes },
  ];
  const [first, ...others] = clustersetOrigins;
  if (first !== undefined) {
    zones.push({ kind: 'clusterset', origins: [first, ...others], ttlSeconds, groups: records.clusterset });
  }
  return { kind: 'live', zones };
}

/** Empty ancestors are written out in an image, and the order of groups is its own. */
function meaningOf(snapshot: Snapshot) {
  if (snapshot.kind === 'retired') return snapshot;
  return snapshot.zones
    .map((zone) =>
      zone.kind === 'reverse'
        ? zone
        : { ...zone, groups: withData(zone.groups), text: formatZone(flatten(zone.groups)) },
    )
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

function withData(groups: readonly OwnerGroup[]): OwnerGroup[] {
  return groups
    .filter(({ own, hosts, nodes, answersDashed }) => own.length + hosts.length + nodes.length > 0 || answersDashed)
    .sort((a, b) => compareNames(a.base, b.base));
}
