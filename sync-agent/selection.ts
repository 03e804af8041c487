/**
 * What of a cluster is published: namespaces and objects that are chosen, and names that they make. Each choice decides
 * both what is observed and what is computed; here one follows from the other, so the two cannot disagree.
 */
import type { NamespaceScope, ObservationScope } from './kube/scope.ts';
import type { SnapshotOptions } from './snapshot/snapshot-builder.ts';

export interface Selection {
  readonly namespaces: NamespaceScope;
  /** A label selector of Kubernetes for all objects but Namespaces; undefined for all of them. */
  readonly labelSelector: string | undefined;
}

/** All of SnapshotOptions that does not follow from a Selection. */
export type NameOptions = Omit<SnapshotOptions, 'selectsNamespaces' | 'selectsObjects'>;

/** What is observed: no more than the names are made of. */
export function scopeOf({ namespaces, labelSelector }: Selection, names: NameOptions): ObservationScope {
  return {
    namespaces,
    labelSelector,
    observesPods: names.pods === 'verified',
    observesServiceImports: names.clustersetOrigins.length > 0,
    keepsPodNames: names.usesPodNames,
  };
}

/** What is computed: a name may be kept out because of what is not observed. */
export function snapshotOptionsOf({ namespaces, labelSelector }: Selection, names: NameOptions): SnapshotOptions {
  return {
    ...names,
    selectsNamespaces: namespaces.type !== 'all',
    selectsObjects: labelSelector !== undefined,
  };
}
