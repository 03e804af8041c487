/** Answers the requests of one API server: who asks, what for, and is it to fail? Then the answer. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from '../registry/registry.ts';
import type { Resource } from '../resources.ts';
import { ApiError, internalError, methodNotAllowed, noSuchPath, unauthorized } from '../status.ts';
import {
  coreVersionsDocument,
  groupDocument,
  groupsDocument,
  resourcesDocument,
  versionDocument,
} from './discovery.ts';
import type { Faults, Verb } from './faults.ts';
import { answer, answerError, answerText } from './http.ts';
import { listBody, listPage } from './list.ts';
import { openapiDocument, openapiIndex } from './openapi.ts';
import { readOptionsOf } from './read-options.ts';
import { type ObjectRoute, routeOf } from './route.ts';
import { tableOf, wantsTable } from './table.ts';
import { OpenWatch, tooOldForWatch } from './watch.ts';
import type { WatchEvent } from './watch-event.ts';
import { createFrom, deleteBy, patchFrom, replaceFrom } from './write.ts';

/** What the handler works on. */
export interface ApiServer {
  readonly registry: Registry;
  readonly faults: Faults;
  /** The watches that are open at the moment. */
  readonly watches: Set<OpenWatch>;
  /** The bearer token to demand, if any. */
  readonly token: string | undefined;
  readonly bookmarkIntervalMilliseconds: number;
  readonly log: (line: string) => void;
}

/** Answers one request, whatever happens. */
export async function handle(server: ApiServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await dispatch(server, request, response);
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    if (error instanceof ApiError) return answerError(request, response, error);
    server.log(`${request.method} ${request.url}: ${(error as Error).stack}`);
    answerError(request, response, internalError((error as Error).message));
  }
}

async function dispatch(server: ApiServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path = '', search = ''] = (request.url ?? '').split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const route = routeOf(path);
  // Health and version are open to those who bring no credential, as kubeadm clusters have it.
  const isOpen = (route.kind === 'health' || route.kind === 'version') && request.headers.authorization === undefined;
  if (!isOpen) authenticate(request, server);
  if (route.kind === 'collection') {
    return handleCollection(server, request, response, route.resource, route.namespace, query);
  }
  if (route.kind === 'object') return handleObject(server, request, response, route, query);
  if (route.kind === 'unknown') throw noSuchPath();
  if (route.kind === 'nowhere') return answerText(response, 404, '404 page not found\n');
  if (request.method !== 'GET') throw methodNotAllowed();
  switch (route.kind) {
    case 'health':
      return answerText(response, 200, 'ok');
    case 'version':
      return answer(response, 200, versionDocument());
    case 'core-versions':
      return answer(response, 200, coreVersionsDocument(request.headers.host ?? ''));
    case 'groups':
      return answer(response, 200, groupsDocument());
    case 'group':
      return answer(response, 200, groupDocument(route.group));
    case 'resources':
      return answer(response, 200, resourcesDocument(route.group));
    case 'openapi-index':
      return answer(response, 200, openapiIndex());
    case 'openapi':
      return answer(response, 200, openapiDocument(route.group));
  }
}

function authenticate(request: IncomingMessage, { token, faults }: ApiServer): void {
  if (faults.refusesCredentials) throw unauthorized();
  if (token === undefined) return;
  const given = Buffer.from(request.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw unauthorized();
}

async function handleCollection(
  server: ApiServer,
  request: IncomingMessage,
  response: ServerResponse,
  resource: Resource,
  namespace: string | undefined,
  query: URLSearchParams,
): Promise<void> {
  const { registry, faults } = server;
  if (request.method === 'POST') {
    if (resource.namespaced && namespace === undefined) throw methodNotAllowed();
    refuse(faults, 'create', resource, namespace, '');
    return answer(response, 201, await createFrom(registry, request, resource, namespace, query));
  }
  if (request.method !== 'GET') throw methodNotAllowed();
  const options = readOptionsOf(resource, query, faults.initialEvents);
  refuse(faults, options.kind, resource, namespace, '');
  const asTable = wantsTable(request);
  const { store } = registry;
  if (options.kind === 'list') {
    const page = listPage(store, resource, namespace, options);
    const body = asTable ? tableOf(resource, page.items, page.metadata, store.now()) : listBody(resource, page);
    return answer(response, 200, body);
  }
  const { start } = options;
  const isTooOld = start.from === 'version' && store.history.after(start.version) === undefined;
  if (isTooOld && faults.tooOldWatches === 'http-status') throw tooOldForWatch(store, start.version);
  const render = (event: WatchEvent) => (asTable ? eventAsTable(event, resource, store.now()) : event);
  const { initialEventsBeforeReset } = faults;
  const watchRequest = { resource, namespace, options, render, initialEventsBeforeReset };
  const watch = new OpenWatch(store, response, watchRequest, server.bookmarkIntervalMilliseconds, () =>
    server.watches.delete(watch),
  );
  server.watches.add(watch);
}

/** Bookmarks and errors are not about rows; they stay as they are. */
function eventAsTable(event: WatchEvent, resource: Resource, nowMilliseconds: number): object {
  if (event.type === 'BOOKMARK' || event.type === 'ERROR') return event;
  return { type: event.type, object: tableOf(resource, [event.object], {}, nowMilliseconds) };
}

async function handleObject(
  server: ApiServer,
  request: IncomingMessage,
  response: ServerResponse,
  route: ObjectRoute,
  query: URLSearchParams,
): Promise<void> {
  const { registry, faults } = server;
  const { resource, namespace, name, subresource } = route;
  const target = { resource: resource.plural, namespace, name };
  const verb = verbOf(request.method, subresource !== undefined);
  refuse(faults, verb, resource, namespace, name);
  switch (verb) {
    case 'get': {
      if (subresource === 'scale' || !wantsTable(request)) {
        return answer(response, 200, registry.read(target, subresource));
      }
      const { resourceVersion } = registry.get(target).metadata;
      const table = tableOf(resource, [registry.get(target)], { resourceVersion }, registry.store.now());
      return answer(response, 200, table);
    }
    case 'update':
      return answer(response, 200, await replaceFrom(registry, request, target, subresource, query));
    case 'patch':
      return answer(response, 200, await patchFrom(registry, request, target, subresource, query));
    case 'delete':
      return answer(response, 200, await deleteBy(registry, request, target, query));
  }
}

function verbOf(method: string | undefined, isSubresource: boolean): 'get' | 'update' | 'patch' | 'delete' {
  if (method === 'GET') return 'get';
  if (method === 'PUT') return 'update';
  if (method === 'PATCH') return 'patch';
  if (method === 'DELETE' && !isSubresource) return 'delete';
  throw methodNotAllowed();
}

function refuse(faults: Faults, verb: Verb, resource: Resource, namespace: string | undefined, name: string): void {
  const refusal = faults.refusalOf(verb, resource, namespace, name);
  if (refusal !== undefined) throw refusal;
}
