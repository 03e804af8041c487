/**
 * The names of a Service at which its ports are asked for:
 *
 *     service                    every entry
 *     _protocol.service          the entries of that protocol
 *     _port._protocol.service    the entries of that named port
 *
 * The specification has only the last one (§2.3.2, §2.4.2). The first is CoreDNS's addition, by which peers are found.
 * CoreDNS does not have the second, but people's guides ask for it. Ports without the underscore, which CoreDNS answers
 * too, have no names: nobody asks for them, and they could be names of endpoints.
 *
 * As in CoreDNS a named port also has addresses. They are all the addresses of the hosts that have the port: glue is
 * made of whole sets (RFC 2181 §5), so addresses that share a hostname are not told apart by their ports.
 */
import type { GroupNode } from '../../zone/group.ts';
import { apex, formatRelativeName, type Name, NameError, type RelativeName } from '../../zone/name.ts';
import type { Port } from '../cluster.ts';
import { ownerName, roomBefore } from './owner-name.ts';
import { Entries, type Offer } from './srv.ts';

export interface PortNodes {
  /** In the order of their prefixes, the base name first. */
  readonly nodes: readonly GroupNode[];
  /** Why some port has no name. It is still in the SRV records of the names above it. */
  readonly reasons: readonly string[];
}

/** The nodes of one Service, whose name is `base`. The order of offers and of their ports has no effect. */
export function portNodes(
  offers: readonly Offer[],
  hostCount: number,
  base: RelativeName,
  zoneOrigins: readonly Name[],
): PortNodes {
  const all = new Entries();
  const places = new Places(base, zoneOrigins);
  for (const offer of offers) {
    for (const port of offer.ports) {
      all.add(offer, port);
      if (port !== undefined) places.add(offer, port);
    }
  }
  const nodes = [nodeOf(apex, all.members(hostCount), all, hostCount)];
  for (const { prefix, hasAddresses, entries } of places.inOrder()) {
    const node = nodeOf(prefix, hasAddresses ? entries.members(hostCount) : 'none', entries, hostCount);
    // Ports that have no numbers say nothing at their protocol's name; it exists where a name is below it.
    if (hasAddresses || node.services.length > 0) nodes.push(node);
  }
  return { nodes, reasons: [...places.reasons] };
}

function nodeOf(
  prefix: RelativeName,
  addresses: GroupNode['addresses'],
  entries: Entries,
  hostCount: number,
): GroupNode {
  return { prefix, addresses, services: entries.rules(hostCount), rrsets: [] };
}

interface Place {
  readonly prefix: RelativeName;
  readonly entries: Entries;
  readonly hasAddresses: boolean;
}

/** The names below the base name, each with the entries that are found there. */
class Places {
  /** Why some port has no place. */
  readonly reasons = new Set<string>();
  readonly #byPrefix = new Map<RelativeName, Place>();
  readonly #base: RelativeName;
  /** In octets, before the base name. */
  readonly #room: number;

  constructor(base: RelativeName, zoneOrigins: readonly Name[]) {
    this.#base = base;
    this.#room = roomBefore(base, zoneOrigins);
  }

  add(offer: Offer, port: Port): void {
    const ofProtocol = this.#place(port, `_${port.protocol}`, apex, false);
    ofProtocol?.entries.add(offer, port);
    if (ofProtocol === undefined || port.name === '') return;
    this.#place(port, `_${port.name}`, ofProtocol.prefix, true)?.entries.add(offer, port);
  }

  inOrder(): Place[] {
    return [...this.#byPrefix.values()].sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
  }

  #place(port: Port, label: string, parent: RelativeName, hasAddresses: boolean): Place | undefined {
    const prefix = ownerName([label], parent, []);
    if (prefix instanceof NameError) return this.#refuse(port, prefix);
    if (prefix.length > this.#room) {
      return this.#refuse(
        port,
        new NameError('NAME_TOO_LONG', formatRelativeName(`${prefix}${this.#base}` as RelativeName)),
      );
    }
    const known = this.#byPrefix.get(prefix);
    if (known !== undefined) return known;
    const place = { prefix, entries: new Entries(), hasAddresses };
    this.#byPrefix.set(prefix, place);
    return place;
  }

  #refuse({ name }: Port, { message }: NameError): undefined {
    this.reasons.add(`port ${JSON.stringify(name)}: ${message}; it has no name of its own`);
  }
}
