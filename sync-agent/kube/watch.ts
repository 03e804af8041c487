/** What a watch is asked for, and what its lines say: a change, or the KubeError it stands for. Pure. */
import { KubeError } from './error.ts';
import { fieldsOf, quote, textOf } from './json.ts';
import { permissionOf, refusal } from './refusal.ts';
import type { Resource } from './resource.ts';

/** `resourceVersion` is where a watch goes on after this event. */
export interface WatchEvent {
  readonly type: 'upsert' | 'remove' | 'bookmark';
  readonly object: unknown;
  readonly resourceVersion: string;
}

/** A watch that the server has accepted. */
export interface OpenWatch {
  readonly path: string;
  /** The lines from now on, each read once. */
  readonly values: AsyncIterable<unknown>;
  /** When it was asked for, by Clock.steadyNow. */
  readonly openedAtMilliseconds: number;
}

const types: ReadonlyMap<unknown, WatchEvent['type']> = new Map([
  ['ADDED', 'upsert'],
  ['MODIFIED', 'upsert'],
  ['DELETED', 'remove'],
  ['BOOKMARK', 'bookmark'],
]);

/** Throws KubeError: what an ERROR event says (GONE, …), or BAD_RESPONSE. `path` is that of the watch. */
export function readWatchEvent(value: unknown, path: string): WatchEvent {
  const event = fieldsOf(value);
  const object = event['object'];
  if (event['type'] === 'ERROR') {
    const code = fieldsOf(object)['code'];
    throw refusal(permissionOf(path), typeof code === 'number' ? code : 500, object);
  }
  const type = types.get(event['type']);
  const resourceVersion = textOf(fieldsOf(fieldsOf(object)['metadata'])['resourceVersion']);
  if (type === undefined || resourceVersion === undefined) {
    const text = `the API server sent an event of type ${quote(event['type'])} that cannot be understood`;
    throw new KubeError('BAD_RESPONSE', text);
  }
  return { type, object, resourceVersion };
}

/** Whether the event says that all there was when the watch began has been sent (KEP-3157). */
export function endsInitialState({ type, object }: WatchEvent): boolean {
  const annotations = fieldsOf(fieldsOf(fieldsOf(object)['metadata'])['annotations']);
  return type === 'bookmark' && annotations['k8s.io/initial-events-end'] === 'true';
}

/** The path of a watch from `resourceVersion` on, which the server ends after `timeoutSeconds`. */
export function watchPath(resource: Resource, resourceVersion: string, timeoutSeconds: number): string {
  return pathOf(resource, timeoutSeconds, { resourceVersion });
}

/** The path of a watch that begins with all there is now: without a version, no older state will do. */
export function initialWatchPath(resource: Resource, timeoutSeconds: number): string {
  return pathOf(resource, timeoutSeconds, { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' });
}

function pathOf(
  { path, selectors }: Resource,
  timeoutSeconds: number,
  start: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams({
    ...selectors,
    watch: 'true',
    allowWatchBookmarks: 'true',
    ...start,
    timeoutSeconds: String(timeoutSeconds),
  });
  return `${path}?${query}`;
}
