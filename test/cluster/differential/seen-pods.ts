/**
 * What CoreDNS remembers of pods: it passes over every event of a pod that is terminating, so it keeps what it saw before,
 * and knows nothing of a pod that it saw only then. Here the same is remembered from step to step. Pure.
 */
import type { ApiPod, SeenPod } from './facts.ts';
import { selectedLabel } from './variations.ts';

const ended: ReadonlySet<string | undefined> = new Set(['Succeeded', 'Failed', 'Unknown']);

/** Whether the watch of pods shows it at all. */
export function isAlive({ status }: ApiPod): boolean {
  return !ended.has(status?.phase);
}

export function nextSeenPods(before: ReadonlyMap<string, SeenPod>, pods: readonly ApiPod[]): Map<string, SeenPod> {
  const after = new Map<string, SeenPod>();
  for (const pod of pods.filter(isAlive)) {
    const { uid, deletionTimestamp } = pod.metadata;
    const now = asItIs(pod);
    const seen = before.get(uid);
    if (deletionTimestamp === undefined) after.set(uid, now);
    // A selector of labels makes the watch show or drop it, which is no event of the pod itself.
    else if (seen !== undefined && isSelected(seen)) after.set(uid, { ...seen, labels: now.labels });
  }
  return after;
}

export function asItIs({ metadata: { namespace, labels = {} }, status }: ApiPod): SeenPod {
  return { namespace, labels, addresses: (status?.podIPs ?? []).map(({ ip }) => ip) };
}

/** Only with a selector are the names of pods verified (variations.ts). */
function isSelected({ labels }: SeenPod): boolean {
  return labels[selectedLabel.key] === selectedLabel.value;
}
