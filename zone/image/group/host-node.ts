/**
 * A host's own name: its addresses, and SRV records that point to itself.
 */
import type { RelativeName } from '../../name.ts';
import type { OwnedRRset, RRset, RRType, Service, Target } from '../../rrset.ts';
import { serviceOctets } from '../format.ts';
import { GroupParts } from './group-parts.ts';
import { nowhere } from './places.ts';
import type { HostPlace } from './run.ts';
import { addressSet, maxRecords, serviceAt, serviceSet } from './sets.ts';
import { addressesAt, type ZoneNode } from './zone-node.ts';

/** At no place. */
const noHost: HostPlace = { labelAt: undefined, subdomainAt: undefined, profile: 0, ipv4: nowhere, ipv6: nowhere };

export class HostNode implements ZoneNode {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new HostNode(GroupParts.shape, noHost);

  readonly #group: GroupParts;
  readonly #host: HostPlace;

  constructor(group: GroupParts, host: HostPlace) {
    this.#group = group;
    this.#host = host;
  }

  get owner(): RelativeName {
    return this.#group.nameOf(this.#host);
  }

  rrset(type: RRType): RRset | undefined {
    switch (type) {
      case 'A':
        return addressSet(this.#group, type, [this.#host.ipv4]);
      case 'AAAA':
        return addressSet(this.#group, type, [this.#host.ipv6]);
      case 'SRV':
        return serviceSet(this.#group, this.#services());
      default:
        return undefined;
    }
  }

  targetAddresses(): readonly OwnedRRset[] {
    return this.#group.servicesOf(this.#host).count === 0 ? [] : addressesAt(this);
  }

  #services(): Service[] {
    const { octets } = this.#group;
    const { from, count } = this.#group.servicesOf(this.#host);
    const target: Target = { kind: 'relative', name: this.owner };
    return Array.from({ length: Math.min(count, maxRecords) }, (_, i) =>
      serviceAt(octets, from + serviceOctets * i, target),
    );
  }
}
