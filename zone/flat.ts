/**
 * What owner groups mean, record by record: every name that exists, every set that stands there, every PTR record.
 *
 * This is the definition of the group model, written to be read and not to be fast. An encoding of groups is right when
 * it gives the same names and sets.
 */
import type { Address } from './address.ts';
import type { GroupNode, Host, HostService, Members, OwnerGroup } from './group.ts';
import { apex, joinRelative, labelsOf, type Name, parentOf, prependLabel, type RelativeName } from './name.ts';
import { type OwnedRRset, type RRset, type Service, type Target, typeCodes } from './rrset.ts';

export interface FlatZone {
  /** Every name that exists, in canonical order: the apex, all owners, and the names between them. */
  readonly names: readonly RelativeName[];
  /** Every set, by owner and then by type code. */
  readonly records: readonly OwnedRRset[];
  /** The names that cannot be listed, in the order of their base names. */
  readonly dashed: readonly DashedNames[];
  /** Every address that is published, IPv4 first, with the PTR records of its reverse name. */
  readonly reverse: readonly ReverseRRset[];
}

/**
 * Below `base`, every label that spells an address (`addressSpelledWithDashes`) is a name with that address as its only
 * record, A or AAAA.
 */
export interface DashedNames {
  readonly base: RelativeName;
  readonly ttlSeconds: number;
}

export interface ReverseRRset {
  readonly address: Address;
  readonly rrset: Extract<RRset, { type: 'PTR' }>;
}

/** The zone that these groups make together. Their base names must differ. */
export function flatten(groups: Iterable<OwnerGroup>): FlatZone {
  const all = [...groups];
  const setsByName = new Map<RelativeName, RRset[]>([[apex, []]]);
  for (const { owner, rrsets } of all.flatMap(ownersOf)) {
    for (let name: RelativeName | undefined = owner; name !== undefined; name = parentOf(name)) {
      if (!setsByName.has(name)) setsByName.set(name, []);
    }
    setsByName.get(owner)!.push(...rrsets);
  }
  const names = canonicalOrder([...setsByName.keys()]);
  const records = names.flatMap((owner) =>
    setsByName
      .get(owner)!
      .sort((a, b) => typeCodes[a.type] - typeCodes[b.type])
      .map((rrset) => ({ owner, rrset })),
  );
  const ofAddresses = all.filter(({ answersDashed }) => answersDashed);
  const dashed = names.flatMap((name) => ofAddresses.filter(({ base }) => base === name));
  return {
    names,
    records,
    dashed: dashed.map(({ base, ttlSeconds }) => ({ base, ttlSeconds })),
    reverse: reverseRecords(all),
  };
}

/** The canonical order of names: label by label from the right (RFC 4034 §6.1). */
export function compareNames(a: Name | RelativeName, b: Name | RelativeName): number {
  return compareLabels(labelsOf(a).reverse(), labelsOf(b).reverse());
}

function canonicalOrder(names: readonly RelativeName[]): RelativeName[] {
  return names
    .map((name) => ({ name, labels: labelsOf(name).reverse() }))
    .sort((a, b) => compareLabels(a.labels, b.labels))
    .map(({ name }) => name);
}

function compareLabels(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  }
  return a.length - b.length;
}

function ownersOf(group: OwnerGroup): Owner[] {
  return [
    { owner: group.base, rrsets: [] },
    ...group.hosts.map((host) => hostRecords(host, group)),
    ...group.nodes.map((node) => nodeRecords(node, group)),
  ];
}

interface Owner {
  readonly owner: RelativeName;
  readonly rrsets: readonly RRset[];
}

function hostName({ label, subdomain }: Host, base: RelativeName): RelativeName {
  return prependLabel(label, subdomain === undefined ? base : prependLabel(subdomain, base));
}

/** A host's own name: all its addresses, and its SRV records, which point to itself. */
function hostRecords(host: Host, { base, ttlSeconds }: OwnerGroup): Owner {
  const owner = hostName(host, base);
  const services = host.services.map((service) => serviceRecord(service, owner));
  return { owner, rrsets: [...addressSets(host.addresses, ttlSeconds), ...serviceSet(services, ttlSeconds)] };
}

/** A node's name: the addresses of its members, one SRV record for each rule and member, and the sets written out. */
function nodeRecords(node: GroupNode, group: OwnerGroup): Owner {
  const services = node.services.flatMap((rule) =>
    membersOf(rule.targets, group).map(({ name }) => serviceRecord(rule, name)),
  );
  const addresses = membersOf(node.addresses, group).flatMap((member) => member.addresses);
  return {
    owner: joinRelative(node.prefix, group.base),
    rrsets: [...addressSets(addresses, group.ttlSeconds), ...serviceSet(services, group.ttlSeconds), ...node.rrsets],
  };
}

interface Member {
  readonly name: RelativeName;
  readonly addresses: readonly Address[];
}

function membersOf(members: Members, { base, own, hosts }: OwnerGroup): Member[] {
  const member = (host: Host): Member => ({ name: hostName(host, base), addresses: host.addresses });
  if (members === 'none') return [];
  if (members === 'base') return [{ name: base, addresses: own }];
  return members === 'hosts' ? hosts.map(member) : members.map((index) => member(hosts[index]!));
}

/** An address that several members share stands once. No addresses of a family, no set. */
function addressSets(addresses: readonly Address[], ttlSeconds: number): RRset[] {
  const octets = (length: number) =>
    Uint8Array.from([...new Set(addresses)].filter((address) => address.length === length).join(''), (octet) =>
      octet.charCodeAt(0),
    );
  const sets = [
    { type: 'A', ttlSeconds, addresses: octets(4) },
    { type: 'AAAA', ttlSeconds, addresses: octets(16) },
  ] as const;
  return sets.filter((set) => set.addresses.length > 0);
}

function serviceRecord({ priority, weight, port }: HostService, name: RelativeName): Service {
  return { priority, weight, port, target: { kind: 'relative', name } };
}

/** A record that several rules give stands once. */
function serviceSet(services: readonly Service[], ttlSeconds: number): RRset[] {
  const key = ({ priority, weight, port, target }: Service): string => `${priority} ${weight} ${port} ${target.name}`;
  const unique = new Map(services.map((service) => [key(service), service]));
  return unique.size === 0 ? [] : [{ type: 'SRV', ttlSeconds, services: [...unique.values()] }];
}

/**
 * PTR records of all groups: an address's are one set, with each target once and the lowest of the groups' TTLs. An
 * address that is the own one of some base name points to no host, also not of another group.
 */
function reverseRecords(groups: readonly OwnerGroup[]): ReverseRRset[] {
  const byAddress = new Map<Address, Pointer[]>();
  for (const pointer of groups.flatMap(pointersOf)) {
    byAddress.set(pointer.address, [...(byAddress.get(pointer.address) ?? []), pointer]);
  }
  const addresses = [...byAddress.keys()].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return addresses.map((address) => {
    const all = byAddress.get(address)!;
    const pointers = all.some(({ isOwn }) => isOwn) ? all.filter(({ isOwn }) => isOwn) : all;
    const names = canonicalOrder([...new Set(pointers.map(({ name }) => name))]);
    const targets = names.map((name): Target => ({ kind: 'relative', name }));
    const ttlSeconds = Math.min(...pointers.map((pointer) => pointer.ttlSeconds));
    return { address, rrset: { type: 'PTR', ttlSeconds, targets } };
  });
}

interface Pointer {
  readonly address: Address;
  readonly name: RelativeName;
  readonly ttlSeconds: number;
  /** Whether the address is the base name's own. */
  readonly isOwn: boolean;
}

function pointersOf({ base, ttlSeconds, own, hosts, hasPointers }: OwnerGroup): Pointer[] {
  if (!hasPointers) return [];
  return [
    ...own.map((address) => ({ address, name: base, ttlSeconds, isOwn: true })),
    ...hosts.flatMap((host) => {
      const name = hostName(host, base);
      return host.addresses.map((address) => ({ address, name, ttlSeconds, isOwn: false }));
    }),
  ];
}
