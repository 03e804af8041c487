/**
 * What is left out of a snapshot that would be too large for the edge: the largest names, until the rest fits. Otherwise
 * nothing could be published any more, of anybody.
 */
import { maxHeaderOctets } from '../../zone/image/format.ts';
import { nameIndexOctets } from '../../zone/image/name-index.ts';
import { maxBodyOctets } from '../../zone/manifest.ts';
import type { PublishedGroup, PublishedZone } from './published-zone.ts';

/** Data that cannot be compressed takes 5 more octets for every 16 KiB or so, and some around it (RFC 1951 §3.2.4). */
const maxInflationOctets = 64 * 1024;

/**
 * What the zones may take in an image. A header of any length fits beside it, and the body is short enough even if it
 * cannot be compressed: so what is published does not depend on how well it can be.
 */
export const maxZonesOctets = maxBodyOctets - maxInflationOctets - maxHeaderOctets;

/** The groups that go, by zone. A zone of which none goes is not there. */
export type Overflow = ReadonlyMap<PublishedZone, readonly PublishedGroup[]>;

/** The groups that must go so that the zones take at most so many octets. It depends on the groups alone. */
export function overflowOf(zones: readonly PublishedZone[], maxOctets: number): Overflow {
  const overflow = new Map<PublishedZone, PublishedGroup[]>();
  let octets = zones.reduce((sum, { groups }) => sum + groups.octetsInImage, 0);
  if (octets <= maxOctets) return overflow;
  const all = zones.flatMap((zone) => [...zone.published()].map((group) => ({ zone, group })));
  all.sort((a, b) => bySize(a.group, b.group) || zones.indexOf(a.zone) - zones.indexOf(b.zone));
  for (const { zone, group } of all) {
    if (octets <= maxOctets) break;
    const gone = overflow.get(zone) ?? [];
    overflow.set(zone, gone);
    const count = zone.groups.count - gone.length;
    octets -= group.octets + nameIndexOctets(count) - nameIndexOctets(count - 1);
    gone.push(group);
  }
  return overflow;
}

/** The largest first; those of one size in the order of their names. */
function bySize(a: PublishedGroup, b: PublishedGroup): number {
  return b.octets - a.octets || (a.sortKey === b.sortKey ? 0 : a.sortKey < b.sortKey ? -1 : 1);
}
