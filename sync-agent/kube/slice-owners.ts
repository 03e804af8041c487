/** What the endpoints of a slice belong to, from its labels. Pure. */
import type { SliceOwner } from '../cluster.ts';
import { type Fields, fieldsOf, isAbsent, quote } from './json.ts';
import { isLabel, optionalObjectAt, type ProblemList } from './trimmed.ts';

export const serviceLabel = 'kubernetes.io/service-name';
/** Of the Multi-Cluster Services API (KEP-1645). */
const importLabel = 'multicluster.kubernetes.io/service-name';
const clusterLabel = 'multicluster.kubernetes.io/source-cluster';

/**
 * A slice may belong to a Service, to a ServiceImport, or to both; `keepsImports` is whether ServiceImports count. One that
 * names nothing is a problem; one that only names what does not count is not.
 */
export function sliceOwners(object: Fields, keepsImports: boolean, problems: ProblemList): SliceOwner[] {
  const labels = optionalObjectAt(fieldsOf(object['metadata'])['labels'], 'metadata.labels', problems);
  if (labels === undefined) return [];
  const service = labels[serviceLabel];
  const serviceImport = labels[importLabel];
  const owners: SliceOwner[] = [];
  if (!isAbsent(service) || isAbsent(serviceImport)) {
    const name = trimLabel(service, serviceLabel, 'a Service', problems);
    if (name !== undefined) owners.push({ kind: 'service', service: name });
  }
  if (keepsImports && !isAbsent(serviceImport)) {
    const name = trimLabel(serviceImport, importLabel, 'a ServiceImport', problems);
    const cluster = trimLabel(labels[clusterLabel], clusterLabel, 'a cluster', problems);
    if (name !== undefined && cluster !== undefined) owners.push({ kind: 'serviceImport', service: name, cluster });
  }
  return owners;
}

function trimLabel(value: unknown, label: string, what: string, problems: ProblemList): string | undefined {
  if (typeof value === 'string' && isLabel(value)) return value;
  problems.add(`metadata.labels["${label}"]: ${quote(value)} is not ${what}'s name`);
  return undefined;
}
