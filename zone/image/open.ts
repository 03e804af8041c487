/**
 * An image opened for questions: names are found by hash, addresses by binary search, and nothing is copied.
 *
 * An image may be wrong in any way. Then a reader throws ImageError or gives an answer that is wrong too, but it ends, and
 * no answer costs more than a pass over one group or makes a set of more than `maxRecords` records.
 */
import { OpenedForwardZone } from './forward-zone.ts';
import { readImage } from './layout.ts';
import { damaged } from './octets.ts';
import { OpenedReverseZone } from './reverse-zone.ts';

export { OpenedForwardZone, type RelativeLabels, relativeLabels } from './forward-zone.ts';
export { OpenedReverseZone } from './reverse-zone.ts';

export type OpenedImage =
  | { readonly kind: 'live'; readonly zones: readonly OpenedZone[]; readonly octets: number }
  | { readonly kind: 'retired'; readonly octets: number };

export type OpenedZone = OpenedForwardZone | OpenedReverseZone;

/** Checks the header and how the groups lie; everything else is checked when it is read. Throws ImageError. */
export function openImage(image: Uint8Array): OpenedImage {
  const { header, section } = readImage(image);
  if (header.kind === 'retired') return { kind: 'retired', octets: image.length };
  let cluster: OpenedForwardZone | undefined;
  const zones = header.zones.map((zone): OpenedZone => {
    if (zone.kind === 'reverse') {
      if (cluster === undefined) throw damaged('it has a reverse zone and no cluster zone');
      return new OpenedReverseZone(zone, section(zone.ipv4), section(zone.ipv6), cluster);
    }
    const opened = new OpenedForwardZone(zone, section(zone.nameIndex), section(zone.fragments));
    if (zone.kind === 'cluster') cluster = opened;
    return opened;
  });
  return { kind: 'live', zones, octets: image.length };
}
