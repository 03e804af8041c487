/**
 * The law of the readers: what is found in an image, in place, is what the groups mean (flat.ts), for every name that
 * exists, for names beside it, for every type and every address.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Address, octetsOf } from '../../../zone/address.ts';
import { compareNames, type FlatZone, flatten } from '../../../zone/flat.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { type OpenedForwardZone, type OpenedReverseZone, openImage, relativeLabels } from '../../../zone/image/open.ts';
import { NameError, parentOf, prependLabel, type RelativeName } from '../../../zone/name.ts';
import { type RRset, type RRType, typeCodes } from '../../../zone/rrset.ts';
import type { Snapshot } from '../../../zone/snapshot.ts';
import { addresses, label, relativeName, snapshot, spelledAddress } from './arbitrary.ts';

const types = Object.keys(typeCodes) as RRType[];

test('a name exists, and has its sets, where the groups say so', () => {
  fc.assert(
    fc.property(snapshot, fc.array(relativeName), fc.array(label, { minLength: 3 }), (given, names, labels) => {
      for (const { zone, flat } of forwardZones(given)) {
        for (const name of new Set([...names, ...flat.names, ...flat.names.flatMap((n) => neighbours(n, labels))])) {
          expect(found(zone, name)).toEqual(meant(flat, name));
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('an address points to the names to which the groups say that it does', () => {
  fc.assert(
    fc.property(snapshot, (given) => {
      const { reverse, flat } = reverseZone(given) ?? {};
      if (reverse === undefined || flat === undefined) return;
      for (const address of addresses) {
        const expected = flat.reverse.find((set) => set.address === address);
        expect(inOrder(reverse.pointers(octetsOf(address)))).toEqual(expected?.rrset);
      }
    }),
    { numRuns: 200 },
  );
});

test('a part of an address exists where an address begins with it', () => {
  fc.assert(
    fc.property(snapshot, fc.constantFrom(...addresses), fc.nat(31), fc.nat(15), (given, address, nibbles, nibble) => {
      const { reverse, flat } = reverseZone(given) ?? {};
      if (reverse === undefined || flat === undefined) return;
      const size = address.length as 4 | 16;
      const octets = octetsOf(address).slice(0, Math.floor(nibbles / 2) % size);
      const published = flat.reverse.map((set) => set.address).filter(({ length }) => length === size);
      const begins = (other: Address): boolean => octets.every((octet, i) => other.charCodeAt(i) === octet);
      expect(reverse.hasBelow(size, octets)).toBe(published.some(begins));
      expect(reverse.hasBelow(size, octets, nibble)).toBe(
        published.some((other) => begins(other) && other.charCodeAt(octets.length) >> 4 === nibble),
      );
    }),
    { numRuns: 300 },
  );
});

interface Found {
  readonly owner: RelativeName;
  readonly rrsets: readonly RRset[];
  readonly targetAddresses: readonly unknown[];
}

function found(zone: OpenedForwardZone, name: RelativeName): Found | undefined {
  const node = zone.find(relativeLabels(name));
  if (node === undefined) return undefined;
  const rrsets = types.flatMap((type) => node.rrset(type) ?? []);
  return { owner: node.owner, rrsets, targetAddresses: node.targetAddresses() };
}

function meant({ names, records, dashed }: FlatZone, name: RelativeName): Found | undefined {
  const address = spelledAddress(name, new Set(dashed.map(({ base }) => base)));
  if (address !== undefined) {
    const { ttlSeconds } = dashed.find(({ base }) => base === parentOf(name))!;
    const type = address.length === 4 ? 'A' : 'AAAA';
    const rrset = { type, ttlSeconds, addresses: Uint8Array.from(octetsOf(address)) } as const;
    return { owner: name, rrsets: [rrset], targetAddresses: [] };
  }
  if (!names.includes(name)) return undefined;
  const rrsets = types.flatMap((type) => records.find((r) => r.owner === name && r.rrset.type === type)?.rrset ?? []);
  const targets = rrsets.flatMap((set) => (set.type === 'SRV' ? set.services.map(({ target }) => target.name) : []));
  const targetAddresses = [...new Set(targets)].flatMap((target) =>
    records.filter(({ owner, rrset }) => owner === target && (rrset.type === 'A' || rrset.type === 'AAAA')),
  );
  return { owner: name, rrsets, targetAddresses };
}

/** Names that are nearly this one: a label less, another label, one to three labels more. */
function neighbours(name: RelativeName, labels: readonly string[]): RelativeName[] {
  const parent = parentOf(name);
  const beside = parent === undefined ? [] : [parent, ...labels.flatMap((first) => below([first], parent))];
  return [
    ...beside,
    ...labels.flatMap((first) => below([first], name)),
    ...below(labels.slice(1), name),
    ...below(labels, name),
  ];
}

/** The labels in front of the name, if they fit. */
function below(labels: readonly string[], name: RelativeName): RelativeName[] {
  try {
    return [labels.reduceRight<RelativeName>((rest, first) => prependLabel(first, rest), name)];
  } catch (error) {
    if (error instanceof NameError) return [];
    throw error;
  }
}

/** Each forward zone of the image, and what its groups mean. */
function forwardZones(given: Snapshot): { zone: OpenedForwardZone; flat: FlatZone }[] {
  const image = openImage(encodeSnapshot(given));
  if (image.kind === 'retired' || given.kind === 'retired') return [];
  return image.zones.flatMap((zone) => {
    const source = given.zones.find(({ kind }) => kind === zone.kind);
    if (zone.kind === 'reverse' || source === undefined || source.kind === 'reverse') return [];
    return [{ zone, flat: flatten(source.groups) }];
  });
}

/** The reverse zone of the image, and what the groups of the cluster zone mean. */
function reverseZone(given: Snapshot): { reverse: OpenedReverseZone; flat: FlatZone } | undefined {
  const image = openImage(encodeSnapshot(given));
  const reverse = image.kind === 'live' ? image.zones.find((zone) => zone.kind === 'reverse') : undefined;
  const groups = given.kind === 'live' ? given.zones.flatMap((z) => (z.kind === 'cluster' ? z.groups : [])) : [];
  return reverse === undefined ? undefined : { reverse, flat: flatten(groups) };
}

/** The image has targets as they stand, the groups' meaning has them in canonical order. */
function inOrder(rrset: RRset | undefined): RRset | undefined {
  if (rrset?.type !== 'PTR') return rrset;
  return { ...rrset, targets: [...rrset.targets].sort((a, b) => compareNames(a.name, b.name)) };
}
