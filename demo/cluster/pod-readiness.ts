/** A pod's readiness: where it is written in the status, and how it changes. Pure. */
import { timestamp } from './time.ts';
import type { ContainerStatus, Pod, PodCondition } from './types.ts';

/** Whether the pod's Ready condition is true. */
export function isReady(pod: Pod): boolean {
  return pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Whether somebody has asked for the pod's deletion. */
export function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Whether the pod has run to its end; it has no endpoint then and does not come back. */
export function isFinished(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

/** Whether the pod's containers run, ready or not. */
export function hasStarted(pod: Pod): boolean {
  return pod.status.containerStatuses?.every(({ started }) => started) ?? false;
}

/** The pod with its containers started, and ready or failing their readiness probe. */
export function withReadiness(pod: Pod, ready: boolean, nowMilliseconds: number): Pod {
  const containerStatuses = containerStatusesOf(pod).map((container) => ({
    ...container,
    ready,
    started: true,
    state: { running: { startedAt: pod.status.startTime ?? timestamp(nowMilliseconds) } },
  }));
  const why = ready ? {} : notReadyBecause(pod);
  const conditions = ['Ready', 'ContainersReady'].reduce(
    (list, type) => withCondition(list, { type, status: ready ? 'True' : 'False', ...why }, nowMilliseconds),
    pod.status.conditions ?? [],
  );
  return { ...pod, status: { ...pod.status, conditions, containerStatuses } };
}

/** The list with one condition set; its time changes only if its status does. */
export function withCondition(
  conditions: readonly PodCondition[],
  condition: PodCondition,
  nowMilliseconds: number,
): PodCondition[] {
  const previous = conditions.find(({ type }) => type === condition.type);
  const kept = previous?.status === condition.status ? previous.lastTransitionTime : undefined;
  const next: PodCondition = {
    ...condition,
    lastProbeTime: null,
    lastTransitionTime: kept ?? timestamp(nowMilliseconds),
  };
  if (previous === undefined) return [...conditions, next];
  return conditions.map((candidate) => (candidate === previous ? next : candidate));
}

/** Why a kubelet calls a pod not ready. */
export function notReadyBecause(pod: Pod): Pick<PodCondition, 'reason' | 'message'> {
  const names = pod.spec.containers.map(({ name }) => name).join(' ');
  return { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
}

/** The status of each container; of one that is about to be created where there is none yet. */
export function containerStatusesOf(pod: Pod): readonly ContainerStatus[] {
  return (
    pod.status.containerStatuses ??
    pod.spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready: false,
      started: false,
      restartCount: 0,
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: {},
    }))
  );
}
