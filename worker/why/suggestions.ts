/**
 * Names that somebody may have meant: they exist, the asker may hear of them, and one slip lies between them and what was
 * asked. Pure; the same names and the same question give the same suggestions.
 */

import { listNames } from '../../zone/image/list.ts';
import { type OpenedForwardZone, relativeLabels } from '../../zone/image/open.ts';
import { absoluteName, formatName, labelsOf, maxNameOctets, type Name, type RelativeName } from '../../zone/name.ts';
import { isNameInScope, type Scope } from '../answers/scope.ts';
import { labelDistance } from './label-distance.ts';

export const maxSuggestions = 5;
/** In the asker's scope: beyond, a cluster is so large that looking on would cost more than a guess is worth. */
const maxLooked = 100_000;

/** Likelier slips first. */
const likelihood = { incomplete: 3, oneLabelMore: 4, swapped: 4, otherNamespace: 5 } as const;

/** What was asked, as labels below the zone's apex, or all labels of a name that is in no zone. */
export interface Meant {
  readonly zone: OpenedForwardZone;
  /** Below which the names are suggested. */
  readonly origin: Name;
  readonly labels: readonly string[];
  readonly scope: Scope;
}

/** With the final dot, the likeliest first. Throws ImageError. */
export function suggestions({ zone, origin, labels, scope }: Meant): readonly string[] {
  const found: { readonly name: RelativeName; readonly rank: number }[] = [];
  let looked = 0;
  for (const name of listNames(zone.fragments, (base) => isNameInScope(scope, base))) {
    if (!isNameInScope(scope, name) || name.length + origin.length > maxNameOctets) continue;
    looked += 1;
    if (looked > maxLooked) break;
    const rank = slipBetween(labels, labelsOf(name));
    if (rank === undefined) continue;
    found.push({ name, rank });
    found.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
    found.splice(maxSuggestions);
  }
  return found.map(({ name }) => formatName(absoluteName(name, origin)));
}

/** The name in this zone, of which one label was misspelled; nothing where it is not there. Throws ImageError. */
export function misspelledZone({ zone, origin, labels, scope }: Meant): readonly string[] {
  const right = labelsOf(origin);
  const front = labels.slice(0, -right.length);
  const wrong = labels
    .slice(-right.length)
    .flatMap((label, i) => (label === right[i] ? [] : [[label, right[i]!] as const]));
  const [slip] = wrong;
  if (slip === undefined || wrong.length > 1 || labelDistance(...slip) === undefined) return [];
  const name = front.map((label) => String.fromCharCode(label.length) + label).join('') as RelativeName;
  const isThere = isNameInScope(scope, name) && zone.find(relativeLabels(name)) !== undefined;
  return isThere && name.length + origin.length <= maxNameOctets ? [formatName(absoluteName(name, origin))] : [];
}

/** Undefined where more than one slip lies between them, and where none does. */
function slipBetween(asked: readonly string[], label: readonly string[]): number | undefined {
  const most = Math.max(asked.length, label.length);
  let first = 0;
  while (first < most && asked[first] === label[first]) first += 1;
  if (first === asked.length) return first === label.length ? 0 : likelihood.incomplete;
  let same = 0;
  while (same < most - first && asked.at(-1 - same) === label.at(-1 - same)) same += 1;
  const [left, there] = [asked.length - first - same, label.length - first - same];
  // Also from the middle on: a pod alone, to which `svc` and the zone were added.
  if (left === 0 && first > 0) return likelihood.incomplete;
  if (left === 1 && there === 1) return slipIn(asked[first]!, label[first]!, same);
  if (left === 2 && there === 2) {
    return asked[first] === label[first + 1] && asked[first + 1] === label[first] ? likelihood.swapped : undefined;
  }
  return asked.length > 1 && Math.abs(asked.length - label.length) === 1 && Math.min(left, there) <= 0
    ? likelihood.oneLabelMore
    : undefined;
}

/** One label is another: a slip of the fingers, or another namespace, which has one label behind it. */
function slipIn(asked: string, label: string, labelsBehind: number): number | undefined {
  return labelDistance(asked, label) ?? (labelsBehind === 1 ? likelihood.otherNamespace : undefined);
}
