/** What a snapshot says, a line for each record under its full name, so that two snapshots can be compared as text. */
import { formatPrefix } from '../zone/address.ts';
import { flatten } from '../zone/flat.ts';
import { decodeImage } from '../zone/image/decode.ts';
import { formatName, type Name } from '../zone/name.ts';
import type { ForwardZone } from '../zone/snapshot.ts';
import { formatZone } from '../zone/text.ts';

/**
 * Zone file lines, and comments for each zone and for names that exist without records. The records of a zone with several
 * names are below its first. None of a cluster that was retired. Throws ImageError.
 */
export function zoneLines(image: Uint8Array): string[] {
  const snapshot = decodeImage(image);
  if (snapshot.kind === 'retired') return [];
  const lines: string[] = [];
  const add = (text: string): void => {
    for (const line of text.split('\n')) if (line !== '') lines.push(line);
  };
  let cluster: { readonly flat: ReturnType<typeof flatten>; readonly origin: Name } | undefined;
  for (const zone of snapshot.zones) {
    if (zone.kind === 'reverse') {
      for (const prefix of zone.prefixes) add(`; reverse zone ${formatPrefix(prefix)}`);
      if (cluster === undefined) continue;
      const { reverse } = cluster.flat;
      add(formatZone({ names: [], records: [], dashed: [], reverse }, cluster.origin));
    } else {
      const flat = flatten(zone.groups);
      const [origin] = zone.origins;
      if (zone.kind === 'cluster') cluster = { flat, origin };
      for (const line of originLines(zone)) add(line);
      add(formatZone({ ...flat, reverse: [] }, origin));
    }
  }
  return lines;
}

function originLines({ kind, origins: [origin, ...aliases] }: ForwardZone): string[] {
  const first = formatName(origin);
  return [`; ${kind} zone ${first}`, ...aliases.map((alias) => `; ${kind} zone ${formatName(alias)}, as ${first}`)];
}

/** Those that are gone, then those that have come, each with its sign. */
export function changedLines(before: readonly string[], after: readonly string[]): string[] {
  const old = new Set(before);
  const now = new Set(after);
  return [
    ...before.filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
}
