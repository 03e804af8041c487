/**
 * The time of the change that made a Service's endpoints change, which the EndpointSlice controller writes on the slices
 * so that others can tell how long the news took. Pure. Follows TriggerTimeTracker: the earliest of the times that are
 * new since the last look, a pod's being that of its latest change of readiness. Times are to the second; a pod that
 * changes its readiness twice within one counts all the same.
 */
import type { Pod, Service } from '../types.ts';

/** What was seen at the last look: each pod's name with its readiness and the time of that. */
export type SeenPods = ReadonlyMap<string, string>;

/** The trigger time, or undefined if nothing says when the change happened; and what to hand in at the next look. */
export function triggerTimeOf(
  service: Service,
  pods: readonly Pod[],
  seen: SeenPods | undefined,
): { readonly triggerTime: string | undefined; readonly seen: SeenPods } {
  const looks = pods.flatMap(({ metadata, status }) => {
    const condition = status.conditions?.find(({ type }) => type === 'Ready');
    const time = condition?.lastTransitionTime;
    return time === undefined ? [] : [{ name: metadata.name, time, look: `${condition?.status} ${time}` }];
  });
  const news = looks.filter(({ name, look }) => seen?.get(name) !== look).map(({ time }) => time);
  return {
    triggerTime: seen === undefined ? service.metadata.creationTimestamp : news.toSorted()[0],
    seen: new Map(looks.map(({ name, look }) => [name, look])),
  };
}
