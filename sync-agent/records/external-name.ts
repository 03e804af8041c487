/**
 * The records of an ExternalName Service: a CNAME (Kubernetes DNS specification §2.5).
 *
 * A target that would give away something hidden is not published. The Service's own name then exists without data,
 * which is what CoreDNS answers to A and AAAA where it cannot follow a target inside the zone.
 */
import { formatName, type Name, NameError, type RelativeName, relativeTo } from '../../zone/name.ts';
import type { Target } from '../../zone/rrset.ts';
import { isKeptOut, mentionsIn, type Surroundings } from './hiding.ts';
import type { ObjectRecords, RecordOptions } from './options.ts';
import { ownerName } from './owner-name.ts';
import { plainGroup } from './plain-group.ts';

/** The group of an ExternalName Service whose name is `base`. `object` is how it is called in a problem. */
export function recordsOfExternalName(
  object: string,
  base: RelativeName,
  target: Name,
  around: Surroundings,
  options: RecordOptions,
): ObjectRecords {
  const { ttlSeconds, zoneOrigins } = options;
  if (mentionsIn(target, options).some((mention) => isKeptOut(mention, around, options))) {
    const reason = `its target ${formatName(target)} is hidden, or not among what is published; it has no CNAME record`;
    return { group: plainGroup(base, ttlSeconds), problems: [{ object, reason, isWithheld: true }] };
  }
  const cname = { type: 'CNAME', ttlSeconds, targets: [targetOf(target, zoneOrigins)] } as const;
  return { group: plainGroup(base, ttlSeconds, cname), problems: [] };
}

/** Inside one of the zones a target follows the zone that is asked, provided that it fits below each of them. */
function targetOf(name: Name, zoneOrigins: readonly Name[]): Target {
  const inside = zoneOrigins
    .flatMap((origin) => relativeTo(name, origin) ?? [])
    .reduce<RelativeName | undefined>((a, b) => (a === undefined || b.length < a.length ? b : a), undefined);
  return inside === undefined || ownerName([], inside, zoneOrigins) instanceof NameError
    ? { kind: 'absolute', name }
    : { kind: 'relative', name: inside };
}
