/** What Kubernetes objects tell of why a name does not exist. Values only. */

import type { Cause } from '../report.ts';
import type { AskedName } from './asked-name.ts';

/** docs/why.md lists them, with what each means. */
export const findingCodes = [
  'NAMESPACE_MISSING',
  'NAMESPACE_HIDDEN',
  'WRONG_NAMESPACE',
  'SERVICE_MISSING',
  'GOVERNING_SERVICE_MISSING',
  'SERVICE_HIDDEN',
  'EXTERNAL_NAME_INVALID',
  'EXTERNAL_NAME_TARGET',
  'EXTERNAL_NAME_HAS_NO_PODS',
  'HAS_CLUSTER_IP',
  'PORT_NOT_ON_SERVICE',
  'TARGET_PORT_MISSING',
  'SELECTOR_MISMATCH',
  'NO_PODS',
  'WITHOUT_SELECTOR',
  'REPLICA_MISSING',
  'POD_NOT_CREATED',
  'POD_MISSING',
  'POD_ENDED',
  'POD_PENDING',
  'POD_TERMINATING',
  'POD_NOT_READY',
  'SERVICE_NAME_EMPTY',
  'SERVICE_NAME_DIFFERS',
  'SECOND_SERVICE',
  'HOSTNAME_WITHOUT_SUBDOMAIN',
  'SUBDOMAIN_WITHOUT_HOSTNAME',
  'SUBDOMAIN_DIFFERS',
  'HOSTNAME_DIFFERS',
  'POD_WITHOUT_HOSTNAME',
  'NOT_PUBLISHED',
] as const;

export type FindingCode = (typeof findingCodes)[number];

export interface Finding extends Cause {
  readonly code: FindingCode;
}

export function finding(code: FindingCode, text: string, next: string): Finding {
  return { code, text, next };
}

/** What was asked, and the zone that it was asked in, without a final dot. */
export interface Question extends AskedName {
  readonly zone: string;
}

/** A name in the zone that was asked. */
export function nameIn({ namespace, zone }: Question, service: string, host?: string): string {
  return `${host === undefined ? '' : `${host}.`}${service}.${namespace}.svc.${zone}`;
}

export function kubectl(verb: string, { namespace }: Question): string {
  return `"kubectl ${verb} --namespace ${namespace}"`;
}
