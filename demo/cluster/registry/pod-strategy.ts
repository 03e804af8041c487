/** Rules for writing pods. */
import { isDeepStrictEqual } from 'node:util';
import { isReady, withReadiness } from '../pod-readiness.ts';
import type { Clock } from '../time.ts';
import type { Pod, PodCondition, PodSpec } from '../types.ts';
import { readPodSpec } from './pod-spec.ts';
import type { Strategy } from './strategy.ts';

const SERVER_DEFAULTS = { enableServiceLinks: true, preemptionPolicy: 'PreemptLowerPriority', priority: 0 };

export function podStrategy(now: Clock): Strategy<Pod> {
  return {
    prepare(body, reader, previous) {
      const spec = { ...SERVER_DEFAULTS, ...readPodSpec(body['spec'], 'spec', reader) };
      if (previous !== undefined && !isDeepStrictEqual(withoutImages(spec), withoutImages(previous.spec))) {
        const why = 'Forbidden: pod updates may not change fields other than `spec.containers[*].image`';
        reader.reject('FieldValueForbidden', 'spec', why);
      }
      return { spec, status: previous?.status ?? { phase: 'Pending', qosClass: 'BestEffort' } };
    },
    // Whoever writes a pod's status has the say about its readiness from then on: the stand-in for the kubelet makes
    // only those containers ready that have not started yet. Comparing with what was tells when readiness changed.
    prepareStatus(next, previous) {
      const others = (next.status.conditions ?? []).filter((condition) => !isAboutReadiness(condition));
      const before = (previous.status.conditions ?? []).filter(isAboutReadiness);
      const merged = { ...next, status: { ...next.status, conditions: [...others, ...before] } };
      return withReadiness(merged, isReady(next), now());
    },
  };
}

function isAboutReadiness({ type }: PodCondition): boolean {
  return type === 'Ready' || type === 'ContainersReady';
}

function withoutImages(spec: PodSpec): PodSpec {
  return { ...spec, containers: spec.containers.map((container) => ({ ...container, image: '' })) };
}
