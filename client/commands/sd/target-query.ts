/** What is asked of an edge about targets, from words of a command line. Pure; throws UsageError for those that make no sense. */
import { UsageError } from '../../../sync-agent/usage.ts';
import { labelsOf, type Name } from '../../../zone/name.ts';
import { readNamespace } from '../../export/full-name.ts';
import { readService } from '../hosts/service.ts';

export const addressKinds = ['ip', 'name'] as const;
export const readyKinds = ['all', 'only'] as const;
export const targetFormats = ['prometheus', 'targets', 'addresses'] as const;

export type TargetFormat = (typeof targetFormats)[number];

/** As GET …/sd takes it; what is undefined is not asked. */
export interface TargetQuery extends Readonly<Record<string, string | undefined>> {
  readonly namespace: string | undefined;
  readonly service?: string | undefined;
  readonly port: string | undefined;
  readonly address: string | undefined;
  readonly ready: string | undefined;
  readonly format: TargetFormat;
  /** That names are below; undefined: the credential's, or the cluster's own domain. */
  readonly zone?: string | undefined;
}

export interface TargetFlags {
  readonly namespace?: string | undefined;
  readonly port?: string | undefined;
  readonly address?: string | undefined;
  readonly ready?: string | undefined;
  readonly format?: string | undefined;
}

export function readTargetFlags({ namespace, port, address, ready, format }: TargetFlags): TargetQuery {
  return {
    namespace: readNamespace(namespace),
    port: readPort(port),
    address: readWord('--address', address, addressKinds),
    ready: readWord('--ready', ready, readyKinds),
    format: readWord('--format', format, targetFormats) ?? 'prometheus',
  };
}

/** `service` is NAMESPACE/SERVICE, or SERVICE.NAMESPACE and whole names as other commands take them, or a Service in any namespace. */
export function withService(query: TargetQuery, text: string, zones: readonly Name[]): TargetQuery {
  const { namespace = query.namespace, service } = serviceIn(text, zones);
  if (query.namespace === undefined || query.namespace === namespace) return { ...query, namespace, service };
  throw new UsageError(`"${text}" is in the namespace ${namespace}, and --namespace says ${query.namespace}`);
}

interface Place {
  readonly namespace?: string | undefined;
  readonly service: string | undefined;
}

function serviceIn(text: string, zones: readonly Name[]): Place {
  const parts = text.split('/');
  if (parts.length === 2 && parts.every(isLabel)) return { namespace: parts[0], service: parts[1] };
  if (isLabel(text)) return { service: text };
  if (text.includes('/')) throw new UsageError(`"${text}" is no service: pass NAMESPACE/SERVICE, such as default/web`);
  const [service, inNamespace] = labelsOf(readService(text, zones));
  return { namespace: inNamespace, service };
}

function isLabel(text: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}

/** A number, or a name as Services give it to their ports (RFC 6335 §5.1, or a label). */
export function readPort(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const isNumber = /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
  if (isNumber || (isLabel(text) && /[a-z]/.test(text))) return text;
  throw new UsageError(`--port "${text}" is no port: pass its number or its name, such as 6379 or redis`);
}

function readWord<Word extends string>(
  label: string,
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (text === undefined) return undefined;
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  throw new UsageError(`${label} "${text}" is none of ${words.join(', ')}`);
}
