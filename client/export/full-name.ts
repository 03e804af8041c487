/**
 * Names as people type them, made whole: what ends in a zone is as it is, `redis-0.redis-headless.cache` gets `svc` and
 * the first zone behind it, `web.default.svc` the zone alone. With a namespace they are searched for as in a pod of it.
 * An address is asked by its reverse name. Pure.
 */
import { UsageError } from '../../sync-agent/usage.ts';
import { parseAddress } from '../../zone/address.ts';
import { labelsOf, maxNameOctets, type Name, NameError, parseName, relativeTo } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import { reverseName } from '../../zone/text.ts';

export interface FullName {
  readonly name: Name;
  /** What people most often mean by such a name. */
  readonly usualType: number;
  /** Whether something was put behind what was typed. */
  readonly isCompleted: boolean;
  /** What a pod would ask for, one after the other, where the name before is not there. */
  readonly others: readonly Name[];
}

export interface Completing {
  /** A label: the names are those that a pod in it would ask for. */
  readonly namespace?: string | undefined;
  /** Takes a Service without its namespace, which is never there. */
  readonly takesLoneLabels?: boolean;
}

const arpa = parseName('arpa');
/** Below a zone there is nothing else that CoreDNS serves; the zone's own records aside. */
const branches: ReadonlySet<string> = new Set(['svc', 'pod']);

/**
 * `zones` has at least one. Throws NameError for what is no name, and for one that is too long when it is whole; UsageError
 * for a Service without its namespace.
 */
export function fullName(text: string, zones: readonly Name[], completing: Completing = {}): FullName {
  const address = parseAddress(text);
  if (address !== undefined) {
    return { name: parseName(reverseName(address)), usualType: typeCodes.PTR, isCompleted: false, others: [] };
  }
  const typed = parseName(text);
  const isInZone = [...zones, arpa].some((zone) => relativeTo(typed, zone) !== undefined);
  const isWhole = text.endsWith('.') || isInZone || isBelowOtherZone(labelsOf(typed));
  const usualType = labelsOf(typed)[0]?.startsWith('_') ? typeCodes.SRV : typeCodes.A;
  const [name, ...others] = isWhole ? ([typed] as const) : completed(typed, zones[0]!, completing);
  return { name, usualType, isCompleted: !isWhole, others };
}

/** Such as `web.default.svc.other.example`: a Service or a pod of a zone that is not known, or is misspelled. */
function isBelowOtherZone(labels: readonly string[]): boolean {
  return labels.some((label, i) => branches.has(label) && i >= 2 && i < labels.length - 2);
}

function completed(typed: Name, zone: Name, { namespace, takesLoneLabels = false }: Completing): [Name, ...Name[]] {
  const labels = labelsOf(typed);
  const services = ['svc'];
  if (namespace !== undefined) {
    // The search path of a pod (Kubernetes, "DNS for Services and Pods"); without one of its own, a name has few dots.
    const [first, ...others] = [[namespace, ...services], services, []].map((path) => joined(labels, path, zone));
    const fitting = others.filter((name) => name !== undefined);
    if (first === undefined) throw new NameError('NAME_TOO_LONG', labels.join('.'));
    return [first, ...fitting];
  }
  const isBelowBranch = branches.has(labels.at(-1)!);
  if (!isBelowBranch && labels.length === 1 && !takesLoneLabels) {
    const [service] = labels;
    throw new UsageError(`"${service}" has no namespace: pass ${service}.NAMESPACE, such as ${service}.default`);
  }
  const whole = joined(labels, isBelowBranch ? [] : services, zone);
  if (whole === undefined) throw new NameError('NAME_TOO_LONG', labels.join('.'));
  return [whole];
}

/** Undefined when it is longer than a name may be. */
function joined(labels: readonly string[], path: readonly string[], zone: Name): Name | undefined {
  const front = [...labels, ...path].map((label) => `${String.fromCharCode(label.length)}${label}`).join('');
  return front.length + zone.length > maxNameOctets ? undefined : (`${front}${zone}` as Name);
}

/** What `label` was given as, which is one label in lower case. Throws UsageError. */
export function readNamespace(text: string | undefined, label = '--namespace'): string | undefined {
  if (text === undefined || /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) return text;
  throw new UsageError(`${label} "${text}" is no name of a namespace: pass one such as default`);
}
