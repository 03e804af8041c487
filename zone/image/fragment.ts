/**
 * An owner group as octets: a fragment. It holds no offset from outside itself, so an image is fragments side by side, and
 * one changed group costs one new fragment. docs/snapshot.md has the layout.
 */
import type { Address } from '../address.ts';
import type { GroupNode, Host, OwnerGroup } from '../group.ts';
import { apex, joinRelative, maxNameOctets, prependLabel, type RelativeName, singleLabel } from '../name.ts';
import { placeOctets } from './address-index.ts';
import { groupFlags, groupLimits, runKinds } from './format.ts';
import { type AddressStretch, AddressWriter } from './fragment/address-writer.ts';
import { checkOctets, limited } from './fragment/group-too-large.ts';
import { distinct, hostRuns, type Run, serviceKey } from './fragment/host-runs.ts';
import { writeNode, writeService } from './fragment/node-writer.ts';
import { SeenAddresses } from './fragment/seen-addresses.ts';
import { nameHash } from './name-index.ts';
import { OctetWriter } from './octet-writer.ts';

/** An encoded group, with what the indexes of an image need to know of it. */
export interface Fragment {
  readonly base: RelativeName;
  readonly octets: Uint8Array;
  readonly hash: number;
  /** Orders fragments: a name is followed by all that are below it. */
  readonly sortKey: string;
  /** Where in `octets` the addresses stand that have PTR records. */
  readonly ipv4: readonly AddressStretch[];
  readonly ipv6: readonly AddressStretch[];
  /** How many names the group makes exist, its base name included; not those between a node and the base name. */
  readonly names: number;
}

/** What the group takes in an image: itself, and its addresses in their index. */
export function octetsInImage({ octets, ipv4, ipv6 }: Fragment): number {
  let places = 0;
  for (const { count } of ipv4) places += count;
  for (const { count } of ipv6) places += count;
  return octets.length + places * placeOctets;
}

/** Throws GroupTooLargeError; NameError when a name would be longer than a name may be. */
export function encodeFragment(group: OwnerGroup): Fragment {
  const { base, ttlSeconds, nodes } = group;
  const { runs, profiles } = hostRuns(group);
  const own = distinct(group.own);
  const out = new OctetWriter();
  const addresses = new AddressWriter(out, group.hasPointers);

  out.counted(() => {
    out.shortText(base);
    out.ttl(ttlSeconds);
    out.u8(flagsOf(group, own));
    addresses.write(own);
    // The base name's own PTR record wins, so such an address is not noted a second time.
    addresses.passOver(own);
    out.count(profiles.length);
    for (const services of profiles) {
      out.count(limited('ports', services, groupLimits.services).length);
      for (const service of services) writeService(out, service);
    }
    out.counted(() => {
      for (const node of limited('names', nodes, groupLimits.nodes)) writeNode(out, node, group);
    });
    for (const run of runs) writeRun(out, run, group, addresses);
  });
  checkOctets(out);
  const { ipv4, ipv6 } = addresses;
  const names = namesOf(group);
  return { base, octets: out.finish(), hash: nameHash(base), sortKey: sortKeyOf(base), ipv4, ipv6, names };
}

/** As many as `namesByGroup` (count.ts) finds in an image. */
function namesOf({ hosts, nodes }: OwnerGroup): number {
  const atBase = nodes.some(({ prefix }) => prefix === apex) ? 1 : 0;
  return 1 + hosts.length + nodes.length - atBase;
}

/** Labels from the right, in wire form: as each has its length in front, no two names have the same key. */
export function sortKeyOf(base: RelativeName): string {
  let sortKey = '';
  for (let at = 0; at < base.length; ) {
    const end = at + 1 + base.charCodeAt(at);
    sortKey = base.slice(at, end) + sortKey;
    at = end;
  }
  return sortKey;
}

function flagsOf({ hosts, nodes, hasPointers, answersDashed }: OwnerGroup, own: readonly Address[]): number {
  if (answersDashed && hosts.length > 0) throw new RangeError('a group that answers every address has no hosts');
  return (
    (hasRepeats(own, hosts, nodes) ? groupFlags.hasRepeats : 0) |
    (hasPointers ? 0 : groupFlags.withoutPointers) |
    (answersDashed ? groupFlags.dashedAddresses : 0)
  );
}

/** Whether members share an address, or two rules of a node differ at most in their members. */
function hasRepeats(own: readonly Address[], hosts: readonly Host[], nodes: readonly GroupNode[]): boolean {
  seenAddresses.clear();
  for (const address of own) seenAddresses.add(address);
  for (const { addresses } of hosts) {
    for (const address of distinct(addresses)) if (!seenAddresses.add(address)) return true;
  }
  return nodes.some(({ services }) => services.length > 1 && new Set(services.map(serviceKey)).size < services.length);
}

/** Of one group after the other. */
const seenAddresses = new SeenAddresses();

function writeRun(out: OctetWriter, run: Run, { base, hosts }: OwnerGroup, addresses: AddressWriter): void {
  const below = run.subdomain === undefined ? base : prependLabel(run.subdomain, base);
  const isDashed = run.kind === runKinds.dashedIpv4 || run.kind === runKinds.dashedIpv6;
  out.u8(run.kind);
  out.count(run.profile);
  out.counted(() => {
    if (run.subdomain !== undefined) out.shortText(run.subdomain);
    for (let i = run.from; i < run.to; i += 1) {
      const host = hosts[i]!;
      if (isDashed) {
        // Whether such a label is one has been seen; whether the name is short enough has not.
        if (1 + host.label.length + below.length >= maxNameOctets) prependLabel(host.label, below);
        addresses.writeOne(host.addresses[0]!);
      } else {
        const label = singleLabel(host.label);
        joinRelative(label, below);
        out.text(label);
        addresses.write(distinct(host.addresses));
      }
    }
  });
}
