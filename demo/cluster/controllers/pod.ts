/**
 * The stand-in for scheduler and kubelet: what happens next to a pod, and what the pod looks like afterwards. Pure. It
 * makes a pod ready once, when its containers have started; later changes of readiness are somebody else's.
 */
import {
  containerStatusesOf,
  hasStarted,
  isFinished,
  isTerminating,
  notReadyBecause,
  withCondition,
  withReadiness,
} from '../pod-readiness.ts';
import { timestamp } from '../time.ts';
import type { Pod, PodCondition } from '../types.ts';

/** The next thing to happen to a pod; the last two take time. */
export type PodStep = 'bind' | 'run' | 'become-ready' | 'end';

/** Undefined when nothing is due. */
export function nextPodStep(pod: Pod): PodStep | undefined {
  if (isTerminating(pod)) return 'end';
  if (isFinished(pod)) return undefined;
  if (pod.spec.nodeName === undefined) return 'bind';
  if (pod.status.podIP === undefined) return 'run';
  return hasStarted(pod) ? undefined : 'become-ready';
}

/** The nodes that the embedded cluster pretends to have, and their addresses. */
const NODES: readonly { readonly name: string; readonly ip: string }[] = [
  { name: 'node-1', ip: '172.18.0.3' },
  { name: 'node-2', ip: '172.18.0.4' },
  { name: 'node-3', ip: '172.18.0.5' },
];

/** The node of the n-th pod: each in its turn. */
export function nodeName(podNumber: number): string {
  return NODES[podNumber % NODES.length]!.name;
}

/** The pod on a node, still without address. */
export function bound(pod: Pod, nodeName: string, nowMilliseconds: number): Pod {
  const scheduled: PodCondition = { type: 'PodScheduled', status: 'True' };
  const conditions = withCondition(pod.status.conditions ?? [], scheduled, nowMilliseconds);
  return { ...pod, spec: { ...pod.spec, nodeName }, status: { ...pod.status, conditions } };
}

/** The pod with its addresses, the preferred family's first, and its containers about to start. */
export function running(pod: Pod, addresses: readonly string[], nowMilliseconds: number): Pod {
  const node = NODES.find(({ name }) => name === pod.spec.nodeName);
  const why = notReadyBecause(pod);
  const initial: readonly PodCondition[] = [
    { type: 'PodReadyToStartContainers', status: 'True' },
    { type: 'Initialized', status: 'True' },
    { type: 'Ready', status: 'False', ...why },
    { type: 'ContainersReady', status: 'False', ...why },
  ];
  // Conditions that somebody has set meanwhile stay.
  const present = pod.status.conditions ?? [];
  const missing = initial.filter(({ type }) => !present.some((condition) => condition.type === type));
  return {
    ...pod,
    status: {
      ...pod.status,
      phase: 'Running',
      conditions: missing.reduce<readonly PodCondition[]>(
        (conditions, condition) => withCondition(conditions, condition, nowMilliseconds),
        present,
      ),
      ...(node === undefined ? {} : { hostIP: node.ip, hostIPs: [{ ip: node.ip }] }),
      ...(addresses[0] === undefined ? {} : { podIP: addresses[0] }),
      podIPs: addresses.map((ip) => ({ ip })),
      startTime: timestamp(nowMilliseconds),
      containerStatuses: containerStatusesOf(pod),
    },
  };
}

/** The pod with its containers started and ready. */
export function ready(pod: Pod, nowMilliseconds: number): Pod {
  return withReadiness(pod, true, nowMilliseconds);
}
