/** The last step: what there is at the name, or at the one that its aliases lead to. Pure. */
import { type OpenedForwardZone, relativeLabels } from '../../zone/image/open.ts';
import { labelsOf, type Name, parentOf, type RelativeName } from '../../zone/name.ts';
import type { RRType } from '../../zone/rrset.ts';
import { aboutOther } from '../answers/other-name.ts';
import { matchZone, type ZoneMatch } from '../answers/zone-match.ts';
import type { RecordSet } from '../message/reply.ts';
import type { Case, Finding } from './examine.ts';
import type { Cause } from './explanation.ts';
import { missingBehind } from './missing-name.ts';
import { fatal, shown } from './steps.ts';
import { suggestions } from './suggestions.ts';

export function nameStep({ name, text, query, type, found, served, view }: Case): Finding {
  if (served.kind !== 'live' || found.kind === 'error') return { text };
  const { forward } = served.zones;
  const { answer, authority, rcode } = found.kind === 'forward' ? found.before : found;
  const target = aliasTarget(answer.at(-1)?.rrset, name, matchZone(forward, query));
  if (authority.length === 0) {
    return { text: target === undefined ? `${text} has an answer` : `${text} leads to ${shown(target)}` };
  }
  const missing = target ?? name;
  const match = matchZone(forward, target === undefined ? query : aboutOther(query, target));
  if (match === undefined) {
    return rcode === 'NOERROR'
      ? fatal('NO_DATA', `the name ${text} has no ${type} records`, 'Ask for type PTR.')
      : fatal(
          'NOT_THERE',
          `no name is published for the address of ${text}`,
          'Check the address, and that its pod is ready.',
        );
  }
  const { zone } = match;
  const origin = missing.slice(match.originOffset) as Name;
  const below = missing.slice(0, match.originOffset) as RelativeName;
  const { cause, existing, isThere } = lookAt(zone, below, origin, type);
  if (isThere) return { text: cause.text, cause };
  const labels = labelsOf(below);
  const alias = target && `${text} is an alias of ${shown(target)}.`;
  const whole = missingBehind(alias, cause);
  return {
    text: whole.text,
    cause: whole,
    suggestions: suggestions({ zone, origin, labels, scope: view.scope }),
    // Of names in other zones no line says anything.
    ...(zone.kind === 'cluster' && { missing: { zone: shown(origin), labels, existing, known: cause, alias } }),
  };
}

/** Where the last alias of an answer leads to. */
function aliasTarget(rrset: RecordSet | undefined, name: Name, match: ZoneMatch | undefined): Name | undefined {
  const target = rrset?.type === 'CNAME' ? rrset.targets[0] : undefined;
  if (target === undefined || target.kind === 'absolute') return target?.name;
  return match && ((target.name + name.slice(match.originOffset)) as Name);
}

const dataTypes: readonly RRType[] = ['A', 'AAAA', 'SRV', 'CNAME', 'PTR', 'TXT', 'NS'];

/** What the snapshot alone tells; `isThere` where the name has records of other types. */
function lookAt(
  zone: OpenedForwardZone,
  name: RelativeName,
  origin: Name,
  type: string,
): { readonly cause: Cause; readonly existing: number; readonly isThere: boolean } {
  const find = (below: RelativeName) => zone.find(relativeLabels(below));
  const full = (below: RelativeName) => shown((below + origin) as unknown as Name);
  const node = find(name);
  const labels = labelsOf(name);
  if (node !== undefined) {
    const [first, ...others] = dataTypes.filter((other) => node.rrset(other) !== undefined);
    const existing = labels.length;
    if (first === undefined) {
      const text = `${full(name)} exists, and has no records of its own.`;
      return {
        cause: { code: 'NO_DATA', text, next: 'Ask for a name below it, as "kube-doh list" shows them.' },
        existing,
        isThere: false,
      };
    }
    const text = `${full(name)} has no ${type} records, but ${[first, ...others].join(', ')}.`;
    return { cause: { code: 'NO_DATA', text, next: `Ask for type ${first}.` }, existing, isThere: true };
  }
  let above = parentOf(name);
  while (above !== undefined && find(above) === undefined) above = parentOf(above);
  const existing = above === undefined ? 0 : labelsOf(above).length;
  const child = labels.at(-1 - existing)!;
  const what =
    above === undefined ? `${shown(origin)} is empty` : `${full(above)} exists, and has nothing named ${child}`;
  const next = 'Compare the name with those that "kube-doh list" shows.';
  return { cause: { code: 'NOT_THERE', text: `${what}.`, next }, existing, isThere: false };
}
