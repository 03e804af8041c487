/**
 * One forward zone of the snapshot, kept encoded: what each object brings is exchanged when the object changes.
 */
import type { OwnerGroup } from '../../zone/group.ts';
import { groupKey } from '../../zone/image/count.ts';
import { withAncestors } from '../../zone/image/encode.ts';
import { encodeFragment, octetsInImage } from '../../zone/image/fragment.ts';
import { type GroupChange, PlacedGroups } from '../../zone/image/placed-groups.ts';
import type { Problem } from '../cluster.ts';
import type { ObjectRecords } from '../records/options.ts';
import { recordsOfZone, type ZoneKind } from '../records/zone.ts';
import { fittedGroup } from './fitted-group.ts';

/** The group of an object. */
export interface PublishedGroup {
  /** Such as `Service shop/web`, for problems. */
  readonly object: string;
  readonly sortKey: string;
  /** What it takes in an image, without its slots of the name index. */
  readonly octets: number;
  /** Whether it has nothing but its name. Others may be below that, so it cannot go before them. */
  readonly isEmpty: boolean;
  /** How many names it makes exist. */
  readonly names: number;
}

/** A group makes more names exist than before, or fewer. */
export interface NameChange {
  /** Tells the groups of all zones apart, as `namesByGroup` (zone/image/count.ts) does. */
  readonly key: string;
  /** By how many names; negative where it has lost some. */
  readonly growth: number;
}

/** What comes of one object, and what is wrong with it. */
interface Outcome {
  readonly group: PublishedGroup | undefined;
  readonly problems: readonly Problem[];
}

export class PublishedZone {
  readonly kind: ZoneKind;
  /** The groups of all objects, those of the zone itself, and their ancestors. */
  readonly groups = new PlacedGroups();
  readonly #outcomes = new Map<string, Outcome>();
  #changes: GroupChange[] = [];
  #nameChanges: NameChange[] = [];

  constructor(kind: ZoneKind, options: { readonly ttlSeconds: number }) {
    this.kind = kind;
    const zone = withAncestors(recordsOfZone(kind, options).map(encodeFragment));
    this.groups.update(zone.map((fragment) => ({ sortKey: fragment.sortKey, fragment })));
    this.#nameChanges = zone.map(({ sortKey, names }) => ({ key: groupKey(kind, sortKey), growth: names }));
  }

  /**
   * Takes what `source` brings now; it counts from the next `place` on. A source must not be set twice in between, and no
   * two may bring the same name. `object` is what it is called in a problem, if that is something else.
   */
  set(source: string, { group, problems }: ObjectRecords, object = source): void {
    const before = this.#outcomes.get(source)?.group;
    const outcome = group === undefined ? { group, problems } : this.#add(group, problems, object);
    if (outcome.group === undefined && outcome.problems.length === 0) this.#outcomes.delete(source);
    else this.#outcomes.set(source, outcome);
    const after = outcome.group;
    if (after === undefined && before !== undefined) {
      this.#changes.push({ sortKey: before.sortKey, fragment: undefined });
    }
    const sortKey = (after ?? before)?.sortKey;
    const growth = (after?.names ?? 0) - (before?.names ?? 0);
    if (sortKey !== undefined && growth !== 0) this.#nameChanges.push({ key: groupKey(this.kind, sortKey), growth });
  }

  /** The changes since the last call, one after the other. */
  takeNameChanges(): readonly NameChange[] {
    const changes = this.#nameChanges;
    this.#nameChanges = [];
    return changes;
  }

  /** Puts all that was set into its place among the groups. */
  place(): void {
    if (this.#changes.length > 0) this.groups.update(this.#changes);
    this.#changes = [];
  }

  /** The groups of objects that could be left out. */
  *published(): Generator<PublishedGroup, void, undefined> {
    for (const { group } of this.#outcomes.values()) if (group !== undefined && !group.isEmpty) yield group;
  }

  /** All that could not become records. */
  *problems(): Generator<Problem, void, undefined> {
    for (const { problems } of this.#outcomes.values()) yield* problems;
  }

  #add(group: OwnerGroup, before: readonly Problem[], object: string): Outcome {
    const { fragment, reasons } = fittedGroup(group);
    const problems = reasons.length === 0 ? before : [...before, ...reasons.map((reason) => ({ object, reason }))];
    if (fragment === undefined) return { group: undefined, problems };
    const { sortKey, names } = fragment;
    this.#changes.push({ sortKey, fragment });
    return { group: { object, sortKey, octets: octetsInImage(fragment), isEmpty: isEmpty(group), names }, problems };
  }
}

function isEmpty({ own, hosts, nodes, answersDashed }: OwnerGroup): boolean {
  return own.length + hosts.length + nodes.length === 0 && !answersDashed;
}
