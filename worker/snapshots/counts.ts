/** How much stands in a snapshot, for listings. */
import { countZone } from '../../zone/image/count.ts';
import type { OpenedImage } from '../../zone/image/open.ts';
import type { Contents } from '../objects.ts';

/** Reads all of it, and so finds damage that was not looked for when it was opened. Throws ImageError. */
export function contentsOf(image: OpenedImage): Contents {
  if (image.kind === 'retired') return { kind: 'retired', counts: { names: 0, groups: 0, addresses: 0 } };
  const counts = { names: 0, groups: 0, addresses: 0 };
  for (const zone of image.zones) {
    if (zone.kind === 'reverse') continue;
    const { names, groups, addresses } = countZone(zone.fragments);
    counts.names += names;
    counts.groups += groups;
    counts.addresses += addresses;
  }
  return { kind: 'live', counts };
}
