/**
 * The routes. Every one refuses in the same order: no such path, wrong method, no valid credential, too many requests, a
 * cluster that is out of scope, anything else. A route says for whom it is, and is not reached by anybody else.
 */
import type { Context } from 'hono';
import { HonoBase } from 'hono/hono-base';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { getPath } from 'hono/utils/url';
import type { ClusterId } from '../zone/cluster-id.ts';
import { AuditLog } from './access/audit.ts';
import { Authorization, type MaybeLater, type Refusal } from './access/authorization.ts';
import { AccessKeysError } from './access/doors/access-keys.ts';
import type { Administrator, Permitted, Reader, Signer, Stranger } from './access/principal.ts';
import { RefusalLog } from './access/refusal-log.ts';
import { type DoorSettings, tokenDoorsOnly } from './access/settings.ts';
import { TokenStore } from './access/token-store.ts';
import { Directory } from './clusters/directory.ts';
import { type Configuration, type Machine, StoreError, withNamedFailures } from './environment.ts';
import type { Asking } from './http/asking.ts';
import { type ClusterRoutes, deleteCluster, getCluster, getClusters, putCluster } from './http/cluster-routes.ts';
import type { Deciders } from './http/decision.ts';
import { KnownSignatures } from './http/known-signatures.ts';
import {
  accessUnavailable,
  internal,
  notInScope,
  type Problem,
  problemResponse,
  storeUnavailable,
  tooManyRequests,
  unauthorized,
} from './http/problem.ts';
import { type PublishRoute, putSnapshot } from './http/publish-route.ts';
import { QueryRoute } from './http/query-route.ts';
import { isJsonQuestion, resolve } from './http/resolve-route.ts';
import { getSnapshot, type SnapshotRoute } from './http/snapshot-route.ts';
import { deleteToken, listTokens, postToken } from './http/token-routes.ts';
import { urlProblem } from './http/url-bound.ts';
import { Forwarder } from './outside/forward.ts';
import { type Background, SnapshotReader } from './snapshots/reader.ts';
import { TroubleLog } from './trouble-log.ts';

type Answer = Response | Promise<Response>;
type Handler = (request: Request, context: Context) => Answer;
type HandlerFor<Who> = (request: Request, context: Context, who: Who, url: string) => Answer;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';

const cluster = ':cluster{[a-z0-9-]{1,32}}';

/** What goes with a request: its URL, of which the platform makes a new text each time that it is asked. */
interface Handed {
  url?: string;
}

export type App = HonoBase<{ Bindings: Handed }>;

/** Without `doors`, tokens come by path and header only. */
export function createApp(configuration: Configuration, machine: Machine, doors: DoorSettings = tokenDoorsOnly): App {
  const { tokenKey, defaultCluster, objects, endpointHosts, outside } = configuration;
  const store = withNamedFailures(configuration.store);
  const directory = new Directory(store, machine);
  const tokens = new TokenStore(store, (key) => directory.readBeside(key), tokenKey, machine);
  const audit = new AuditLog(machine);
  const refusals = new RefusalLog(machine);
  const troubles = new TroubleLog(machine);
  const signatures = new KnownSignatures(store, machine);
  const logs = { audit, refusals, troubles };
  const authorization = new Authorization({ ...configuration, doors }, { tokens, signatures }, logs, machine);
  const snapshots = new SnapshotReader(store, directory, machine);
  const clusters: ClusterRoutes = { store, objects, endpointHosts, audit, machine };
  const publish: PublishRoute = { objects, refusals, troubles, machine };
  const published: SnapshotRoute = { objects, store, snapshots, audit, refusals, machine };
  const forwarder = new Forwarder(machine, troubles);
  const deciders: Deciders = { snapshots, directory, defaultCluster, outside, forwarder, audit, troubles, machine };
  const query = new QueryRoute(deciders);

  const forReaders = (handle: HandlerFor<Reader>): Handler =>
    behind((request, context) => {
      const path = { token: context.req.param('token'), cluster: clusterOf(context) };
      return authorization.reader(request, path);
    }, handle);
  const forListers = (handle: HandlerFor<Permitted | Administrator>): Handler =>
    behind((request) => authorization.lister(request), handle);
  const forAdministrator = (handle: HandlerFor<Administrator>): Handler =>
    behind((request) => authorization.administrator(request), handle);
  const forSigners = (handle: HandlerFor<Signer | Stranger>): Handler =>
    behind((request, context) => authorization.signer(request, clusterOf(context)!), handle);

  // One router, which takes all of the paths here, is half the size of the usual choice of two.
  const app: App = new HonoBase({ router: new RegExpRouter(), getPath: pathOf });
  add(app, '/healthz', { GET: health });
  for (const prefix of ['', '/t/:token', `/c/${cluster}`, `/t/:token/c/${cluster}`]) {
    const inUrl = forReaders((...asked) => {
      const asking = askingOf(...asked);
      return isJsonQuestion(asking.url) ? resolve(deciders, asking) : query.answerUrl(asking);
    });
    const inBody = forReaders((...asked) => query.answerBody(askingOf(...asked)));
    const answerInJson = forReaders((...asked) => resolve(deciders, askingOf(...asked)));
    add(app, `${prefix}/dns-query`, { GET: inUrl, POST: inBody, OPTIONS: methods('GET, HEAD, POST, OPTIONS') });
    add(app, `${prefix}/resolve`, { GET: answerInJson, OPTIONS: methods('GET, HEAD, OPTIONS') });
  }
  add(app, `/v1/clusters/${cluster}/snapshot`, {
    GET: forSigners((request, context) => getSnapshot(published, clusterOf(context)!, request, backgroundOf(context))),
    PUT: forSigners((request, context) => putSnapshot(publish, clusterOf(context)!, request, backgroundOf(context))),
  });
  add(app, '/v1/clusters', {
    GET: forListers((_, __, lister) => {
      audit.used(lister, 'listing');
      return getClusters(clusters, lister, machine.now());
    }),
  });
  add(app, `/v1/clusters/${cluster}`, {
    GET: forAdministrator((_, context) => getCluster(clusters, clusterOf(context)!, machine.now())),
    PUT: forAdministrator((request, context) => putCluster(clusters, clusterOf(context)!, request)),
    DELETE: forAdministrator((_, context) => deleteCluster(clusters, clusterOf(context)!)),
  });
  add(app, '/v1/tokens', {
    GET: forAdministrator(() => listTokens(tokens)),
    POST: forAdministrator((request) => postToken(tokens, audit, request, machine.now())),
    DELETE: forAdministrator((_, context) => deleteToken(tokens, audit, context.req.query('id'))),
  });

  app.notFound(() => problemResponse({ status: 404, code: 'NOT_FOUND', message: 'there is nothing at this path' }));
  app.onError((error) => {
    troubles.note('request failed', error);
    return problemResponse(problemOf(error));
  });
  return app;
}

const health: Handler = () => new Response('ok\n', { headers: { 'content-length': '3', 'cache-control': 'no-store' } });

/** Which methods there are (RFC 9110 §9.3.7). Pages of other origins are not let in. */
function methods(allow: string): Handler {
  return () => new Response(null, { status: 204, headers: { allow, 'cache-control': 'no-store' } });
}

const refusals: Readonly<Record<Refusal['refusal'], Problem>> = {
  UNAUTHORIZED: unauthorized,
  TOO_MANY_REQUESTS: tooManyRequests,
  CLUSTER_NOT_IN_SCOPE: notInScope,
};

/** A handler that only those reach whom `authorize` lets in. */
function behind<Who extends object>(
  authorize: (request: Request, context: Context) => MaybeLater<Who | Refusal>,
  handle: HandlerFor<Who>,
): Handler {
  return (request, context) => {
    const answer = (who: Who | Refusal): Answer => {
      if ('refusal' in who) return problemResponse(refusals[who.refusal]);
      const url = (context.env as Handed | undefined)?.url ?? request.url;
      const problem = urlProblem(url);
      return problem === undefined ? handle(request, context, who, url) : problemResponse(problem);
    };
    const who = authorize(request, context);
    return who instanceof Promise ? who.then(answer) : answer(who);
  };
}

function problemOf(error: Error): Problem {
  if (error instanceof StoreError) return storeUnavailable;
  return error instanceof AccessKeysError ? accessUnavailable : internal;
}

/** HEAD is answered wherever GET is; hono leaves the body out. */
function add(app: App, path: string, handlers: Readonly<Partial<Record<Method, Handler>>>): void {
  const byMethod = new Map<string, Handler>();
  for (const [method, handler] of Object.entries(handlers)) {
    byMethod.set(method, handler);
    if (method === 'GET') byMethod.set('HEAD', handler);
  }
  const allow = [...byMethod.keys()].join(', ');
  app.all(path, (context) => {
    const handler = byMethod.get(context.req.method);
    if (handler !== undefined) return handler(context.req.raw, context);
    const message = `this path takes ${allow}`;
    return problemResponse({ status: 405, code: 'METHOD_NOT_ALLOWED', message, headers: { allow } });
  });
}

/** As hono reads it, and keeps the URL. */
function pathOf(request: Request, { env }: { readonly env?: Handed } = {}): string {
  const { url } = request;
  if (env !== undefined) env.url = url;
  return getPath({ url } as Request);
}

function askingOf(request: Request, context: Context, reader: Reader, url: string): Asking {
  return { reader, request, url, pathCluster: clusterOf(context), background: backgroundOf(context) };
}

/** The route's pattern lets nothing else through. */
function clusterOf(context: Context): ClusterId | undefined {
  return context.req.param('cluster') as ClusterId | undefined;
}

/** Where the platform has no way to outlive a request, work ends with it. */
function backgroundOf(context: Context): Background {
  try {
    const { executionCtx } = context;
    return (work) => executionCtx.waitUntil(work);
  } catch {
    return () => {};
  }
}
