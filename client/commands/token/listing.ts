/** What the edge tells of tokens, as a table. Pure. */
import type { Fields } from '../../administration.ts';
import { cellOf, fieldsOf, tableOf, timeCell } from '../table.ts';

const header = ['ID', 'NAME', 'CLUSTERS', 'NAMESPACES', 'ZONE', 'EXPIRES', 'CREATED'];

/** One line for each token below a header, the oldest first. */
export function tokenTable(tokens: unknown): readonly string[] {
  const entries = Array.isArray(tokens) ? tokens.map(fieldsOf) : [];
  const byAge = entries.toSorted((a, b) => Number(a['createdAt'] ?? 0) - Number(b['createdAt'] ?? 0));
  return byAge.length === 0 ? ['there is no token'] : tableOf(header, byAge.map(rowOf));
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
