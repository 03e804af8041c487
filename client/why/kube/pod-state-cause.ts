/** Why a pod that a Service selects is not in DNS at this moment. Pure. */
import { type Finding, finding, kubectl, type Question } from './finding.ts';
import type { KubePod, KubeService } from './objects.ts';
import { isReady, pending, unreadiness } from './readiness.ts';

/** Undefined when the pod is in DNS as far as it goes by its state. */
export function causeOfState(question: Question, service: KubeService, pod: KubePod): Finding | undefined {
  const { name, phase, address, isTerminating } = pod;
  const { publishesNotReady } = service;
  const describe = kubectl(`describe pod ${name}`, question);
  if (phase === 'Succeeded' || phase === 'Failed') {
    return finding(
      'POD_ENDED',
      `Pod ${name} has ended (${phase}), and what has ended has no name.`,
      `See why: ${describe}.`,
    );
  }
  if (address === '')
    return finding('POD_PENDING', `Pod ${name} ${pending(pod)}.`, `See what it waits for: ${describe}.`);
  if (publishesNotReady) return undefined;
  if (isTerminating) {
    return finding(
      'POD_TERMINATING',
      `Pod ${name} is being deleted, so its name is gone already.`,
      `Wait until it is back, with "kube-doh wait"; if it does not end, see ${describe}.`,
    );
  }
  if (isReady(pod)) return undefined;
  return finding(
    'POD_NOT_READY',
    `Pod ${name} ${unreadiness(pod)}, and Service ${service.name} publishes no pods that are not ready.`,
    `See why: ${describe}; names that are needed sooner take publishNotReadyAddresses: true on the Service.`,
  );
}
