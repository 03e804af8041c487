/**
 * Which of an upstream's records answer a question: the aliases from the name on, and what the last of them leads to.
 * Of everything else it was not asked, and is not believed. Pure.
 */
import { type Name, relativeTo } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import { typeAny } from '../message/query-type.ts';
import { unusable } from './upstream-error.ts';
import { nameIn, recordTypes, type UpstreamSet } from './upstream-records.ts';

export interface Chain<Continued> {
  readonly sets: readonly UpstreamSet[];
  /** To which name the aliases lead. */
  readonly last: Name;
  /** Whether it has what was asked. */
  readonly isFound: boolean;
  /** How it goes on where the name is not for the upstream to tell of; undefined where it is. */
  readonly continued: Continued | undefined;
}

export interface ChainStart<Continued> {
  readonly name: Name;
  readonly qtype: number;
  readonly dnssecOk: boolean;
  readonly maxAliases: number;
  /** Undefined of a name that the upstream may tell of, as it may of the first. */
  readonly own: (name: Name) => Continued | undefined;
}

/** Throws UpstreamError when there are too many aliases, as there are where they go round. */
export function chainFrom<T>(start: ChainStart<T>, all: readonly UpstreamSet[]): Chain<T> {
  const { qtype, dnssecOk, maxAliases, own } = start;
  const sets: UpstreamSet[] = [];
  const keep = (set: UpstreamSet): void => {
    if (sets.includes(set)) return;
    sets.push(set);
    if (dnssecOk) sets.push(...all.filter(({ owner, covers }) => owner === set.owner && covers === set.type));
  };
  let last = start.name;
  for (let aliases = 0; ; aliases += 1) {
    const here = all.filter(({ owner }) => owner === last);
    const found = here.filter(({ type }) => type === qtype || qtype === typeAny);
    const alias = here.find(({ type }) => type === typeCodes.CNAME);
    if (found.length > 0 || alias === undefined) {
      // Of a name with all its types, signatures are some of them.
      if (qtype === typeAny) sets.push(...found);
      else found.forEach(keep);
      return { sets, last, isFound: found.length > 0, continued: undefined };
    }
    if (aliases >= maxAliases) throw unusable('there are too many aliases');
    const target = nameIn(alias.data[0]!);
    const from = last;
    for (const set of all) if (isSourceOf(set, from, target)) keep(set);
    // RFC 2181 §10.1: a name has one at most.
    keep({ ...alias, data: alias.data.slice(0, 1) });
    last = target;
    const continued = own(target);
    if (continued !== undefined) return { sets, last, isFound: false, continued };
  }
}

/** Whether it is a DNAME record that makes an alias of `name` to `target` (RFC 6672 §2.2). */
function isSourceOf({ owner, type, data }: UpstreamSet, name: Name, target: Name): boolean {
  const prefix = type === recordTypes.dname && owner !== name ? relativeTo(name, owner) : undefined;
  return prefix !== undefined && prefix + nameIn(data[0]!) === target;
}
