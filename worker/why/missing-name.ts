/**
 * What there is to say of a name that is not there, or has no records: a remark of the cluster's agent where one fits, or
 * what the snapshot alone tells. Pure.
 */
import { parseRelativeName } from '../../zone/name.ts';
import { fillIn, type NameRemarks, type Remark, remarkOn } from '../../zone/remarks/remarks.ts';
import { isNameInScope, namespaceOf, type Scope } from '../answers/scope.ts';
import type { Cause } from './explanation.ts';

/** A name below the apex of a zone that is served. */
export interface MissingName {
  /** Without its final dot. */
  readonly zone: string;
  /** From left to right. */
  readonly labels: readonly string[];
  /** How many of them, from the right, are a name that exists. */
  readonly existing: number;
  /** What the snapshot alone tells. */
  readonly known: Cause;
  /** A sentence of the alias that leads there; undefined where it was asked for itself. */
  readonly alias: string | undefined;
}

export type Lines = ReadonlyMap<string, NameRemarks>;

/** The names that a remark on this one may stand under: its own, and those above it. Others' are never looked at. */
export function remarkedNames({ labels }: MissingName, scope: Scope): ReadonlySet<string> {
  // Of others no line says anything, and a dot in a label would make it look like two.
  if (!labels.every((label) => /^[a-z0-9_-]+$/.test(label))) return new Set();
  const names = [...labels, ''].map((_, i) => labels.slice(i).join('.'));
  return new Set(names.filter((name) => isNameInScope(scope, parseRelativeName(name))));
}

/** `lines` are those of `remarkedNames`. */
export function causeOf(missing: MissingName, lines: Lines, scope: Scope): Cause {
  const { zone, labels, known } = missing;
  for (let i = 0; i <= labels.length; i += 1) {
    const line = lines.get(labels.slice(i).join('.'));
    if (line === undefined) continue;
    const front = labels.slice(0, i).join('.');
    const remark = remarkIn(line, front, scope, missing.existing - labels.length + i);
    if (remark === undefined) break;
    const { code, cause, next } = remark;
    return { code, text: fillIn(cause, zone, front), next: fillIn(next, zone, front) };
  }
  return known;
}

/** The same, where an alias led there. */
export function missingBehind(alias: string | undefined, cause: Cause): Cause {
  return alias === undefined ? cause : { ...cause, code: 'TARGET_MISSING', text: `${alias} ${cause.text}` };
}

/**
 * `passed`: how many labels more than the line's name has a name that exists, on the way to the missing one; negative where
 * its own is not there. What is said of all names below it fits none that is below another which exists, nor below a line
 * that is older than its own name. Names that a line without a namespace lists may be anybody's.
 */
function remarkIn(line: NameRemarks, front: string, scope: Scope, passed: number): Remark | undefined {
  const { names = {}, below, ...others } = line;
  const isListed = scope === 'all' || namespaceOf(parseRelativeName(line.name)) !== undefined;
  const isRefuted = passed > 0 || (passed === 0 && below?.cause === line.at?.cause);
  return remarkOn({ ...others, ...(isListed && { names }), ...(!isRefuted && below && { below }) }, front);
}
