/**
 * The snapshot of the cluster as it changes: what an object's change can affect is computed anew, the rest is kept
 * encoded. The outcome equals computing everything anew.
 */
import type { Prefix } from '../../zone/address.ts';
import { groupKey } from '../../zone/image/count.ts';
import { assembleImage, type PlacedZone } from '../../zone/image/encode.ts';
import type { PlacedGroups } from '../../zone/image/placed-groups.ts';
import type { Name } from '../../zone/name.ts';
import type { Problem } from '../cluster.ts';
import type { Changes, ObservedCluster } from '../kube/observed-cluster.ts';
import { isExposed, isPublished } from '../records/hiding.ts';
import type { ObjectRecords, RecordOptions } from '../records/options.ts';
import { recordsOfPods } from '../records/pods.ts';
import { recordsOfService } from '../records/service.ts';
import { recordsOfServiceImport } from '../records/service-import.ts';
import { recordsOfNamespace } from '../records/zone.ts';
import { AffectedObjects } from './affected-objects.ts';
import { maxZonesOctets, type Overflow, overflowOf } from './overflow.ts';
import { type NameChange, PublishedZone } from './published-zone.ts';

export interface SnapshotOptions extends RecordOptions {
  readonly zoneOrigins: readonly [Name, ...Name[]];
  /** Blocks about whose addresses the cluster speaks. */
  readonly reversePrefixes: readonly Prefix[];
}

export class SnapshotBuilder {
  readonly #options: SnapshotOptions;
  readonly #affected: AffectedObjects;
  readonly #clusterZone: PublishedZone;
  /** Undefined without origins for it. */
  readonly #clustersetZone: PublishedZone | undefined;
  readonly #maxZonesOctets: number;
  /** Groups that are left out, lest the image be too large. */
  #overflow: Overflow = new Map();
  #nameChanges: NameChange[] = [];

  constructor(options: SnapshotOptions, limit = maxZonesOctets) {
    this.#options = options;
    this.#maxZonesOctets = limit;
    this.#affected = new AffectedObjects(options);
    this.#clusterZone = new PublishedZone('cluster', options);
    if (options.clustersetOrigins.length > 0) this.#clustersetZone = new PublishedZone('clusterset', options);
  }

  /** Takes over what has changed in the cluster. */
  update(cluster: ObservedCluster, changes: Changes): void {
    const affected = this.#affected.of(cluster, changes);
    const before = this.#overflow;
    this.#updateClusterZone(this.#clusterZone, cluster, affected);
    if (this.#clustersetZone !== undefined) this.#updateClustersetZone(this.#clustersetZone, cluster, affected);
    this.#overflow = overflowOf(this.#zones, this.#maxZonesOctets);
    this.#nameChanges = this.#nameChanges.concat(
      namesOf(before, 1),
      this.#zones.flatMap((zone) => zone.takeNameChanges()),
      namesOf(this.#overflow, -1),
    );
  }

  /** How groups of the image have changed since the last call, one change after the other. */
  takeNameChanges(): readonly NameChange[] {
    const changes = this.#nameChanges;
    this.#nameChanges = [];
    return changes;
  }

  /** Equal states give equal octets. `spare` is an image that was given before, and may be overwritten. */
  image(spare?: Uint8Array): Uint8Array {
    const { zoneOrigins, clustersetOrigins, ttlSeconds, reversePrefixes: prefixes } = this.#options;
    const zones: PlacedZone[] = [
      { kind: 'cluster', origins: zoneOrigins, ttlSeconds, groups: this.#groupsOf(this.#clusterZone) },
      { kind: 'reverse', ttlSeconds, prefixes },
    ];
    const [first, ...others] = clustersetOrigins;
    if (this.#clustersetZone !== undefined && first !== undefined) {
      zones.push({
        kind: 'clusterset',
        origins: [first, ...others],
        ttlSeconds,
        groups: this.#groupsOf(this.#clustersetZone),
      });
    }
    return assembleImage({ kind: 'live', zones }, spare);
  }

  /** All that could not become records, or could not be published with all others. */
  problems(): Problem[] {
    const overflow = [...this.#overflow.values()].flat().map(({ object, octets }) => {
      const reason = `the snapshot would be too large; with ${octets} octets this is among its largest parts, and is left out`;
      return { object, reason };
    });
    return [...this.#zones.flatMap((zone) => [...zone.problems()]), ...overflow];
  }

  get #zones(): PublishedZone[] {
    return this.#clustersetZone === undefined ? [this.#clusterZone] : [this.#clusterZone, this.#clustersetZone];
  }

  #groupsOf(zone: PublishedZone): PlacedGroups {
    const overflow = this.#overflow.get(zone);
    return overflow === undefined ? zone.groups : zone.groups.without(overflow.map(({ sortKey }) => sortKey));
  }

  #updateClusterZone(zone: PublishedZone, cluster: ObservedCluster, { namespaces, services, podNamespaces }: Changes) {
    const options = this.#options;
    for (const name of namespaces) {
      const records = isExposed(name, cluster) ? recordsOfNamespace('cluster', name, options) : nothing;
      zone.set(`Namespace ${name}`, records);
    }
    for (const name of podNamespaces) {
      const pods = cluster.podsByNamespace.get(name)?.values() ?? [];
      const records = isExposed(name, cluster) ? recordsOfPods(name, pods, options) : nothing;
      zone.set(`Pods ${name}`, records, `Namespace ${name}`);
    }
    for (const key of services) {
      const service = cluster.services.get(key);
      const slices = [...(cluster.slicesByService.get(key)?.values() ?? [])];
      const isThere = service !== undefined && isPublished(service, cluster);
      zone.set(`Service ${key}`, isThere ? recordsOfService(service, slices, cluster, options) : nothing);
    }
    zone.place();
  }

  #updateClustersetZone(zone: PublishedZone, cluster: ObservedCluster, { namespaces, serviceImports }: Changes) {
    const options = this.#options;
    for (const name of namespaces) {
      const records = isExposed(name, cluster) ? recordsOfNamespace('clusterset', name, options) : nothing;
      zone.set(`Namespace ${name}`, records);
    }
    for (const key of serviceImports) {
      const serviceImport = cluster.serviceImports.get(key);
      const slices = [...(cluster.slicesByImport.get(key)?.values() ?? [])];
      const isThere = serviceImport !== undefined && isPublished(serviceImport, cluster);
      zone.set(`ServiceImport ${key}`, isThere ? recordsOfServiceImport(serviceImport, slices, options) : nothing);
    }
    zone.place();
  }
}

/** What is left out leaves (-1), or comes back (1). */
function namesOf(overflow: Overflow, sign: -1 | 1): NameChange[] {
  return [...overflow].flatMap(([{ kind }, groups]) =>
    groups.map(({ sortKey, names }) => ({ key: groupKey(kind, sortKey), growth: sign * names })),
  );
}

const nothing: ObjectRecords = { group: undefined, problems: [] };
