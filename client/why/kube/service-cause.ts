/** Why a Service's own name has no records. Pure. */
import { type Finding, finding, kubectl, type Question } from './finding.ts';
import type { KubePod, KubeService } from './objects.ts';
import { causeOfState } from './pod-state-cause.ts';
import type { SeenObjects } from './seen.ts';
import { mismatch, nearest } from './selector.ts';

/** Undefined when the name should have records. */
export function causeOfService(question: Question, service: KubeService, seen: SeenObjects): Finding | undefined {
  const { name, selector, clusterIP } = service;
  const { pods, slices } = seen;
  // The cluster IP is the answer, whatever is behind it.
  if (clusterIP !== undefined && clusterIP !== 'None') return undefined;
  if (Object.keys(selector).length === 0) {
    if (slices === 'unknown' || slices.some(({ endpoints }) => endpoints > 0)) return undefined;
    return finding(
      'WITHOUT_SELECTOR',
      `Service ${name} has no selector, and nobody has made endpoints for it.`,
      'Give the Service a selector for its pods, or make an EndpointSlice for it.',
    );
  }
  if (pods === 'unknown') return undefined;
  return pods.length === 0 ? noneSelected(question, service, seen) : noneInDns(question, service, pods);
}

/** The Service selects no pod. */
export function noneSelected(question: Question, service: KubeService, seen: SeenObjects): Finding {
  const near = nearest(service, seen.otherPods, seen.statefulSets);
  if (near !== undefined) return mismatch(service, near);
  const sets = seen.statefulSets === 'unknown' ? [] : seen.statefulSets;
  const empty = sets.find(({ serviceName, replicas }) => serviceName === service.name && replicas === 0);
  if (empty !== undefined) {
    return finding(
      'NO_PODS',
      `StatefulSet ${empty.name} behind Service ${service.name} has 0 replicas, so there are no pods.`,
      `Scale it: ${kubectl(`scale statefulset ${empty.name} --replicas 1`, question)}.`,
    );
  }
  const wanted = Object.entries(service.selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  return finding(
    'NO_PODS',
    `Service ${service.name} selects ${wanted}, and no pod in namespace ${question.namespace} has these labels.`,
    `See which there are: ${kubectl('get pods --show-labels', question)}.`,
  );
}

function noneInDns(question: Question, service: KubeService, pods: readonly KubePod[]): Finding | undefined {
  const [first, ...others] = [...pods].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const causes = [first!, ...others].map((pod) => causeOfState(question, service, pod));
  const [cause] = causes;
  if (cause === undefined || causes.includes(undefined)) return undefined;
  if (others.length === 0) return cause;
  return {
    ...cause,
    text: `None of the ${pods.length} pods of ${service.name} is in DNS; the first: ${uncapitalised(cause.text)}`,
  };
}

function uncapitalised(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
