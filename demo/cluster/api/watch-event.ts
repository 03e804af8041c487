/** The events of a watch: what one watcher sees of a change, and the events that are about no change. Pure. */
import type { StoreEvent } from '../history.ts';
import { apiVersionOf, type Resource } from '../resources.ts';
import type { Matcher } from '../selectors.ts';
import type { ApiError, Status } from '../status.ts';
import type { ApiObject, JsonObject } from '../types.ts';

/** One line of a watch. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: ApiObject }
  | { readonly type: 'BOOKMARK'; readonly object: JsonObject }
  | { readonly type: 'ERROR'; readonly object: Status };

/**
 * What a watcher of these objects sees of a change, if anything. An object that begins or ceases to match the selector
 * appears or disappears:
 *
 *     matched before | matches now | seen as
 *     no             | no          | nothing
 *     no             | yes         | ADDED
 *     yes            | yes         | MODIFIED
 *     yes            | no, or gone | DELETED, as it was, with the version of the change
 */
export function eventSeen(
  change: StoreEvent,
  resource: Resource,
  namespace: string | undefined,
  matches: Matcher,
): WatchEvent | undefined {
  if (change.resource !== resource.plural) return undefined;
  if (namespace !== undefined && change.object.metadata.namespace !== namespace) return undefined;
  const { object, previous } = change;
  const before = previous !== undefined && matches(previous);
  const now = change.type !== 'DELETED' && matches(object);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object };
  if (!before) return undefined;
  const { resourceVersion } = object.metadata;
  return { type: 'DELETED', object: { ...previous, metadata: { ...previous.metadata, resourceVersion } } };
}

/** Tells a watcher that it has seen everything up to a version; `endsInitialEvents` that the state ends here. */
export function bookmark(resource: Resource, version: number, endsInitialEvents = false): WatchEvent {
  const annotations = endsInitialEvents ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  const metadata = { resourceVersion: String(version), ...annotations };
  return {
    type: 'BOOKMARK',
    object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata, ...resource.zero },
  };
}

/** Tells a watcher why its watch ends. */
export function errorEvent(error: ApiError): WatchEvent {
  return { type: 'ERROR', object: error.status };
}
