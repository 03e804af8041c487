/**
 * Names made of object names.
 *
 * Each part is a legal label in a valid object, but together they can be longer than a name may be, and below a long
 * alias sooner than in the cluster's own zone. A name that comes from here fits below every origin, so whoever answers
 * from the records can always write it out.
 */
import {
  formatRelativeName,
  maxNameOctets,
  type Name,
  NameError,
  prependLabel,
  type RelativeName,
} from '../../zone/name.ts';

/** The labels, from left to right, before `base`; or why that is no name in one of the zones. */
export function ownerName(
  labels: readonly string[],
  base: RelativeName,
  zoneOrigins: readonly Name[],
): RelativeName | NameError {
  try {
    let name = base;
    for (let i = labels.length - 1; i >= 0; i -= 1) name = prependLabel(labels[i]!, name);
    return roomBefore(name, zoneOrigins) < 0 ? new NameError('NAME_TOO_LONG', formatRelativeName(name)) : name;
  } catch (error) {
    if (error instanceof NameError) return error;
    throw error;
  }
}

/** How many octets of further labels, in wire form, fit before `base` in every one of the zones. */
export function roomBefore(base: RelativeName, zoneOrigins: readonly Name[]): number {
  let longest = 0;
  for (const { length } of zoneOrigins) longest = Math.max(longest, length);
  return maxNameOctets - longest - base.length;
}
