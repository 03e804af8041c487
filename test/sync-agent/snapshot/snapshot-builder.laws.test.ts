/** However a cluster came to be as it is, its snapshot is that of computing everything anew. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cluster } from '../../../sync-agent/cluster.ts';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { SnapshotBuilder, type SnapshotOptions } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import { parsePrefix } from '../../../zone/address.ts';
import { compareNames, flatten } from '../../../zone/flat.ts';
import type { OwnerGroup } from '../../../zone/group.ts';
import { decodeImage } from '../../../zone/image/decode.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { labelsOf } from '../../../zone/name.ts';
import type { Snapshot, Zone } from '../../../zone/snapshot.ts';
import { formatZone } from '../../../zone/text.ts';
import { anyOptions, ordinaryPools, type Pools } from '../records/any-object.ts';
import { recordsOfCluster } from '../records/whole-cluster.ts';
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
      // Two of them take turns: the last one is still compared with while the next is made.
      let spare: Uint8Array | undefined;
      let last = builder.image();
      let copyOfLast = Buffer.from(last);
      for (const portion of portions) {
        for (const change of portion) change.apply(state);
        builder.update(state, state.takeChanges());
        const { problems } = recordsOfCluster(state, options);
        isLeftOutSometimes ||= problems.length > 0;
        const image = builder.image(spare);
        expect(Buffer.from(image)).toEqual(Buffer.from(encodeSnapshot(wholeSnapshot(state, options))));
        expect(Buffer.from(last)).toEqual(copyOfLast);
        [spare, last, copyOfLast] = [last, image, Buffer.from(image)];
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

test('what is too large is left out of the same image, whichever way it came to be too large', () => {
  const counts = { whole: 0, cut: 0 };
  fc.assert(
    fc.property(anyHistory, fc.nat({ max: 400 }), ({ options, portions }, roomOctets) => {
      const final = new ClusterState();
      for (const change of portions.flat()) change.apply(final);
      const whole = encodeSnapshot(wholeSnapshot(final, options));
      const maxOctets = roomOctets + zonesOctets(encodeSnapshot(wholeSnapshot(final, options, mustStay)));
      const anew = new SnapshotBuilder(options, maxOctets);
      anew.update(final, final.takeChanges());
      const state = new ClusterState();
      const builder = new SnapshotBuilder(options, maxOctets);
      for (const portion of portions) {
        for (const change of portion) change.apply(state);
        builder.update(state, state.takeChanges());
      }
      expect(Buffer.from(builder.image())).toEqual(Buffer.from(anew.image()));
      expect(new Set(builder.problems())).toEqual(new Set(anew.problems()));
      expect(zonesOctets(anew.image())).toBeLessThanOrEqual(maxOctets);
      const isCut = zonesOctets(whole) > maxOctets;
      expect(anew.problems().some(({ reason }) => reason.includes('would be too large'))).toBe(isCut);
      if (!isCut) expect(Buffer.from(anew.image())).toEqual(Buffer.from(whole));
      counts[isCut ? 'cut' : 'whole'] += 1;
    }),
    { numRuns: 300 },
  );
  expect(Math.min(counts.whole, counts.cut)).toBeGreaterThan(20);
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

/** What an image takes beside its header. */
function zonesOctets(image: Uint8Array): number {
  return image.length - 16 - new DataView(image.buffer, image.byteOffset).getUint32(12);
}

/** The zone's own names, and those that hold nothing, as Namespaces do: others may be below them. */
function mustStay({ base, own, hosts, nodes, answersDashed }: OwnerGroup): boolean {
  const isEmpty = own.length + hosts.length + nodes.length === 0 && !answersDashed;
  return isEmpty || labelsOf(base).length < 2;
}

function wholeSnapshot(
  cluster: Cluster,
  options: SnapshotOptions,
  stays: (group: OwnerGroup) => boolean = () => true,
): Snapshot {
  const { zoneOrigins, clustersetOrigins, ttlSeconds } = options;
  const records = recordsOfCluster(cluster, options);
  const zones: Zone[] = [
    { kind: 'cluster', origins: zoneOrigins, ttlSeconds, groups: records.cluster.filter(stays) },
    { kind: 'reverse', ttlSeconds, prefixes },
  ];
  const [first, ...others] = clustersetOrigins;
  if (first !== undefined) {
    zones.push({
      kind: 'clusterset',
      origins: [first, ...others],
      ttlSeconds,
      groups: records.clusterset.filter(stays),
    });
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
