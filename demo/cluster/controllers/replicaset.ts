/** The ReplicaSet controller: as many pods as asked for, with random names. Pure, but for the names. */
import { isFinished, isReady, isTerminating } from '../pod-readiness.ts';
import { randomSuffix } from '../registry/metadata.ts';
import type { Draft, Pod, ReplicaSet } from '../types.ts';
import { controlledBy, podFromTemplate } from './ownership.ts';

/** The next step of a ReplicaSet, and its status as of now. */
export interface ReplicaSetPlan {
  readonly create: readonly Draft<Pod>[];
  readonly remove: readonly Pod[];
  readonly status: ReplicaSet['status'];
}

/** `pods` are those of the set's namespace. Surplus pods go in the order: not ready, then youngest. */
export function planReplicaSet(set: ReplicaSet, pods: readonly Pod[]): ReplicaSetPlan {
  const active = controlledBy(set, pods).filter((pod) => !isTerminating(pod) && !isFinished(pod));
  const missing = Math.max(0, set.spec.replicas - active.length);
  const byReluctance = active.toSorted(
    (left, right) =>
      Number(isReady(left)) - Number(isReady(right)) ||
      right.metadata.creationTimestamp.localeCompare(left.metadata.creationTimestamp),
  );
  return {
    create: Array.from({ length: missing }, () => newPod(set)),
    remove: byReluctance.slice(0, Math.max(0, active.length - set.spec.replicas)),
    status: statusOf(set, active),
  };
}

/** Neither hostname nor subdomain: such a pod has no DNS name of its own. */
function newPod(set: ReplicaSet): Draft<Pod> {
  const generateName = `${set.metadata.name}-`;
  return podFromTemplate(set, set.spec.template, { name: generateName + randomSuffix(), generateName, labels: {} });
}

function statusOf(set: ReplicaSet, active: readonly Pod[]): ReplicaSet['status'] {
  const ready = active.filter(isReady).length;
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: active.length,
    ...(ready === 0 ? {} : { readyReplicas: ready, availableReplicas: ready }),
  };
}
