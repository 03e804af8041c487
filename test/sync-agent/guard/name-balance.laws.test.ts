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
  portions: fc.array(
    fc.record({
      changes: fc.array(anyChange(pools), { maxLength: 6 }),
      does: fc.constantFrom('publish', 'publish', 'publish', 'forget', 'start anew', 'nothing'),
    }),
    { minLength: 1, maxLength: 10 },
  ),
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

/** By group, of what was published before: the larger number of names. */
function largest(published: readonly Uint8Array[]): Map<string, number> {
  const names = new Map<string, number>();
  for (const image of published) {
    for (const [key, { size }] of namesIn(image)) names.set(key, Math.max(size, names.get(key) ?? 0));
  }
  return names;
}

/** What the balance is to say when these images were published at some time that it remembers, and `image` is known. */
function expectBalance(balance: NameBalance, published: readonly Uint8Array[], image: Uint8Array): void {
  const now = namesIn(image);
  const before = largest(published);
  const lost = [...before].map(([key, names]): [string, number] => [key, names - (now.get(key)?.size ?? 0)]);
  const vanishing = lost.filter(([, names]) => names > 0);
  const sum = (names: number, [, more]: readonly [string, number]): number => names + more;
  expect(balance.publishedNames).toBe([...before].reduce(sum, 0));
  expect(balance.vanishing).toBe(vanishing.reduce(sum, 0));
  expect([...balance.vanishingByGroup().values()].sort()).toEqual(vanishing.map(([, names]) => names).sort());
}

test('after any changes it knows how many names are published, or were, and how many would vanish', () => {
  const seen = { losses: 0, partial: 0, remembered: 0 };
  fc.assert(
    fc.property(anyHistory, ({ options, portions, room }) => {
      const state = new ClusterState();
      const builder = new SnapshotBuilder(options, room);
      const balance = new NameBalance();
      /** What is published from each time on. */
      const publishes = [{ at: -1, image: encodeSnapshot({ kind: 'retired' }) }];
      let begin = -1;
      for (const [time, { changes, does }] of portions.entries()) {
        for (const change of changes) change.apply(state);
        builder.update(state, state.takeChanges());
        for (const change of builder.takeNameChanges()) balance.note(change);
        const image = builder.image();
        const then = publishes.findLast(({ at }) => at <= begin)!;
        const last = publishes.at(-1)!;
        expectBalance(balance, [then.image, last.image], image);
        const now = namesIn(image);
        const losing = [...namesIn(last.image)].filter(([key, names]) => names.size > (now.get(key)?.size ?? 0));
        expect(balance.hasLost).toBe(losing.length > 0);
        if (balance.vanishing > 0) seen.losses += 1;
        if (balance.vanishing > 0 && balance.vanishing < balance.publishedNames) seen.partial += 1;
        if (then !== last && total(namesIn(then.image)) > total(namesIn(last.image))) seen.remembered += 1;
        switch (does) {
          case 'publish':
            balance.notePublished(time);
            publishes.push({ at: time, image });
            break;
          case 'forget':
            begin = Math.max(begin, time - 2);
            balance.forget(begin);
            break;
          case 'start anew':
            balance.startAnew();
            publishes.push({ at: time, image });
            begin = time;
            break;
          case 'nothing':
        }
      }
    }),
    { numRuns: 400 },
  );
  expect(Math.min(seen.losses, seen.partial, seen.remembered)).toBeGreaterThan(20);
});

test('it needs no changes before it is told what is published, and what is known', () => {
  const balance = new NameBalance();
  balance.startFrom(
    new Map([
      ['a', 100],
      ['b', 3],
    ]),
    new Map([
      ['a', 40],
      ['c', 7],
    ]),
  );
  expect([balance.publishedNames, balance.vanishing]).toEqual([103, 63]);
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
        if (i === 0) balance.startFrom(namesByGroup(published), namesByGroup(image));
        expectBalance(balance, [published], image);
      }
      balance.notePublished(1);
      balance.forget(1);
      expectBalance(balance, [builder.image()], builder.image());
    }),
    { numRuns: 200 },
  );
});
