/** What the edge tells of clusters, as a table. Pure. */
import type { Fields } from '../../administration.ts';
import { cellOf, fieldsOf, tableOf, timeCell } from '../table.ts';

const header = ['CLUSTER', 'STATE', 'AGE', 'SERIAL', 'NAMES', 'ZONES', 'LAST REFUSAL'];

/** One line for each cluster below a header. */
export function clusterTable(clusters: unknown): readonly string[] {
  const entries = Array.isArray(clusters) ? clusters.map(fieldsOf) : [];
  return entries.length === 0 ? ['no cluster is registered'] : tableOf(header, entries.map(rowOf));
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
  return typeof code === 'string' && typeof at === 'number' ? `${cellOf(code)} ${timeCell(at)}` : '-';
}
