/** One line of a watch → a change, or the KubeError it stands for. Pure. */
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

/** The path of a watch from `resourceVersion` on, which the server ends after `timeoutSeconds`. */
export function watchPath({ path, selectors }: Resource, resourceVersion: string, timeoutSeconds: number): string {
  const query = new URLSearchParams({
    ...selectors,
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion,
    timeoutSeconds: String(timeoutSeconds),
  });
  return `${path}?${query}`;
}
