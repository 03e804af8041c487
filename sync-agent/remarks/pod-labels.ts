/** Names that pods of a namespace have below its Services, to tell where a pod is found that is asked for elsewhere. */
import type { EndpointFacts, SliceFacts } from '../facts.ts';

export interface PodLabel {
  /** The name of the Service. */
  readonly service: string;
  readonly label: string;
}

/** By the name of the pod. */
export type PodLabels = ReadonlyMap<string, PodLabel>;

/** Of the slices of Services that may be named. Where a pod has several names, one at which it is found now counts first. */
export function podLabelsOf(slices: Iterable<SliceFacts>): PodLabels {
  const labels = new Map<string, PodLabel & { readonly isReady: boolean }>();
  for (const { service, endpoints } of slices) {
    for (const { podName, hostname, standing } of endpoints) {
      if (podName === undefined || hostname === undefined) continue;
      const one = { service, label: hostname, isReady: standing === 'ready' };
      const other = labels.get(podName);
      if (other === undefined || precedes(one, other)) labels.set(podName, one);
    }
  }
  return labels;
}

type Candidate = PodLabel & { readonly isReady: boolean };

function precedes(a: Candidate, b: Candidate): boolean {
  if (a.isReady !== b.isReady) return a.isReady;
  return a.service === b.service ? a.label < b.label : a.service < b.service;
}

/** All endpoints of slices, those that are ready first, and in the same order whatever order the slices are in. */
export function endpointsInOrder(slices: Iterable<SliceFacts>): EndpointFacts[] {
  const rank = { ready: 0, 'not-ready': 1, terminating: 2 } as const;
  return [...slices]
    .flatMap(({ endpoints }) => endpoints)
    .map((endpoint) => ({
      endpoint,
      key: `${rank[endpoint.standing]} ${endpoint.podName} ${endpoint.hostname} ${endpoint.address}`,
    }))
    .sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1))
    .map(({ endpoint }) => endpoint);
}
