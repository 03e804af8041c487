/** What the edge tells of clusters, as a table for people. Pure. */

type Fields = Readonly<Record<string, unknown>>;

const header = ['CLUSTER', 'STATE', 'AGE', 'SERIAL', 'NAMES', 'ZONES', 'LAST REFUSAL'];

/** One line for each cluster below a header. What the edge does not tell is `-`. */
export function clusterTable(clusters: unknown): readonly string[] {
  const entries = Array.isArray(clusters) ? clusters.map(fieldsOf) : [];
  if (entries.length === 0) return ['no cluster is registered'];
  const rows = [header, ...entries.map(rowOf)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function rowOf(entry: Fields): string[] {
  const { cluster, registered, state, ageSeconds, serial } = entry;
  const zones = [entry['zones'], entry['clustersetZones']].flat().filter((zone) => zone !== undefined);
  return [
    cellOf(cluster),
    registered === true ? cellOf(state) : 'not registered',
    typeof ageSeconds === 'number' ? `${ageSeconds}s` : '-',
    cellOf(serial),
    cellOf(fieldsOf(entry['counts'])['names']),
    zones.length === 0 ? '-' : zones.map(cellOf).join(','),
    refusalCell(fieldsOf(entry['lastRefusal'])),
  ];
}

function refusalCell({ code, at }: Fields): string {
  return typeof code === 'string' && typeof at === 'number' ? `${cellOf(code)} ${new Date(at).toISOString()}` : '-';
}

/** Without control characters: what the edge says goes to a terminal. */
function cellOf(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '-';
  return String(value).replace(/\p{Cc}/gu, '?') || '-';
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
