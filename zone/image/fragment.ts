/**
 * An owner group as octets: a fragment. It holds no offset from outside itself, so an image is fragments side by side, and
 * one changed group costs one new fragment.
 *
 * docs/snapshot.md has the layout; group-reader.ts reads it.
 */
import { type Address, familyOf } from '../address.ts';
import { dashedLabel } from '../dashed.ts';
import type { GroupNode, Host, HostService, Members, OwnerGroup, PlainRRset } from '../group.ts';
import { labelsOf, prependLabel, type RelativeName } from '../name.ts';
import { type Target, typeCodes } from '../rrset.ts';
import { nameHash } from './name-index.ts';
import { OctetWriter } from './octets.ts';

/** An encoded group, with what the indexes of an image need to know of it. */
export interface Fragment {
  readonly base: RelativeName;
  readonly octets: Uint8Array;
  readonly hash: number;
  /** Orders fragments: ancestors before descendants, siblings by octets. */
  readonly sortKey: string;
  /** The sort key one label up; undefined at the apex. */
  readonly parentSortKey: string | undefined;
  /** Where in `octets` each address stands that has a PTR record. */
  readonly addressOffsets: { readonly ipv4: readonly number[]; readonly ipv6: readonly number[] };
}

/** A group beyond what the format can hold. `code` is stable. */
export class GroupTooLargeError extends Error {
  readonly code = 'GROUP_TOO_LARGE';

  constructor(what: string, count: number, limit: number) {
    super(`${count} ${what} under one name; at most ${limit} can be published`);
    this.name = 'GroupTooLargeError';
  }
}

export const runKinds = { dashedIpv4: 0, dashedIpv6: 1, labelled: 2 } as const;
export const memberKinds = { none: 0, base: 1, hosts: 2, listed: 3 } as const;
export const targetKinds = { relative: 0, absolute: 1 } as const;

/** Throws GroupTooLargeError; NameError when a host's name would be longer than a name may be. */
export function encodeFragment(group: OwnerGroup): Fragment {
  const out = new OctetWriter();
  const offsets = { ipv4: [] as number[], ipv6: [] as number[] };
  const note = (address: Address): void => {
    if (familyOf(address) === 4) offsets.ipv4.push(out.length);
    else offsets.ipv6.push(out.length);
  };
  const own = new Set(group.own);
  const profiles = distinctServices(limited('hosts', group.hosts, 0xffff));

  out.counted(() => {
    out.u8(group.base.length);
    out.text(group.base);
    out.u32(group.ttlSeconds);
    writeAddresses(out, group.own, note);
    out.u8(limited('different port lists', [...profiles.values()], 0xff).length);
    for (const { services } of profiles.values()) {
      out.count(limited('ports', services, 0xffff).length);
      for (const service of services) writeService(out, service);
    }
    out.counted(() => {
      out.count(limited('names', group.nodes, 0xffff).length);
      for (const node of group.nodes) writeNode(out, node);
    });
    const runs = runsOf(group, profiles);
    out.count(runs.length);
    for (const run of runs) {
      out.u8(run.kind);
      out.u8(run.profile);
      out.count(run.hosts.length);
      for (const host of run.hosts) {
        // The base name's own PTR record wins, so such an address is not noted a second time.
        writeHost(out, run.kind, host, (address) => own.has(address) || note(address));
      }
    }
  });
  return {
    base: group.base,
    octets: out.finish(),
    hash: nameHash(group.base),
    ...sortKeys(group.base),
    addressOffsets: offsets,
  };
}

function sortKeys(base: RelativeName): { sortKey: string; parentSortKey: string | undefined } {
  // Labels from the right, each behind a NUL; a NUL inside a label is doubled, so that keys of different names differ.
  const labels = labelsOf(base)
    .reverse()
    .map((label) => `\0${label.replaceAll('\0', '\0\0')}`);
  return { sortKey: labels.join(''), parentSortKey: labels.length === 0 ? undefined : labels.slice(0, -1).join('') };
}

interface Profile {
  readonly index: number;
  readonly services: readonly HostService[];
}

interface Run {
  readonly kind: number;
  readonly profile: number;
  readonly hosts: Host[];
}

function profileKey(services: readonly HostService[]): string {
  return services.map(({ priority, weight, port }) => `${priority} ${weight} ${port}`).join(',');
}

/** Hosts of one Service nearly always have the same ports; each list of ports is stored once. */
function distinctServices(hosts: readonly Host[]): Map<string, Profile> {
  const profiles = new Map<string, Profile>();
  for (const { services } of hosts) {
    const key = profileKey(services);
    if (!profiles.has(key)) profiles.set(key, { index: profiles.size, services });
  }
  return profiles;
}

/** Neighbouring hosts of one kind and one port list share a header. */
function runsOf(group: OwnerGroup, profiles: ReadonlyMap<string, Profile>): Run[] {
  const runs: Run[] = [];
  for (const host of group.hosts) {
    prependLabel(host.label, group.base);
    const kind = runKindOf(host);
    const profile = profiles.get(profileKey(host.services))!.index;
    const last = runs.at(-1);
    if (last?.kind === kind && last.profile === profile) last.hosts.push(host);
    else runs.push({ kind, profile, hosts: [host] });
  }
  return runs;
}

function runKindOf(host: Host): number {
  const [address] = host.addresses;
  if (host.addresses.length !== 1 || address === undefined || host.label !== dashedLabel(address)) {
    return runKinds.labelled;
  }
  return familyOf(address) === 4 ? runKinds.dashedIpv4 : runKinds.dashedIpv6;
}

function writeHost(out: OctetWriter, kind: number, host: Host, note: (address: Address) => void): void {
  if (kind === runKinds.labelled) {
    out.u8(host.label.length);
    out.text(host.label);
    writeAddresses(out, host.addresses, note);
  } else {
    for (const address of host.addresses) {
      note(address);
      out.text(address);
    }
  }
}

function writeAddresses(out: OctetWriter, addresses: readonly Address[], note: (address: Address) => void): void {
  for (const family of [4, 6] as const) {
    const members = addresses.filter((address) => familyOf(address) === family);
    out.count(limited('addresses', members, 0xffff).length);
    for (const address of members) {
      note(address);
      out.text(address);
    }
  }
}

function writeNode(out: OctetWriter, node: GroupNode): void {
  out.u8(node.prefix.length);
  out.text(node.prefix);
  out.counted(() => {
    writeMembers(out, node.addresses);
    out.count(limited('ports', node.services, 0xffff).length);
    for (const rule of node.services) {
      writeService(out, rule);
      writeMembers(out, rule.targets);
    }
    out.u8(node.rrsets.length);
    for (const rrset of node.rrsets) writePlain(out, rrset);
  });
}

function writeService(out: OctetWriter, service: HostService): void {
  out.u16(service.priority);
  out.u16(service.weight);
  out.u16(service.port);
}

function writeMembers(out: OctetWriter, members: Members): void {
  if (typeof members === 'string') {
    out.u8(memberKinds[members]);
    return;
  }
  out.u8(memberKinds.listed);
  out.count(members.length);
  for (const index of members) out.u16(index);
}

function writePlain(out: OctetWriter, rrset: PlainRRset): void {
  out.u8(typeCodes[rrset.type]);
  out.u32(rrset.ttlSeconds);
  if (rrset.type === 'TXT') {
    out.u8(rrset.texts.length);
    for (const strings of rrset.texts) {
      out.u8(strings.length);
      for (const string of strings) {
        out.u8(string.length);
        out.text(string);
      }
    }
  } else {
    out.u8(rrset.targets.length);
    for (const target of rrset.targets) writeTarget(out, target);
  }
}

function writeTarget(out: OctetWriter, target: Target): void {
  out.u8(targetKinds[target.kind]);
  out.u8(target.name.length);
  out.text(target.name);
}

function limited<T>(what: string, items: readonly T[], limit: number): readonly T[] {
  if (items.length > limit) throw new GroupTooLargeError(what, items.length, limit);
  return items;
}
