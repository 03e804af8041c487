/**
 * The routes. Every one refuses in the same order: no such path, wrong method, no valid credential, anything else.
 */
import { type Context, Hono } from 'hono';
import type { ClusterId } from '../zone/cluster-id.ts';
import { TokenStore } from './access/token-store.ts';
import type { Configuration } from './environment.ts';
import * as administration from './http/administration.ts';
import { dohMethods } from './http/doh.ts';
import { jsonResponse, type Problem, problemResponse } from './http/problem.ts';
import { answerQuery, type QueryRoute } from './http/query-route.ts';
import { acceptSnapshot } from './snapshots/accept.ts';
import { SnapshotReader } from './snapshots/reader.ts';

type Handler = (request: Request, context: Context) => Response | Promise<Response>;

const cluster = ':cluster{[a-z0-9-]{1,32}}';
const token = ':token';

export function createApp(configuration: Configuration, log: (line: string) => void): Hono {
  const { store, administratorKeySha256, tokenKey, isOpen, defaultCluster } = configuration;
  const tokens = new TokenStore(store, tokenKey);
  const route: QueryRoute = { tokens, snapshots: new SnapshotReader(store), isOpen, defaultCluster, log };
  const app = new Hono();

  const query: Handler = (request, context) => {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow: dohMethods } });
    return answerQuery(route, { token: context.req.param('token'), cluster: clusterOf(context) }, request);
  };
  const queryMethods = { GET: query, HEAD: query, POST: query, OPTIONS: query };
  for (const prefix of ['', `/t/${token}`, `/c/${cluster}`, `/t/${token}/c/${cluster}`]) {
    add(app, `${prefix}/dns-query`, queryMethods);
  }

  add(app, '/healthz', { GET: () => new Response('ok\n', { headers: { 'cache-control': 'no-store' } }) });

  add(app, `/v1/clusters/${cluster}/snapshot`, {
    PUT: async (request, context) => {
      const acceptance = await acceptSnapshot(store, clusterOf(context)!, request);
      if (acceptance.kind === 'refused') return problemResponse(acceptance.problem);
      const { epoch, serial } = acceptance.manifest;
      return jsonResponse({ result: acceptance.kind, epoch, serial });
    },
  });

  const byAdministrator =
    (handler: Handler): Handler =>
    async (request, context) => {
      if (await administration.isAdministrator(request, administratorKeySha256)) return handler(request, context);
      return problemResponse(administration.unauthorizedAdministrator);
    };
  add(app, '/v1/clusters', { GET: byAdministrator(() => administration.listClusters(store, Date.now())) });
  add(app, `/v1/clusters/${cluster}`, {
    PUT: byAdministrator((request, context) => administration.putCluster(store, clusterOf(context)!, request)),
    DELETE: byAdministrator((_, context) => administration.removeCluster(store, clusterOf(context)!)),
  });
  add(app, '/v1/tokens', {
    GET: byAdministrator(() => administration.listTokens(tokens)),
    POST: byAdministrator((request) => administration.postToken(tokens, request, Date.now())),
    DELETE: byAdministrator((_, context) => administration.deleteToken(tokens, context.req.query('id') ?? null)),
  });

  app.notFound(() => problemResponse({ status: 404, code: 'NOT_FOUND', message: 'there is nothing at this path' }));
  app.onError((error) => {
    log(`request failed: ${error.message}`);
    return problemResponse(unavailable);
  });
  return app;
}

/** What fails behind a route is the store; what was wrong with the request was said before. */
const unavailable: Problem = {
  status: 503,
  code: 'STORE_UNAVAILABLE',
  message: 'the store did not take or give a value; try again',
  headers: { 'retry-after': '1' },
};

function add(app: Hono, path: string, handlers: Readonly<Record<string, Handler>>): void {
  const allow = Object.keys(handlers).join(', ');
  app.all(path, (context) => {
    const { method } = context.req;
    const handler = handlers[method === 'HEAD' && handlers['HEAD'] === undefined ? 'GET' : method];
    if (handler !== undefined) return handler(context.req.raw, context);
    const message = `this path takes ${allow}`;
    return problemResponse({ status: 405, code: 'METHOD_NOT_ALLOWED', message, headers: { allow } });
  });
}

/** The route's pattern lets nothing else through. */
function clusterOf(context: Context): ClusterId | undefined {
  return context.req.param('cluster') as ClusterId | undefined;
}
