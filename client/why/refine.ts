/** Which finding in a cluster may take the place of what the edge said: one that says the same more exactly. Pure. */
import type { Finding, FindingCode } from './kube/finding.ts';
import type { Report } from './report.ts';

/** Of a pod that is there, in the moment in which it was looked at. */
const states: readonly FindingCode[] = ['POD_ENDED', 'POD_PENDING', 'POD_TERMINATING', 'POD_NOT_READY'];
const absences: readonly FindingCode[] = ['REPLICA_MISSING', 'POD_NOT_CREATED', 'POD_MISSING'];
const selection: readonly FindingCode[] = ['SELECTOR_MISMATCH', 'NO_PODS', 'WITHOUT_SELECTOR'];
const naming: readonly FindingCode[] = [
  'SERVICE_NAME_EMPTY',
  'SERVICE_NAME_DIFFERS',
  'SECOND_SERVICE',
  'HOSTNAME_WITHOUT_SUBDOMAIN',
  'SUBDOMAIN_WITHOUT_HOSTNAME',
  'SUBDOMAIN_DIFFERS',
  'HOSTNAME_DIFFERS',
  'POD_WITHOUT_HOSTNAME',
];
const namespace: readonly FindingCode[] = ['NAMESPACE_MISSING', 'NAMESPACE_HIDDEN', 'WRONG_NAMESPACE'];
const service: readonly FindingCode[] = [
  ...namespace,
  'SERVICE_MISSING',
  'GOVERNING_SERVICE_MISSING',
  'SERVICE_HIDDEN',
];
const external: readonly FindingCode[] = ['EXTERNAL_NAME_INVALID', 'EXTERNAL_NAME_TARGET', 'EXTERNAL_NAME_HAS_NO_PODS'];
const ports: readonly FindingCode[] = ['PORT_NOT_ON_SERVICE', 'TARGET_PORT_MISSING'];

/** By the code of the edge's cause. What is not here stands as the edge says it. */
const refinements: Readonly<Record<string, readonly FindingCode[]>> = {
  NO_NAMESPACE: [...namespace, 'NOT_PUBLISHED'],
  NO_SERVICE: [...service, 'EXTERNAL_NAME_INVALID', 'NOT_PUBLISHED', ...selection, ...states],
  CLUSTER_IP: ['HAS_CLUSTER_IP', ...naming, ...selection, ...states, ...absences],
  EXTERNAL_NAME: external,
  // It explains the target, of which the finding only says that it is not there.
  TARGET_MISSING: external.filter((code) => code !== 'EXTERNAL_NAME_TARGET'),
  NO_ENDPOINTS: [...selection, ...states, ...absences],
  NO_SELECTOR: ['WITHOUT_SELECTOR'],
  NONE_READY: states,
  NOT_READY: states,
  TERMINATING: ['POD_TERMINATING', 'POD_ENDED'],
  NO_SUCH_POD: [...absences, ...states, ...selection, ...naming],
  NO_HOSTNAMES: [...naming, ...absences, ...selection, ...states],
  OTHER_SERVICE: naming,
  OTHER_NAME: naming,
  NO_PORT: ports,
  PORT_MISSING: ports,
};

/** Of edges without remarks: they know that there is nothing, and not why. */
const anything: ReadonlySet<string> = new Set(['NOT_THERE', 'NO_DATA']);

/** Whether it is worth asking the cluster: the edge has got as far as the name, and there is nothing. */
export function mayBeRefined({ cause, rcode, records }: Pick<Report, 'cause' | 'rcode' | 'records'>): boolean {
  if (cause === null) return rcode === 'NXDOMAIN' || (rcode === 'NOERROR' && records === 0);
  return anything.has(cause.code) || Object.hasOwn(refinements, cause.code);
}

/** The report with the finding as its cause, where it does not contradict what the edge said. */
export function refined(report: Report, finding: Finding | undefined): Report {
  if (finding === undefined || !mayBeRefined(report)) return report;
  const { cause } = report;
  // It has the name, and other records than those that were asked for.
  if (finding.code === 'NOT_PUBLISHED' && report.rcode === 'NOERROR') return report;
  const fits = cause === null || anything.has(cause.code) || refinements[cause.code]?.includes(finding.code);
  return fits ? { ...report, cause: { ...finding, finder: 'kubernetes' } } : report;
}
