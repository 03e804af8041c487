/** The scale subresource: a workload's number of pods as an object of its own (autoscaling/v1). */
import type { JsonObject, Workload } from '../types.ts';
import type { ManifestReader } from './manifest-reader.ts';

/** The workload as `kubectl scale` sees it. */
export function scaleOf(workload: Workload): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = workload.metadata;
  const { matchLabels } = workload.spec.selector;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: workload.spec.replicas },
    status: {
      replicas: workload.status.replicas ?? 0,
      selector: Object.entries(matchLabels)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    },
  };
}

/** The number of pods that a Scale object asks for; none if it does not say. */
export function replicasOf(scale: JsonObject, reader: ManifestReader): number {
  const replicas = reader.integer(reader.object(scale['spec'], 'spec')['replicas'], 'spec.replicas') ?? 0;
  if (replicas < 0) reader.wrong('spec.replicas', replicas, 'must be greater than or equal to 0');
  return replicas;
}
