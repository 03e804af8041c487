/**
 * Names made of object names.
 *
 * Each part is a legal label in a valid object, but together they can be longer than a name may be, and below a long
 * alias sooner than in the cluster's own zone. A name that comes from here fits below every origin, so whoever answers
 * from the records can always write it out.
 */
import { absoluteName, type Name, NameError, prependLabel, type RelativeName } from '../../zone/name.ts';

/** The labels, from left to right, before `base`; or why that is no name in one of the zones. */
export function ownerName(
  labels: readonly string[],
  base: RelativeName,
  zoneOrigins: readonly Name[],
): RelativeName | NameError {
  try {
    const name = labels.reduceRight<RelativeName>((rest, label) => prependLabel(label, rest), base);
    for (const origin of zoneOrigins) absoluteName(name, origin);
    return name;
  } catch (error) {
    if (error instanceof NameError) return error;
    throw error;
  }
}
