/**
 * An owner group as octets: a fragment. It holds no offset from outside itself, so an image is fragments side by side, and
 * one changed group costs one new fragment. docs/snapshot.md has the layout.
 */
import type { Address } from '../address.ts';
import type { OwnerGroup } from '../group.ts';
import type { RelativeName } from '../name.ts';
import { groupFlags, groupLimits, runKinds } from './format.ts';
import { limited } from './fragment/group-too-large.ts';
import { distinct, type HostRuns, hostRuns, type Run, type RunHost, serviceKey } from './fragment/host-runs.ts';
import { writeNode, writeService } from './fragment/node-writer.ts';
import { nameHash } from './name-index.ts';
import { OctetWriter } from './octet-writer.ts';

/** An encoded group, with what the indexes of an image need to know of it. */
export interface Fragment {
  readonly base: RelativeName;
  readonly octets: Uint8Array;
  readonly hash: number;
  /** Orders fragments: a name is followed by all that are below it. */
  readonly sortKey: string;
  /** The sort key one label up; undefined at the apex. */
  readonly parentSortKey: string | undefined;
  /** Where in `octets` each address stands that has a PTR record. */
  readonly addressOffsets: { readonly ipv4: readonly number[]; readonly ipv6: readonly number[] };
}

/** Throws GroupTooLargeError; NameError when a name would be longer than a name may be. */
export function encodeFragment(group: OwnerGroup): Fragment {
  const { base, ttlSeconds, nodes } = group;
  const hosts = hostRuns(group);
  const own = distinct(group.own);
  const ownSet = new Set(own);
  const out = new OctetWriter();
  const offsets = { ipv4: [] as number[], ipv6: [] as number[] };
  const note = (address: Address): void => {
    (address.length === 4 ? offsets.ipv4 : offsets.ipv6).push(out.length);
  };
  // The base name's own PTR record wins, so such an address is not noted a second time.
  const noteOfHost = (address: Address): void => {
    if (!ownSet.has(address)) note(address);
  };

  out.counted(() => {
    out.shortText(base);
    out.ttl(ttlSeconds);
    out.u8(hasRepeats(own, hosts, group) ? groupFlags.hasRepeats : 0);
    writeAddresses(out, own, note);
    out.u8(hosts.profiles.length);
    for (const services of hosts.profiles) {
      out.count(limited('ports', services, groupLimits.services).length);
      for (const service of services) writeService(out, service);
    }
    out.counted(() => {
      for (const node of limited('names', nodes, groupLimits.nodes)) writeNode(out, node, group);
    });
    for (const run of hosts.runs) {
      out.u8(run.kind);
      out.u8(run.profile);
      out.counted(() => {
        for (const host of run.hosts) writeHost(out, run, host, noteOfHost);
      });
    }
  });
  return { base, octets: out.finish(), hash: nameHash(base), ...sortKeys(base), addressOffsets: offsets };
}

/** Labels from the right, in wire form: as each has its length in front, no two names have the same key. */
function sortKeys(base: RelativeName): Pick<Fragment, 'sortKey' | 'parentSortKey'> {
  const labels: string[] = [];
  for (let at = 0; at < base.length; ) {
    const end = at + 1 + base.charCodeAt(at);
    labels.unshift(base.slice(at, end));
    at = end;
  }
  return { sortKey: labels.join(''), parentSortKey: labels.length === 0 ? undefined : labels.slice(0, -1).join('') };
}

/** Whether members share an address, or two rules of a node differ at most in their members. */
function hasRepeats(own: readonly Address[], { runs }: HostRuns, { nodes }: OwnerGroup): boolean {
  const seen = new Set(own);
  for (const { hosts } of runs) {
    for (const { addresses } of hosts) {
      for (const address of addresses) {
        if (seen.has(address)) return true;
        seen.add(address);
      }
    }
  }
  return nodes.some(({ services }) => new Set(services.map(serviceKey)).size < services.length);
}

function writeHost(out: OctetWriter, { kind }: Run, { label, addresses }: RunHost, note: Note): void {
  if (kind === runKinds.labelled) {
    out.text(label);
    writeAddresses(out, addresses, note);
  } else {
    for (const address of addresses) writeAddress(out, address, note);
  }
}

function writeAddresses(out: OctetWriter, addresses: readonly Address[], note: Note): void {
  for (const size of [4, 16]) {
    const ofFamily = addresses.filter((address) => address.length === size);
    out.count(limited('addresses', ofFamily, groupLimits.addresses).length);
    for (const address of ofFamily) writeAddress(out, address, note);
  }
}

function writeAddress(out: OctetWriter, address: Address, note: Note): void {
  note(address);
  out.text(address);
}

/** Is told of each address before it is written. */
type Note = (address: Address) => void;
