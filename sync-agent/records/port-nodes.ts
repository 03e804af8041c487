/**
 * The names of a Service at which its ports are asked for:
 *
 *     service                    every entry
 *     _protocol.service          the entries of that protocol
 *     _port._protocol.service    the entries of that named port
 *
 * The specification has only the last one (§2.3.2, §2.4.2). The first is CoreDNS's addition, by which peers are found.
 * CoreDNS does not have the second, but people's guides ask for it.
 */
import type { GroupNode } from '../../zone/group.ts';
import { apex, type Name, NameError, prependLabel, type RelativeName } from '../../zone/name.ts';
import type { Port } from '../cluster.ts';
import { ownerName } from './owner-name.ts';
import { type Entry, membersOf, serviceRules } from './srv.ts';

export interface PortNodes {
  /** In the order of their prefixes, the base name first. */
  readonly nodes: readonly GroupNode[];
  /** Why some port has no name. It is still in the SRV records of the names above it. */
  readonly reasons: readonly string[];
}

/** The nodes of one Service, whose name is `base`. The order of entries has no effect. */
export function portNodes(
  entries: readonly Entry[],
  hostCount: number,
  base: RelativeName,
  zoneOrigins: readonly Name[],
): PortNodes {
  const nodes = [nodeOf(apex, entries, membersOf(entries, hostCount), hostCount)];
  const { places, reasons } = portPlaces(entries, base, zoneOrigins);
  for (const { labels, ports } of places) {
    const prefix = labels.reduceRight<RelativeName>((rest, label) => prependLabel(label, rest), apex);
    const matching = entries.filter(({ port }) => port !== undefined && ports.has(port));
    // As in CoreDNS, a named port also has the addresses behind it.
    nodes.push(nodeOf(prefix, matching, labels.length === 2 ? membersOf(matching, hostCount) : 'none', hostCount));
  }
  return { nodes: nodes.sort((a, b) => (a.prefix < b.prefix ? -1 : 1)), reasons };
}

function nodeOf(
  prefix: RelativeName,
  entries: readonly Entry[],
  addresses: GroupNode['addresses'],
  hostCount: number,
): GroupNode {
  return { prefix, addresses, services: serviceRules(entries, hostCount), rrsets: [] };
}

interface PortPlace {
  readonly labels: readonly string[];
  readonly ports: Set<Port>;
}

/** The names below the base name, each with the ports that are found there. */
function portPlaces(entries: readonly Entry[], base: RelativeName, zoneOrigins: readonly Name[]) {
  const places = new Map<RelativeName, PortPlace>();
  const reasons = new Set<string>();
  for (const port of new Set(entries.flatMap((entry) => entry.port ?? []))) {
    for (const labels of labelsFor(port)) {
      const owner = ownerName(labels, base, zoneOrigins);
      if (owner instanceof NameError) {
        reasons.add(`port ${JSON.stringify(port.name)}: ${owner.message}; it has no name of its own`);
        continue;
      }
      const place = places.get(owner) ?? { labels, ports: new Set() };
      places.set(owner, place);
      place.ports.add(port);
    }
  }
  return { places: places.values(), reasons: [...reasons] };
}

function labelsFor({ name, protocol }: Port): string[][] {
  const ofProtocol = [`_${protocol}`];
  return name === '' ? [ofProtocol] : [ofProtocol, [`_${name}`, ...ofProtocol]];
}
