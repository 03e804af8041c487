/** Which StatefulSet a pod's name is of. Pure. */
import type { AskedName } from './asked-name.ts';
import type { KubeStatefulSet } from './objects.ts';

/** Of a host such as `redis-0`, the StatefulSet `redis`; undefined when there is none of that name, or nobody knows. */
export function statefulSetOf(
  { host }: Pick<AskedName, 'host'>,
  sets: readonly KubeStatefulSet[] | 'unknown',
): KubeStatefulSet | undefined {
  const [, name] = /^(.+)-\d+$/.exec(host ?? '') ?? [];
  return sets === 'unknown' ? undefined : sets.find((set) => set.name === name);
}

/** The number behind the name. */
export function ordinalOf(host: string): number {
  return Number(/\d+$/.exec(host)?.[0] ?? 0);
}
