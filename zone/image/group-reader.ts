/**
 * Reads one fragment in place: finds a name in it and gives that name's sets. Nothing is decoded that was not asked for.
 */
import type { Address } from '../address.ts';
import { addressOfDashedLabel, dashedLabel } from '../dashed.ts';
import { joinRelative, prependLabel, type RelativeName } from '../name.ts';
import type { OwnedRRset, RRset, RRType, Service, Target } from '../rrset.ts';
import { memberKinds, runKinds } from './fragment.ts';
import { afterCount, count, ImageError, part, text, u8, u16, u32 } from './octets.ts';
import { readPlainRRset } from './plain-reader.ts';

/** A name that exists. `rrset` is undefined where it has no set of the type (NODATA). */
export interface ZoneNode {
  readonly owner: RelativeName;
  rrset(type: RRType): RRset | undefined;
  /** The addresses of the SRV set's targets, for the additional section. */
  targetAddresses(): readonly OwnedRRset[];
}

/** Sets with more records than this are not served: no DNS message holds them. */
const maxRecords = 8192;

interface Place {
  readonly from: number;
  readonly octets: number;
}

interface HostPlace {
  readonly label: string;
  readonly profile: number;
  readonly ipv4: Place;
  readonly ipv6: Place;
}

interface Run {
  readonly kind: number;
  readonly profile: number;
  readonly count: number;
  readonly from: number;
}

/** Priority, weight and port. */
const serviceOctets = 6;

const nowhere: Place = { from: 0, octets: 0 };

export class GroupReader {
  readonly base: RelativeName;
  readonly ttlSeconds: number;
  readonly #octets: Uint8Array;
  readonly #own: { readonly ipv4: Place; readonly ipv6: Place };
  readonly #profiles: number;
  readonly #nodes: number;
  readonly #runs: number;

  /** `at` is the fragment's offset in `octets`. */
  constructor(octets: Uint8Array, at: number) {
    this.#octets = octets;
    const baseFrom = at + 5;
    const ttlAt = baseFrom + u8(octets, at + 4);
    this.base = text(octets, baseFrom, ttlAt) as RelativeName;
    this.ttlSeconds = u32(octets, ttlAt);
    const own = readAddressPlaces(octets, ttlAt + 4);
    this.#own = own;
    this.#profiles = own.end;
    let nodes = own.end + 1;
    for (let left = u8(octets, own.end); left > 0; left -= 1) nodes = afterProfile(octets, nodes);
    this.#nodes = nodes + 4;
    this.#runs = nodes + 4 + u32(octets, nodes);
  }

  /** The name `prefix` below the base name; zero, one or two labels in wire form. Undefined when it does not exist. */
  find(prefix: RelativeName): ZoneNode | undefined {
    const owner = prefix === '' ? this.base : joinRelative(prefix, this.base);
    let isAncestor = prefix === '';
    let at = afterCount(this.#octets, this.#nodes);
    for (let left = count(this.#octets, this.#nodes); left > 0; left -= 1) {
      const bodyLengthAt = at + 1 + u8(this.#octets, at);
      const nodePrefix = text(this.#octets, at + 1, bodyLengthAt);
      if (nodePrefix === prefix) return this.#node(owner, bodyLengthAt + 4);
      isAncestor ||= nodePrefix.endsWith(prefix) && nodePrefix.length === 1 + nodePrefix.charCodeAt(0) + prefix.length;
      at = bodyLengthAt + 4 + u32(this.#octets, bodyLengthAt);
    }
    const isOneLabel = prefix !== '' && prefix.length === 1 + prefix.charCodeAt(0);
    const host = isOneLabel ? this.#findHost(prefix.slice(1)) : undefined;
    if (host !== undefined) return this.#host(owner, host);
    return isAncestor ? { owner, rrset: () => undefined, targetAddresses: () => [] } : undefined;
  }

  /** The name whose PTR record the address at offset `place` stands for. */
  nameOfAddressAt(place: number): RelativeName {
    const { ipv4, ipv6 } = this.#own;
    if (contains(ipv4, place) || contains(ipv6, place)) return this.base;
    for (const run of this.#eachRun()) {
      const size = addressOctets(run.kind);
      if (size !== undefined && (place < run.from || place >= run.from + run.count * size)) continue;
      for (const host of this.#hostsOf(run)) {
        if (contains(host.ipv4, place) || contains(host.ipv6, place)) return prependLabel(host.label, this.base);
      }
    }
    throw new ImageError('BAD_IMAGE', 'the address index points to something that is no address');
  }

  #node(owner: RelativeName, body: number): ZoneNode {
    return {
      owner,
      rrset: (type) => {
        if (type === 'A' || type === 'AAAA') return this.#addresses(type, this.#memberPlaces(body, type));
        if (type === 'SRV') return this.#services(body);
        return readPlainRRset(this.#octets, this.#afterServices(body), type);
      },
      targetAddresses: () => this.#targetAddresses(body),
    };
  }

  #host(owner: RelativeName, host: HostPlace): ZoneNode {
    const addresses = (type: 'A' | 'AAAA'): RRset | undefined =>
      this.#addresses(type, [type === 'A' ? host.ipv4 : host.ipv6]);
    return {
      owner,
      rrset: (type) => {
        if (type === 'A' || type === 'AAAA') return addresses(type);
        return type === 'SRV' ? this.#hostServices(host, { kind: 'relative', name: owner }) : undefined;
      },
      targetAddresses: () => owned(owner, [addresses('A'), addresses('AAAA')]),
    };
  }

  #addresses(type: 'A' | 'AAAA', places: readonly Place[]): RRset | undefined {
    const length = places.reduce((sum, place) => sum + place.octets, 0);
    if (length === 0) return undefined;
    const addresses = new Uint8Array(length);
    let at = 0;
    for (const place of places) {
      addresses.set(part(this.#octets, place.from, place.octets), at);
      at += place.octets;
    }
    return { type, ttlSeconds: this.ttlSeconds, addresses };
  }

  /** Where the addresses of a node's members stand; neighbours in one piece. */
  #memberPlaces(body: number, type: 'A' | 'AAAA'): Place[] {
    const family = type === 'A' ? 'ipv4' : 'ipv6';
    switch (u8(this.#octets, body)) {
      case memberKinds.none:
        return [];
      case memberKinds.base:
        return [this.#own[family]];
      case memberKinds.hosts: {
        const size = type === 'A' ? 4 : 16;
        return [...this.#eachRun()].flatMap((run) => {
          if (run.kind === runKinds.labelled) return [...this.#hostsOf(run)].map((host) => host[family]);
          return addressOctets(run.kind) === size ? [{ from: run.from, octets: run.count * size }] : [];
        });
      }
      default:
        return this.#members(body).map((member) => (member === 'base' ? this.#own[family] : member[family]));
    }
  }

  #services(body: number): RRset | undefined {
    const services: Service[] = [];
    for (const { at, membersAt } of this.#rules(body)) {
      for (const member of this.#members(membersAt)) {
        if (services.length === maxRecords) break;
        const name = member === 'base' ? this.base : prependLabel(member.label, this.base);
        services.push(this.#serviceAt(at, { kind: 'relative', name }));
      }
    }
    return services.length === 0 ? undefined : { type: 'SRV', ttlSeconds: this.ttlSeconds, services };
  }

  #hostServices(host: HostPlace, target: Target): RRset | undefined {
    let at = this.#profiles + 1;
    for (let left = host.profile; left > 0; left -= 1) at = afterProfile(this.#octets, at);
    const length = Math.min(maxRecords, count(this.#octets, at));
    if (length === 0) return undefined;
    const first = afterCount(this.#octets, at);
    const services = Array.from({ length }, (_, i) => this.#serviceAt(first + serviceOctets * i, target));
    return { type: 'SRV', ttlSeconds: this.ttlSeconds, services };
  }

  #targetAddresses(body: number): OwnedRRset[] {
    const seen = new Set<string>();
    const sets: OwnedRRset[] = [];
    for (const { membersAt } of this.#rules(body)) {
      for (const member of this.#members(membersAt)) {
        const label = member === 'base' ? '' : member.label;
        if (seen.has(label) || seen.size === maxRecords) continue;
        seen.add(label);
        const { ipv4, ipv6 } = member === 'base' ? this.#own : member;
        const name = member === 'base' ? this.base : prependLabel(member.label, this.base);
        sets.push(...owned(name, [this.#addresses('A', [ipv4]), this.#addresses('AAAA', [ipv6])]));
      }
    }
    return sets;
  }

  #serviceAt(at: number, target: Target): Service {
    const octets = this.#octets;
    return { priority: u16(octets, at), weight: u16(octets, at + 2), port: u16(octets, at + 4), target };
  }

  *#rules(body: number): Iterable<{ readonly at: number; readonly membersAt: number }> {
    let at = this.#afterMembers(body);
    let left = count(this.#octets, at);
    at = afterCount(this.#octets, at);
    for (; left > 0; left -= 1) {
      yield { at, membersAt: at + serviceOctets };
      at = this.#afterMembers(at + serviceOctets);
    }
  }

  #afterServices(body: number): number {
    let at = this.#afterMembers(body);
    let left = count(this.#octets, at);
    at = afterCount(this.#octets, at);
    for (; left > 0; left -= 1) at = this.#afterMembers(at + serviceOctets);
    return at;
  }

  #afterMembers(at: number): number {
    if (u8(this.#octets, at) !== memberKinds.listed) return at + 1;
    return afterCount(this.#octets, at + 1) + 2 * count(this.#octets, at + 1);
  }

  #members(at: number): readonly ('base' | HostPlace)[] {
    switch (u8(this.#octets, at)) {
      case memberKinds.none:
        return [];
      case memberKinds.base:
        return ['base'];
      case memberKinds.hosts:
        return this.#allHosts();
      case memberKinds.listed: {
        const hosts = this.#allHosts();
        const length = Math.min(maxRecords, count(this.#octets, at + 1));
        const first = afterCount(this.#octets, at + 1);
        return Array.from({ length }, (_, i) => {
          const host = hosts[u16(this.#octets, first + 2 * i)];
          if (host === undefined) throw new ImageError('BAD_IMAGE', 'a member of a set is no host of its group');
          return host;
        });
      }
      default:
        throw new ImageError('BAD_IMAGE', 'the members of a set are of an unknown kind');
    }
  }

  #allHosts(): HostPlace[] {
    return [...this.#eachRun()].flatMap((run) => [...this.#hostsOf(run)]);
  }

  #findHost(label: string): HostPlace | undefined {
    const address = addressOfDashedLabel(label);
    for (const run of this.#eachRun()) {
      const size = addressOctets(run.kind);
      if (size === undefined) {
        for (const host of this.#hostsOf(run)) if (host.label === label) return host;
      } else if (address?.length === size) {
        const place = this.#placeInRun(run, address, size);
        if (place !== undefined) return hostAt(label, run, place);
      }
    }
    return undefined;
  }

  #placeInRun(run: Run, address: Address, size: number): number | undefined {
    const octets = part(this.#octets, run.from, run.count * size);
    for (let at = 0; at < octets.length; at += size) {
      let i = 0;
      while (i < size && octets[at + i] === address.charCodeAt(i)) i += 1;
      if (i === size) return run.from + at;
    }
    return undefined;
  }

  *#eachRun(): Iterable<Run> {
    const octets = this.#octets;
    let at = afterCount(octets, this.#runs);
    for (let left = count(octets, this.#runs); left > 0; left -= 1) {
      const kind = u8(octets, at);
      const run = { kind, profile: u8(octets, at + 1), count: count(octets, at + 2), from: afterCount(octets, at + 2) };
      yield run;
      const size = addressOctets(kind);
      at = run.from;
      if (size !== undefined) at += run.count * size;
      else for (let hosts = run.count; hosts > 0; hosts -= 1) at = this.#afterLabelledHost(at);
    }
  }

  *#hostsOf(run: Run): Iterable<HostPlace> {
    const size = addressOctets(run.kind);
    let at = run.from;
    for (let left = run.count; left > 0; left -= 1) {
      if (size === undefined) {
        const addressesAt = at + 1 + u8(this.#octets, at);
        const label = text(this.#octets, at + 1, addressesAt);
        const { ipv4, ipv6, end } = readAddressPlaces(this.#octets, addressesAt);
        yield { label, profile: run.profile, ipv4, ipv6 };
        at = end;
      } else {
        const label = dashedLabel(text(this.#octets, at, at + size) as Address);
        yield hostAt(label, run, at);
        at += size;
      }
    }
  }

  #afterLabelledHost(at: number): number {
    return readAddressPlaces(this.#octets, at + 1 + u8(this.#octets, at)).end;
  }
}

/** Addresses as they are written: the number and octets of the IPv4 ones, then of the IPv6 ones. */
export function readAddressPlaces(octets: Uint8Array, at: number): { ipv4: Place; ipv6: Place; end: number } {
  const ipv4 = { from: afterCount(octets, at), octets: 4 * count(octets, at) };
  const ipv6At = ipv4.from + ipv4.octets;
  const ipv6 = { from: afterCount(octets, ipv6At), octets: 16 * count(octets, ipv6At) };
  return { ipv4, ipv6, end: ipv6.from + ipv6.octets };
}

/** A profile is a number of services and the services. */
function afterProfile(octets: Uint8Array, at: number): number {
  return afterCount(octets, at) + serviceOctets * count(octets, at);
}

/** The size of a host in a run of dashed labels; undefined for labelled hosts. */
export function addressOctets(runKind: number): 4 | 16 | undefined {
  switch (runKind) {
    case runKinds.dashedIpv4:
      return 4;
    case runKinds.dashedIpv6:
      return 16;
    case runKinds.labelled:
      return undefined;
    default:
      throw new ImageError('BAD_IMAGE', 'hosts are of an unknown kind');
  }
}

function hostAt(label: string, run: Run, from: number): HostPlace {
  const isIpv4 = run.kind === runKinds.dashedIpv4;
  const place = { from, octets: isIpv4 ? 4 : 16 };
  return { label, profile: run.profile, ipv4: isIpv4 ? place : nowhere, ipv6: isIpv4 ? nowhere : place };
}

function contains(place: Place, offset: number): boolean {
  return offset >= place.from && offset < place.from + place.octets;
}

function owned(owner: RelativeName, rrsets: readonly (RRset | undefined)[]): OwnedRRset[] {
  return rrsets.flatMap((rrset) => (rrset === undefined ? [] : [{ owner, rrset }]));
}
