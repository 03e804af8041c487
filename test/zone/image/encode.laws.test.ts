/** Laws of encoding: nothing is lost on the way into an image and back, and what is equal gives equal octets. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Address } from '../../../zone/address.ts';
import { compareNames } from '../../../zone/flat.ts';
import type { OwnerGroup } from '../../../zone/group.ts';
import { decodeImage } from '../../../zone/image/decode.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { apex, foldCase, parentOf } from '../../../zone/name.ts';
import type { Snapshot } from '../../../zone/snapshot.ts';
import { snapshot } from './arbitrary.ts';

test('an image holds the snapshot, and empty groups at the names above', () => {
  fc.assert(
    fc.property(snapshot, (given) => {
      expect(inOrder(decodeImage(encodeSnapshot(given)))).toEqual(inOrder(canonical(given)));
    }),
    { numRuns: 200 },
  );
});

test('the order of groups and zones has no effect', () => {
  fc.assert(
    fc.property(snapshot, fc.infiniteStream(fc.nat()), (given, random) => {
      const shuffled = <T>(items: readonly T[]): T[] =>
        items
          .map((item) => ({ item, place: random.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ item }) => item);
      if (given.kind === 'retired') return;
      const zones = given.zones.map((zone) =>
        zone.kind === 'reverse' ? zone : { ...zone, groups: shuffled(zone.groups) },
      );
      expect(encodeSnapshot({ kind: 'live', zones: shuffled(zones) })).toEqual(encodeSnapshot(given));
    }),
    { numRuns: 100 },
  );
});

test('an image of an image is the same octets', () => {
  fc.assert(
    fc.property(snapshot, (given) => {
      const image = encodeSnapshot(given);
      expect(encodeSnapshot(decodeImage(image))).toEqual(image);
    }),
    { numRuns: 100 },
  );
});

/** As an image holds it: ancestors, labels in lower case, IPv4 before IPv6, and nothing twice in one list. */
function canonical(given: Snapshot): Snapshot {
  if (given.kind === 'retired') return given;
  const zones = given.zones.map((zone) =>
    zone.kind === 'reverse' ? zone : { ...zone, groups: withAncestors(zone.groups).map(canonicalGroup) },
  );
  return { kind: 'live', zones };
}

const empty = { ttlSeconds: 0, own: [], hosts: [], nodes: [], hasPointers: true, answersDashed: false };

function withAncestors(groups: readonly OwnerGroup[]): OwnerGroup[] {
  const byBase = new Map(groups.map((group) => [group.base, group]));
  for (const base of [apex, ...byBase.keys()]) {
    for (let name = base as typeof base | undefined; name !== undefined; name = parentOf(name)) {
      if (!byBase.has(name)) byBase.set(name, { ...empty, base: name });
    }
  }
  return [...byBase.values()];
}

function canonicalGroup(group: OwnerGroup): OwnerGroup {
  return {
    ...group,
    own: canonicalAddresses(group.own),
    hosts: group.hosts.map(({ label, subdomain, addresses, services }) => ({
      label: foldCase(label),
      subdomain: subdomain && foldCase(subdomain),
      addresses: canonicalAddresses(addresses),
      services: [...new Map(services.map((service) => [JSON.stringify(service), service])).values()],
    })),
  };
}

function canonicalAddresses(addresses: readonly Address[]): Address[] {
  const once = [...new Set(addresses)];
  return [...once.filter(({ length }) => length === 4), ...once.filter(({ length }) => length === 16)];
}

function inOrder(given: Snapshot): Snapshot {
  if (given.kind === 'retired') return given;
  const kinds = ['cluster', 'clusterset', 'reverse'];
  const zones = given.zones.map((zone) =>
    zone.kind === 'reverse' ? zone : { ...zone, groups: [...zone.groups].sort((a, b) => compareNames(a.base, b.base)) },
  );
  return { kind: 'live', zones: zones.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind)) };
}
