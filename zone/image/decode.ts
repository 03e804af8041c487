/**
 * From an image back to the snapshot: for dumps, and as the other half of the law that nothing is lost on the way. The
 * readers that answer questions share only the smallest parts with it, so each checks the other.
 */
import type { Address } from '../address.ts';
import { dashedLabel } from '../dashed.ts';
import type { GroupNode, Host, HostService, Members, OwnerGroup, ServiceRule } from '../group.ts';
import { labelsOf, type RelativeName } from '../name.ts';
import type { Snapshot } from '../snapshot.ts';
import { groupFlags, groupLimits, knownFlags, memberKinds, runKinds } from './format.ts';
import { readPlainRRsets } from './group/plain-reader.ts';
import { readImage } from './layout.ts';
import { below, relativeName, wireLabel } from './names.ts';
import { OctetReader } from './octet-reader.ts';
import { damaged } from './octets.ts';

/** Groups come in the image's own order, empty ancestors included. The indexes are not read. Throws ImageError. */
export function decodeImage(image: Uint8Array): Snapshot {
  const { header, section } = readImage(image);
  if (header.kind === 'retired') return header;
  return {
    kind: 'live',
    zones: header.zones.map((zone) => {
      if (zone.kind === 'reverse') return { kind: zone.kind, ttlSeconds: zone.ttlSeconds, prefixes: zone.prefixes };
      const { kind, origins, ttlSeconds } = zone;
      const fragments = new OctetReader(section(zone.fragments));
      return {
        kind,
        origins,
        ttlSeconds,
        groups: fragments.rest(() => readGroup(fragments.counted(groupLimits.octets - 4))),
      };
    }),
  };
}

function readGroup(octets: OctetReader): OwnerGroup {
  const base = relativeName(octets.shortText());
  const ttlSeconds = octets.ttl();
  const flags = octets.u8();
  if ((flags | knownFlags) !== knownFlags) throw damaged('a group has an unknown flag');
  const hasPointers = (flags & groupFlags.withoutPointers) === 0;
  const answersDashed = (flags & groupFlags.dashedAddresses) !== 0;
  const own = readAddresses(octets);
  const profiles = times(octets.count(), () => times(octets.count(), () => readService(octets)));
  const nodeOctets = octets.counted();
  const nodes = nodeOctets.rest(() => readNode(nodeOctets, base));
  const hosts = octets.rest(() => readRun(octets, profiles)).flat();
  if (answersDashed && hosts.length > 0) throw damaged('a group of all addresses has hosts');
  for (const { label, subdomain } of hosts) {
    below(wireLabel(label), subdomain === undefined ? base : below(wireLabel(subdomain), base));
  }
  const listed = nodes.flatMap((node) => [node.addresses, ...node.services.map(({ targets }) => targets)]);
  if (hosts.length > groupLimits.hosts || listed.some((members) => refersBehind(members, hosts.length))) {
    throw damaged('a member of a set is no host of its group');
  }
  return { base, ttlSeconds, own, hosts, nodes, hasPointers, answersDashed };
}

function readRun(octets: OctetReader, profiles: readonly (readonly HostService[])[]): Host[] {
  const kind = octets.u8();
  const services = profiles[octets.count()];
  if (services === undefined) throw damaged('hosts have a list of ports that is not there');
  const hosts = octets.counted();
  if (hosts.isAtEnd) throw damaged('a run has no hosts');
  const dashedHost = (size: 4 | 16): Host => {
    const address = hosts.text(size) as Address;
    return { label: dashedLabel(address), subdomain: undefined, addresses: [address], services };
  };
  const labelledHost = (subdomain: string | undefined): Host => {
    return { label: hosts.shortText(), subdomain, addresses: readAddresses(hosts), services };
  };
  switch (kind) {
    case runKinds.dashedIpv4:
      return hosts.rest(() => dashedHost(4));
    case runKinds.dashedIpv6:
      return hosts.rest(() => dashedHost(16));
    case runKinds.labelled:
      return hosts.rest(() => labelledHost(undefined));
    case runKinds.subdomained: {
      const subdomain = hosts.shortText();
      if (hosts.isAtEnd) throw damaged('a run has no hosts');
      return hosts.rest(() => labelledHost(subdomain));
    }
    default:
      throw damaged('hosts are of an unknown kind');
  }
}

function readNode(octets: OctetReader, base: RelativeName): GroupNode {
  const prefix = relativeName(octets.shortText());
  if (labelsOf(prefix).length > groupLimits.prefixLabels) throw damaged('a name is too far below its group');
  below(prefix, base);
  const body = octets.counted();
  const addresses = readMembers(body);
  const services = times(body.count(), (): ServiceRule => ({ ...readService(body), targets: readMembers(body) }));
  const rrsets = readPlainRRsets(body);
  if (!body.isAtEnd) throw damaged('a name has more behind its sets');
  return { prefix, addresses, services, rrsets };
}

function readMembers(octets: OctetReader): Members {
  switch (octets.u8()) {
    case memberKinds.none:
      return 'none';
    case memberKinds.base:
      return 'base';
    case memberKinds.hosts:
      return 'hosts';
    case memberKinds.listed:
      return times(octets.count(), () => octets.u16());
    default:
      throw damaged('the members of a set are of an unknown kind');
  }
}

function refersBehind(members: Members, hostCount: number): boolean {
  return typeof members !== 'string' && members.some((index) => index >= hostCount);
}

function readService(octets: OctetReader): HostService {
  return { priority: octets.u16(), weight: octets.u16(), port: octets.u16() };
}

function readAddresses(octets: OctetReader): Address[] {
  const ipv4 = times(octets.count(), () => octets.text(4) as Address);
  return [...ipv4, ...times(octets.count(), () => octets.text(16) as Address)];
}

function times<T>(count: number, read: () => T): T[] {
  return Array.from({ length: count }, read);
}
