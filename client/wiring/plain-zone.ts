/** Zones as the configurations of other programs want them. */
import { formatName, type Name } from '../../zone/name.ts';

/** What can be the name of a file, and a word in anybody's configuration. */
const plain = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/** Without the final dot; undefined for the root and for names with unusual characters. */
export function plainZone(zone: Name): string | undefined {
  const text = formatName(zone).slice(0, -1);
  return plain.test(text) ? text : undefined;
}
