/** What is counted change by change is what two whole images differ in. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameBalance } from '../../../sync-agent/guard/name-balance.ts';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { maxZonesOctets } from '../../../sync-agent/snapshot/overflow.ts';
import { SnapshotBuilder, type SnapshotOptions } from '../../../sync-agent/snapshot/snapshot-builder.ts';
import { namesByGroup } from '../../../zone/image/count.ts';
import { decodeImage } from '../../../zone/image/decode.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { joinRelative, prependLabel, type RelativeName } from '../../../zone/name.ts';
import type { ForwardZone, Snapshot } from '../../../zone/snapshot.ts';
import { anyOptions, ordinaryPools, type Pools } from '../records/any-object.ts';
import { anyChange } from '../snapshot/any-change.ts';

/** Few names, so that changes meet. */
const pools: Pools = { ...ordinaryPools, namespaces: ['default', 'shop', 'svc'], services: ['web', 'db', 'default'] };

const anyHistory = fc.record({
  options: anyOptions().map((options): SnapshotOptions => ({ ...options, reversePrefixes: [] })),
  portions: fc.array(fc.record({ changes: fc.array(anyChange(pools), { maxLength: 6 }), isPublished: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  }),
  /** Where not everything fits, groups are left out, and come back. */
  room: fc.option(fc.integer({ min: 300, max: 1500 }), { nil: maxZonesOctets }),
});

/** The names below each base name that its group makes exist, in the words of the snapshot. */
function namesIn(image: Uint8Array): Map<string, ReadonlySet<RelativeName>> {
  const snapshot: Snapshot = decodeImage(image);
  const zones = snapshot.kind === 'live' ? snapshot.zones : [];
  const forward = zones.filter((zone): zone is ForwardZone => zone.kind !== 'reverse');
  return new Map(
    forward.flatMap(({ kind, groups }) =>
      groups.map(({ base, hosts, nodes }): [string, Set<RelativeName>] => {
        const below = hosts.map(({ label, subdomain }) =>
          prependLabel(label, subdomain === undefined ? base : prependLabel(subdomain, base)),
        );
        return [`${kind} ${base}`, new Set([base, ...below, ...nodes.map(({ prefix }) => joinRelative(prefix, base))])];
      }),
    ),
  );
}

function total(names: ReadonlyMap<string, ReadonlySet<unknown>>): number {
  return [...names.values()].reduce((sum, { size }) => sum + size, 0);
}

function netLoss(before: Uint8Array, after: Uint8Array): number {
  const now = namesIn(after);
  return [...namesIn(before)].reduce(
    (sum, [key, names]) => sum + Math.max(0, names.size - (now.get(key)?.size ?? 0)),
    0,
  );
}

test('after any changes it knows how many names are published, and how many would vanish', () => {
  const seen = { losses: 0, partial: 0 };
  fc.assert(
    fc.property(anyHistory, ({ options, portions, room }) => {
      const state = new ClusterState();
      const builder = new SnapshotBuilder(options, room);
      const balance = new NameBalance();
      const empty = encodeSnapshot({ kind: 'retired' });
      let published = empty;
      for (const { changes, isPublished } of portions) {
        for (const change of changes) change.apply(state);
        builder.update(state, state.takeChanges());
        for (const change of builder.takeNameChanges()) balance.note(change);
        const image = builder.image();
        expect(balance.publishedNames).toBe(total(namesIn(published)));
        expect(balance.vanishing).toBe(netLoss(published, image));
        if (balance.vanishing > 0) seen.losses += 1;
        if (balance.vanishing > 0 && balance.vanishing < balance.publishedNames) seen.partial += 1;
        if (!isPublished) continue;
        balance.notePublished();
        published = image;
      }
    }),
    { numRuns: 300 },
  );
  expect(Math.min(seen.losses, seen.partial)).toBeGreaterThan(20);
});

test('it can go on from something else that is published, of another cluster even', () => {
  fc.assert(
    fc.property(anyHistory, anyHistory, (one, other) => {
      const otherState = new ClusterState();
      for (const change of other.portions.flatMap(({ changes }) => changes)) change.apply(otherState);
      const otherBuilder = new SnapshotBuilder(other.options, other.room);
      otherBuilder.update(otherState, otherState.takeChanges());
      const published = otherBuilder.image();

      const state = new ClusterState();
      const builder = new SnapshotBuilder(one.options, one.room);
      const balance = new NameBalance();
      for (const [i, { changes }] of one.portions.entries()) {
        for (const change of changes) change.apply(state);
        builder.update(state, state.takeChanges());
        for (const change of builder.takeNameChanges()) balance.note(change);
        const image = builder.image();
        if (i === 0) balance.notePublishedOther(namesByGroup(published), namesByGroup(image));
        expect(balance.publishedNames).toBe(total(namesIn(published)));
        expect(balance.vanishing).toBe(netLoss(published, image));
      }
      balance.notePublished();
      expect(balance.publishedNames).toBe(total(namesIn(builder.image())));
    }),
    { numRuns: 200 },
  );
});
