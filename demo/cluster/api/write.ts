/** The writing requests: from their bodies and queries to the registry. */
import type { IncomingMessage } from 'node:http';
import { ManifestReader } from '../registry/manifest-reader.ts';
import { mergePatch, strategicMergePatch } from '../registry/patch.ts';
import type { ObjectName, Registry } from '../registry/registry.ts';
import type { Resource, Subresource } from '../resources.ts';
import { RESOURCES } from '../resources.ts';
import { badRequest } from '../status.ts';
import type { JsonValue } from '../types.ts';
import { mediaTypeOf, readJson } from './http.ts';

const JSON_ONLY = ['application/json'];
const MERGE_PATCH = 'application/merge-patch+json';
const STRATEGIC_MERGE_PATCH = 'application/strategic-merge-patch+json';

export async function createFrom(
  registry: Registry,
  request: IncomingMessage,
  resource: Resource,
  namespace: string | undefined,
  query: URLSearchParams,
): Promise<object> {
  return registry.create(resource.plural, namespace, await readBody(request, JSON_ONLY, query));
}

export async function replaceFrom(
  registry: Registry,
  request: IncomingMessage,
  target: ObjectName,
  subresource: Subresource | undefined,
  query: URLSearchParams,
): Promise<object> {
  return registry.replace(target, subresource, await readBody(request, JSON_ONLY, query));
}

export async function patchFrom(
  registry: Registry,
  request: IncomingMessage,
  target: ObjectName,
  subresource: Subresource | undefined,
  query: URLSearchParams,
): Promise<object> {
  const patch = await readBody(request, [MERGE_PATCH, STRATEGIC_MERGE_PATCH], query);
  const merge = mediaTypeOf(request) === MERGE_PATCH ? mergePatch : strategicMergePatch;
  return registry.patch(target, subresource, (present) => merge(present, patch));
}

/** The options of a deletion stand in its body or in its query. */
export async function deleteBy(
  registry: Registry,
  request: IncomingMessage,
  target: ObjectName,
  query: URLSearchParams,
): Promise<object> {
  refuseDryRun(query);
  const reader = new ManifestReader(RESOURCES[target.resource]);
  const body = reader.object(await readJson(request, JSON_ONLY), 'body');
  const preconditions = reader.object(body['preconditions'], 'preconditions');
  const grace = query.get('gracePeriodSeconds');
  return registry.delete(target, {
    gracePeriodSeconds:
      reader.integer(body['gracePeriodSeconds'], 'gracePeriodSeconds') ?? (grace === null ? undefined : Number(grace)),
    uid: reader.text(preconditions['uid'], 'preconditions.uid'),
    resourceVersion: reader.text(preconditions['resourceVersion'], 'preconditions.resourceVersion'),
  });
}

async function readBody(
  request: IncomingMessage,
  accepted: readonly string[],
  query: URLSearchParams,
): Promise<JsonValue> {
  refuseDryRun(query);
  const body = await readJson(request, accepted);
  if (body === undefined) throw badRequest('the request has no body');
  return body;
}

/** A dry run that stored something would be worse than none. */
function refuseDryRun(query: URLSearchParams): void {
  if (query.has('dryRun')) throw badRequest('the embedded cluster does not serve dryRun');
}
