/** What of a cluster is observed. */

export interface ObservationScope {
  readonly namespaces: NamespaceScope;
  /** A label selector of Kubernetes for Services, EndpointSlices, Pods and ServiceImports; undefined for all of them. */
  readonly labelSelector: string | undefined;
  readonly observesPods: boolean;
  readonly observesServiceImports: boolean;
  /** Whether the names of pods are kept, for endpoints that have no hostname. */
  readonly keepsPodNames: boolean;
  /** Whether it is also kept what supplements are made of (facts.ts). */
  readonly keepsFacts?: boolean;
}

/**
 * `listed` namespaces are observed one by one, so that a Role in each of them suffices; of the others nothing is asked.
 * With `labelled`, Namespaces are selected by the API server, and what is in the others is observed, but not published.
 */
export type NamespaceScope =
  | { readonly type: 'all' }
  | { readonly type: 'listed'; readonly names: readonly [string, ...string[]] }
  | { readonly type: 'labelled'; readonly selector: string };

/** Everything that DNS is made of by default. */
export const wholeCluster: ObservationScope = {
  namespaces: { type: 'all' },
  labelSelector: undefined,
  observesPods: false,
  observesServiceImports: false,
  keepsPodNames: false,
};
