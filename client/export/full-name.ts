/**
 * Names as people type them, made whole: what ends in a zone is as it is, `redis-0.redis-headless.cache` gets `svc` and
 * the first zone behind it, `web.default.svc` the zone alone. An address is asked by its reverse name. Pure.
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
}

const arpa = parseName('arpa');
/** Below a zone there is nothing else that CoreDNS serves; the zone's own records aside. */
const branches: ReadonlySet<string> = new Set(['svc', 'pod']);

/**
 * `zones` has at least one. Throws NameError for what is no name, and for one that is too long when it is whole; UsageError
 * for a Service without its namespace.
 */
export function fullName(text: string, zones: readonly Name[]): FullName {
  const address = parseAddress(text);
  if (address !== undefined) {
    return { name: parseName(reverseName(address)), usualType: typeCodes.PTR, isCompleted: false };
  }
  const typed = parseName(text);
  const isWhole = text.endsWith('.') || [...zones, arpa].some((zone) => relativeTo(typed, zone) !== undefined);
  const name = isWhole ? typed : completed(typed, zones[0]!);
  const usualType = labelsOf(typed)[0]?.startsWith('_') ? typeCodes.SRV : typeCodes.A;
  return { name, usualType, isCompleted: !isWhole };
}

function completed(typed: Name, zone: Name): Name {
  const labels = labelsOf(typed);
  const isBelowBranch = branches.has(labels.at(-1)!);
  if (!isBelowBranch && labels.length === 1) {
    const [service] = labels;
    throw new UsageError(`"${service}" has no namespace: pass ${service}.NAMESPACE, such as ${service}.default`);
  }
  const branch = isBelowBranch ? '' : '\x03svc';
  const whole = `${typed.slice(0, -1)}${branch}${zone}`;
  if (whole.length > maxNameOctets) throw new NameError('NAME_TOO_LONG', labels.join('.'));
  return whole as Name;
}
