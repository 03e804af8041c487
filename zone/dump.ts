/**
 * An image as zone file text, for people: each zone behind a comment that says what it is.
 */
import { formatPrefix } from './address.ts';
import { type FlatZone, flatten } from './flat.ts';
import { decodeImage } from './image/decode.ts';
import { formatName } from './name.ts';
import type { ForwardZone, ReverseZone } from './snapshot.ts';
import { formatZone } from './text.ts';

/** Names are relative to the `$ORIGIN` line in front of them. Throws ImageError. */
export function dumpImage(image: Uint8Array): string {
  const snapshot = decodeImage(image);
  if (snapshot.kind === 'retired') return '; retired: the cluster has left\n';
  let cluster: OpenedZone | undefined;
  return snapshot.zones
    .map((zone) => {
      if (zone.kind === 'reverse') return dumpReverse(zone, cluster);
      const opened = { zone, flat: flatten(zone.groups) };
      if (zone.kind === 'cluster') cluster = opened;
      return dumpForward(opened);
    })
    .join('\n');
}

interface OpenedZone {
  readonly zone: ForwardZone;
  readonly flat: FlatZone;
}

function dumpForward({ zone, flat }: OpenedZone): string {
  const { kind, origins, ttlSeconds, groups } = zone;
  const counts = `${counted(groups, 'group')}, ${counted(flat.names, 'name')}, ${counted(flat.records, 'set')}`;
  return `; ${kind} zone ${origins.map(formatName).join(' ')}, TTL ${ttlSeconds}: ${counts}
$ORIGIN ${formatName(origins[0])}
${formatZone({ ...flat, reverse: [] })}`;
}

/** Its targets are below the cluster's own domain. */
function dumpReverse({ ttlSeconds, prefixes }: ReverseZone, cluster: OpenedZone | undefined): string {
  const reverse = cluster?.flat.reverse ?? [];
  const origin = cluster === undefined ? '' : `$ORIGIN ${formatName(cluster.zone.origins[0])}\n`;
  const blocks = prefixes.map((prefix) => ` ${formatPrefix(prefix)}`).join('');
  const header = `; reverse zone${blocks}, TTL ${ttlSeconds}: ${counted(reverse, 'address', 'addresses')}\n`;
  return header + origin + formatZone({ names: [], records: [], dashed: [], reverse });
}

function counted(items: readonly unknown[], one: string, many = `${one}s`): string {
  return `${items.length} ${items.length === 1 ? one : many}`;
}
