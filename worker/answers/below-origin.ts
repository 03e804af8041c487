/**
 * Records of a zone that is not the question's, in an answer whose relative names are below the question's zone: their
 * names are completed.
 */
import type { Name } from '../../zone/name.ts';
import type { Target } from '../../zone/rrset.ts';
import type { Owner, PlacedRRset, RecordSet } from '../message/reply.ts';

/** The set with its names in full. One that is too long for a name stays so, and is left out when it is written. */
export function belowOrigin(origin: Name, { owner, rrset }: PlacedRRset): PlacedRRset {
  return { owner: ownerBelow(origin, owner), rrset: setBelow(origin, rrset) };
}

function setBelow(origin: Name, rrset: RecordSet): RecordSet {
  switch (rrset.type) {
    case 'A':
    case 'AAAA':
    case 'TXT':
    case 'other':
      return rrset;
    case 'SRV': {
      const services = rrset.services.map((service) => ({ ...service, target: targetBelow(origin, service.target) }));
      return { ...rrset, services };
    }
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { ...rrset, targets: rrset.targets.map((target) => targetBelow(origin, target)) };
    case 'SOA':
      return { ...rrset, mname: targetBelow(origin, rrset.mname), rname: targetBelow(origin, rrset.rname) };
  }
}

function ownerBelow(origin: Name, owner: Owner): Owner {
  return owner.kind === 'question' ? owner : targetBelow(origin, owner);
}

function targetBelow(origin: Name, target: Target): Target {
  return target.kind === 'absolute' ? target : { kind: 'absolute', name: (target.name + origin) as unknown as Name };
}
