/**
 * The routes. Every one refuses in the same order: no such path, wrong method, no valid credential, anything else.
 */
import { type Context, Hono } from 'hono';
import type { ClusterId } from '../zone/cluster-id.ts';
import { isAdministrator } from './access/credential.ts';
import { TokenStore } from './access/token-store.ts';
import { type Configuration, type Machine, StoreError, withNamedFailures } from './environment.ts';
import { deleteCluster, listClusters, putCluster } from './http/cluster-routes.ts';
import { internal, problemResponse, storeUnavailable, unauthorized } from './http/problem.ts';
import { putSnapshot } from './http/publish-route.ts';
import { answerQuery, type QueryRoute } from './http/query-route.ts';
import { deleteToken, listTokens, postToken } from './http/token-routes.ts';
import { type Background, SnapshotReader } from './snapshots/reader.ts';

type Handler = (request: Request, context: Context) => Response | Promise<Response>;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS';

const cluster = ':cluster{[a-z0-9-]{1,32}}';

export function createApp(configuration: Configuration, machine: Machine): Hono {
  const { administratorKeySha256, tokenKey, isOpen, defaultCluster } = configuration;
  const store = withNamedFailures(configuration.store);
  const tokens = new TokenStore(store, tokenKey, machine);
  const query: QueryRoute = {
    tokens,
    snapshots: new SnapshotReader(store, machine),
    isOpen,
    defaultCluster,
    machine,
  };
  const app = new Hono();

  add(app, '/healthz', {
    GET: () => new Response('ok\n', { headers: { 'content-length': '3', 'cache-control': 'no-store' } }),
  });

  const answer: Handler = (request, context) => {
    const path = { token: context.req.param('token'), cluster: clusterOf(context) };
    return answerQuery(query, path, request, backgroundOf(context));
  };
  for (const prefix of ['', '/t/:token', `/c/${cluster}`, `/t/:token/c/${cluster}`]) {
    add(app, `${prefix}/dns-query`, { GET: answer, POST: answer, OPTIONS: dohMethods });
  }

  add(app, `/v1/clusters/${cluster}/snapshot`, {
    PUT: (request, context) => putSnapshot(store, clusterOf(context)!, request, machine.now()),
  });

  const byAdministrator =
    (handler: Handler): Handler =>
    async (request, context) =>
      (await isAdministrator(request, administratorKeySha256))
        ? handler(request, context)
        : problemResponse(unauthorized);
  add(app, '/v1/clusters', { GET: byAdministrator(() => listClusters(store, machine.now())) });
  add(app, `/v1/clusters/${cluster}`, {
    PUT: byAdministrator((request, context) => putCluster(store, clusterOf(context)!, request)),
    DELETE: byAdministrator((_, context) => deleteCluster(store, clusterOf(context)!)),
  });
  add(app, '/v1/tokens', {
    GET: byAdministrator(() => listTokens(tokens)),
    POST: byAdministrator((request) => postToken(tokens, request, machine.now())),
    DELETE: byAdministrator((_, context) => deleteToken(tokens, context.req.query('id'))),
  });

  app.notFound(() => problemResponse({ status: 404, code: 'NOT_FOUND', message: 'there is nothing at this path' }));
  app.onError((error) => {
    machine.log(`request failed: ${error.message}`);
    return problemResponse(error instanceof StoreError ? storeUnavailable : internal);
  });
  return app;
}

/** Asked by browsers before they show a credential. */
const dohMethods: Handler = () =>
  new Response(null, { status: 204, headers: { allow: 'GET, HEAD, POST, OPTIONS', 'cache-control': 'no-store' } });

/** HEAD is answered wherever GET is; hono leaves the body out. */
function add(app: Hono, path: string, handlers: Readonly<Partial<Record<Method, Handler>>>): void {
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
