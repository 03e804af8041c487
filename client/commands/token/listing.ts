/** What the edge tells of tokens, as a table for people. Pure. */

type Fields = Readonly<Record<string, unknown>>;

const header = ['ID', 'NAME', 'CLUSTERS', 'NAMESPACES', 'ZONE', 'EXPIRES', 'CREATED'];

/** One line for each token below a header, the oldest first. What the edge does not tell is `-`. */
export function tokenTable(tokens: unknown): readonly string[] {
  const entries = Array.isArray(tokens) ? tokens.map(fieldsOf) : [];
  if (entries.length === 0) return ['there is no token'];
  const byAge = entries.toSorted((a, b) => Number(a['createdAt'] ?? 0) - Number(b['createdAt'] ?? 0));
  const rows = [header, ...byAge.map(rowOf)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function rowOf(entry: Fields): string[] {
  const { id, name, clusters, namespaces, zone, expiresAt, createdAt } = entry;
  if (createdAt === undefined) return [cellOf(id), '(damaged; revoke it)', '-', '-', '-', '-', '-'];
  return [
    cellOf(id),
    cellOf(name),
    listCell(clusters),
    namespaces === null ? 'all' : listCell(namespaces),
    cellOf(zone),
    expiresAt === null ? 'never' : timeCell(expiresAt),
    timeCell(createdAt),
  ];
}

function listCell(value: unknown): string {
  return Array.isArray(value) ? value.map(cellOf).join(',') : '-';
}

function timeCell(value: unknown): string {
  const time = typeof value === 'number' ? new Date(value) : undefined;
  return time === undefined || Number.isNaN(time.getTime()) ? '-' : time.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Without control characters: what the edge says goes to a terminal. */
function cellOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\p{Cc}/gu, '?') || '-' : '-';
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
