/**
 * A host's own name: its addresses, and SRV records that point to itself.
 */
import type { RelativeName } from '../../name.ts';
import type { OwnedRRset, RRset, RRType, Service, Target } from '../../rrset.ts';
import { serviceOctets } from '../format.ts';
import type { GroupParts } from './group-parts.ts';
import type { HostPlace } from './run.ts';
import { addressSet, maxRecords, serviceAt, serviceSet } from './sets.ts';
import { addressesAt, type ZoneNode } from './zone-node.ts';

export class HostNode implements ZoneNode {
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
