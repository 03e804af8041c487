/**
 * One forward zone of the snapshot, kept encoded: what each object brings is exchanged when the object changes.
 */
import { withAncestors } from '../../zone/image/encode.ts';
import { encodeFragment, type Fragment } from '../../zone/image/fragment.ts';
import { type GroupChange, PlacedGroups } from '../../zone/image/placed-groups.ts';
import type { Problem } from '../cluster.ts';
import type { ObjectRecords } from '../records/options.ts';
import { recordsOfZone, type ZoneKind } from '../records/zone.ts';

/** What is published for one object, and what is wrong with it. */
interface Published {
  readonly sortKey: string | undefined;
  readonly problems: readonly Problem[];
}

export class PublishedZone {
  /** The groups of all objects, those of the zone itself, and their ancestors. */
  readonly groups = new PlacedGroups();
  readonly #published = new Map<string, Published>();
  #changes: GroupChange[] = [];

  constructor(kind: ZoneKind, options: { readonly ttlSeconds: number }) {
    const zone = withAncestors(recordsOfZone(kind, options).map(encodeFragment));
    this.groups.update(zone.map((fragment) => ({ sortKey: fragment.sortKey, fragment })));
  }

  /**
   * Takes what `object`, such as `Service shop/web`, brings now; it counts from the next `place` on. An object must not
   * be set twice in between, and no two may bring the same name.
   */
  set(object: string, records: ObjectRecords): void {
    const before = this.#published.get(object)?.sortKey;
    const { fragment, problems } = encoded(object, records);
    if (fragment === undefined && problems.length === 0) this.#published.delete(object);
    else this.#published.set(object, { sortKey: fragment?.sortKey, problems });
    if (fragment !== undefined) this.#changes.push({ sortKey: fragment.sortKey, fragment });
    else if (before !== undefined) this.#changes.push({ sortKey: before, fragment: undefined });
  }

  /** Puts all that was set into its place among the groups. */
  place(): void {
    if (this.#changes.length > 0) this.groups.update(this.#changes);
    this.#changes = [];
  }

  /** All that could not become records. */
  *problems(): Generator<Problem, void, undefined> {
    for (const { problems } of this.#published.values()) yield* problems;
  }
}

function encoded(
  object: string,
  { group, problems }: ObjectRecords,
): { fragment: Fragment | undefined; problems: readonly Problem[] } {
  if (group === undefined) return { fragment: undefined, problems };
  try {
    return { fragment: encodeFragment(group), problems };
  } catch (error) {
    // What the format cannot hold costs its own object, not the snapshot.
    const reason = `${error instanceof Error ? error.message : String(error)}; it is left out`;
    return { fragment: undefined, problems: [...problems, { object, reason }] };
  }
}
