/**
 * The snapshot of the cluster as it changes: what an object's change can affect is computed anew, the rest is kept
 * encoded. The outcome equals computing everything (records/cluster.ts).
 */
import type { Prefix } from '../../zone/address.ts';
import { assembleImage, withAncestors } from '../../zone/image/encode.ts';
import { encodeFragment, type Fragment } from '../../zone/image/fragment.ts';
import { type GroupChange, PlacedGroups } from '../../zone/image/placed-groups.ts';
import type { Name } from '../../zone/name.ts';
import type { Problem } from '../cluster.ts';
import type { Changes, ObservedCluster } from '../kube/observed-cluster.ts';
import type { ObjectRecords } from '../records/options.ts';
import { recordsOfService } from '../records/service.ts';
import { recordsOfNamespace, recordsOfZone } from '../records/zone.ts';

export interface SnapshotOptions {
  /** The cluster's own domain first, then its aliases. */
  readonly zoneOrigins: readonly [Name, ...Name[]];
  readonly ttlSeconds: number;
  /** Blocks about whose addresses the cluster speaks. */
  readonly reversePrefixes: readonly Prefix[];
}

/** What is published for one object, and what is wrong with it. */
interface Published {
  readonly sortKey: string | undefined;
  readonly problems: readonly Problem[];
}

export class SnapshotBuilder {
  readonly #options: SnapshotOptions;
  readonly #published = new Map<string, Published>();
  readonly #groups = new PlacedGroups();

  constructor(options: SnapshotOptions) {
    this.#options = options;
    const zone = withAncestors(recordsOfZone(options).map(encodeFragment));
    this.#groups.update(zone.map((fragment) => ({ sortKey: fragment.sortKey, fragment })));
  }

  /** Takes over what has changed in the cluster. */
  update(cluster: ObservedCluster, changes: Changes): void {
    const services = new Set(changes.services);
    if (changes.namespaces.size > 0) {
      for (const [key, service] of cluster.services) if (changes.namespaces.has(service.namespace)) services.add(key);
    }
    const groupChanges: GroupChange[] = [];
    for (const name of changes.namespaces) {
      const records = cluster.namespaces.has(name) ? recordsOfNamespace(name, this.#options) : nothing;
      groupChanges.push(...this.#publish(`Namespace ${name}`, records));
    }
    for (const key of services) groupChanges.push(...this.#publish(`Service ${key}`, this.#recordsOf(cluster, key)));
    if (groupChanges.length > 0) this.#groups.update(groupChanges);
  }

  /** Equal states give equal octets. */
  image(): Uint8Array {
    const { zoneOrigins: origins, ttlSeconds, reversePrefixes: prefixes } = this.#options;
    const zones = [
      { kind: 'cluster', origins, ttlSeconds, groups: this.#groups },
      { kind: 'reverse', ttlSeconds, prefixes },
    ] as const;
    return assembleImage({ kind: 'live', zones });
  }

  /** All that could not become records. */
  problems(): Problem[] {
    return [...this.#published.values()].flatMap(({ problems }) => problems);
  }

  #recordsOf(cluster: ObservedCluster, key: string): ObjectRecords {
    const service = cluster.services.get(key);
    if (service === undefined || !cluster.namespaces.has(service.namespace)) return nothing;
    return recordsOfService(service, [...(cluster.slicesByService.get(key)?.values() ?? [])], this.#options);
  }

  #publish(object: string, records: ObjectRecords): GroupChange[] {
    const before = this.#published.get(object)?.sortKey;
    const { fragment, problems } = encoded(object, records);
    if (fragment === undefined && problems.length === 0) this.#published.delete(object);
    else this.#published.set(object, { sortKey: fragment?.sortKey, problems });
    if (fragment !== undefined) return [{ sortKey: fragment.sortKey, fragment }];
    return before === undefined ? [] : [{ sortKey: before, fragment: undefined }];
  }
}

const nothing: ObjectRecords = { group: undefined, problems: [] };

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
