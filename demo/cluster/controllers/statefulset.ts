/**
 * The StatefulSet controller: which pods to create and to delete next. Pure. Follows updateStatefulSet of
 * kube-controller-manager: ordered sets take one step at a time and wait until every pod before is ready.
 */
import { isFinished, isReady, isTerminating } from '../pod-readiness.ts';
import type { Draft, Pod, StatefulSet } from '../types.ts';
import { templateHash } from './hash.ts';
import { controlledBy, podFromTemplate } from './ownership.ts';

/** The next step of a StatefulSet, and its status as of now. */
export interface StatefulSetPlan {
  readonly create: readonly Draft<Pod>[];
  readonly remove: readonly Pod[];
  readonly status: StatefulSet['status'];
}

/** `pods` are those of the set's namespace. */
export function planStatefulSet(set: StatefulSet, pods: readonly Pod[]): StatefulSetPlan {
  const own = controlledBy(set, pods);
  const revision = revisionOf(set);
  const plan = set.metadata.deletionTimestamp === undefined ? nextStep(set, own, revision) : NOTHING;
  return { ...plan, status: statusOf(set, own, revision) };
}

type Step = Pick<StatefulSetPlan, 'create' | 'remove'>;

const NOTHING: Step = { create: [], remove: [] };

function nextStep(set: StatefulSet, own: readonly Pod[], revision: string): Step {
  const first = set.spec.ordinals?.start ?? 0;
  const wanted = Array.from({ length: set.spec.replicas }, (_, index) => first + index);
  const byOrdinal = new Map(own.map((pod) => [ordinalOf(pod), pod]));
  // From the top: scaling down takes the highest ordinal first.
  const isWanted = (pod: Pod) => ordinalOf(pod) >= first && ordinalOf(pod) < first + wanted.length;
  const surplus = own.filter((pod) => !isWanted(pod)).sort((a, b) => ordinalOf(b) - ordinalOf(a));
  const towards = wanted.map((ordinal) => stepTowards(set, ordinal, byOrdinal.get(ordinal), revision));
  if (set.spec.podManagementPolicy === 'Parallel') {
    const away: Step = { create: [], remove: surplus.filter((pod) => !isTerminating(pod)) };
    const steps = [...towards, away].filter((step) => step !== 'wait' && step !== undefined);
    const create = steps.flatMap((step) => step.create);
    const remove = steps.flatMap((step) => step.remove);
    return create.length + remove.length > 0 ? { create, remove } : rollingStep(set, wanted, byOrdinal, revision);
  }
  const unhealthy = firstUnhealthy(wanted, byOrdinal, surplus);
  const next = [...towards, ...surplus.map((pod) => stepAway(pod, unhealthy))].find((step) => step !== undefined);
  if (next === 'wait') return NOTHING;
  return next ?? rollingStep(set, wanted, byOrdinal, revision);
}

/** Towards one wanted pod: undefined when it is there and healthy. */
function stepTowards(
  set: StatefulSet,
  ordinal: number,
  pod: Pod | undefined,
  revision: string,
): Step | 'wait' | undefined {
  if (pod === undefined) return { create: [newPod(set, ordinal, revision)], remove: [] };
  if (isFinished(pod) && !isTerminating(pod)) return { create: [], remove: [pod] };
  return isHealthy(pod) ? undefined : 'wait';
}

/** Away with one pod: an ordered set does not go on over an unhealthy pod, unless that pod is the one in its way. */
function stepAway(pod: Pod, unhealthy: Pod | undefined): Step | 'wait' {
  if (isTerminating(pod)) return 'wait';
  return isHealthy(pod) || pod === unhealthy ? { create: [], remove: [pod] } : 'wait';
}

function firstUnhealthy(wanted: readonly number[], byOrdinal: ReadonlyMap<number, Pod>, surplus: readonly Pod[]) {
  const inOrder = [...wanted.map((ordinal) => byOrdinal.get(ordinal)), ...surplus.toReversed()];
  return inOrder.find((pod) => pod !== undefined && !isHealthy(pod));
}

/** One pod of an older template at a time is deleted, from the top down to the partition; it comes back as new. */
function rollingStep(
  set: StatefulSet,
  wanted: readonly number[],
  byOrdinal: ReadonlyMap<number, Pod>,
  revision: string,
): Step {
  const { type, rollingUpdate } = set.spec.updateStrategy;
  if (type === 'OnDelete') return NOTHING;
  for (const ordinal of wanted.slice(rollingUpdate?.partition ?? 0).toReversed()) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) return NOTHING;
    if (!isOfRevision(pod, revision) && !isTerminating(pod)) return { create: [], remove: [pod] };
    if (!isHealthy(pod)) return NOTHING;
  }
  return NOTHING;
}

/** The pod keeps its name, and under the Service that the set names, its DNS name, whatever its address. */
function newPod(set: StatefulSet, ordinal: number, revision: string): Draft<Pod> {
  const name = `${set.metadata.name}-${ordinal}`;
  const pod = podFromTemplate(set, set.spec.template, {
    name,
    generateName: `${set.metadata.name}-`,
    labels: {
      [REVISION_LABEL]: revision,
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': String(ordinal),
    },
  });
  const { serviceName } = set.spec;
  return { ...pod, spec: { ...pod.spec, hostname: name, ...(serviceName === '' ? {} : { subdomain: serviceName }) } };
}

const REVISION_LABEL = 'controller-revision-hash';

function revisionOf(set: StatefulSet): string {
  return `${set.metadata.name}-${templateHash(set.spec.template)}`;
}

function ordinalOf(pod: Pod): number {
  return Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);
}

function isHealthy(pod: Pod): boolean {
  return pod.status.phase === 'Running' && isReady(pod) && !isTerminating(pod);
}

function statusOf(set: StatefulSet, own: readonly Pod[], revision: string): StatefulSet['status'] {
  const ready = own.filter((pod) => pod.status.phase === 'Running' && isReady(pod)).length;
  const countOf = (wanted: string) => own.filter((pod) => !isTerminating(pod) && isOfRevision(pod, wanted)).length;
  const updated = countOf(revision);
  const currentRevision = updated === own.length ? revision : (set.status.currentRevision ?? revision);
  const current = countOf(currentRevision);
  return {
    observedGeneration: set.metadata.generation ?? 1,
    replicas: own.length,
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(current === 0 ? {} : { currentReplicas: current }),
    ...(updated === 0 ? {} : { updatedReplicas: updated }),
    availableReplicas: ready,
    currentRevision,
    updateRevision: revision,
    collisionCount: 0,
  };
}

function isOfRevision(pod: Pod, revision: string): boolean {
  return pod.metadata.labels?.[REVISION_LABEL] === revision;
}
