/** Why a pod is not ready, in half a sentence that follows its name. Pure. */
import type { KubePod } from './objects.ts';

/** Kubernetes' own condition of readiness; a pod without conditions is not. */
export function isReady({ conditions }: KubePod): boolean {
  return conditions.some(({ type, isTrue }) => type === 'Ready' && isTrue);
}

/** Such as `is not ready: container "redis" waits (CrashLoopBackOff)`. */
export function unreadiness(pod: KubePod): string {
  const { containers, gates, conditions } = pod;
  const waiting = containers.find(({ isReady: ready, waitingFor }) => !ready && waitingFor !== '');
  if (waiting !== undefined) return `is not ready: container "${waiting.name}" waits (${waiting.waitingFor})`;
  const failing = containers.find(({ isReady: ready }) => !ready);
  if (failing !== undefined) return `is not ready: container "${failing.name}" does not pass its readiness probe`;
  const gate = gates.find((type) => !conditions.some((condition) => condition.type === type && condition.isTrue));
  if (gate !== undefined) return `is not ready: its readiness gate "${gate}" is not true`;
  const reason = conditions.find(({ type }) => type === 'Ready')?.reason ?? '';
  return reason === '' ? 'is not ready' : `is not ready (${reason})`;
}

/** Why a pod has no address yet. */
export function pending({ conditions, containers }: KubePod): string {
  const unscheduled = conditions.find(({ type, isTrue }) => type === 'PodScheduled' && !isTrue);
  if (unscheduled !== undefined) {
    const { reason, message } = unscheduled;
    return `has no node yet${reason === '' ? '' : ` (${[reason, shortened(message)].filter(Boolean).join(': ')})`}`;
  }
  const waiting = containers.find(({ waitingFor }) => waitingFor !== '');
  if (waiting === undefined) return 'has no address yet';
  return `has no address yet: container "${waiting.name}" waits (${waiting.waitingFor})`;
}

const maxMessageCharacters = 120;

function shortened(message: string): string {
  const line = message.trim().replace(/\.$/, '');
  return line.length > maxMessageCharacters ? `${line.slice(0, maxMessageCharacters)}…` : line;
}
