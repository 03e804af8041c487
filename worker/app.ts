/**
 * The routes. Every one refuses in the same order: no such path, wrong method, no valid credential, too many requests, a
 * cluster that is out of scope, anything else. A route says for whom it is, and is not reached by anybody else.
 */
import { type ClusterId, parseClusterId } from '../zone/cluster-id.ts';
import { supplementKinds } from '../zone/supplement/supplement.ts';
import { AuditLog } from './access/audit.ts';
import { Authorization, type MaybeLater, type Refusal, type Statement } from './access/authorization.ts';
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
import { getHealth } from './http/health-route.ts';
import { KnownSignatures, statements } from './http/known-signatures.ts';
import { getNames } from './http/names-route.ts';
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
import { valuesOf } from './http/query-parameters.ts';
import { QueryRoute } from './http/query-route.ts';
import { isJsonQuestion, resolve } from './http/resolve-route.ts';
import { getSd } from './http/sd-route.ts';
import { getSnapshot, type SnapshotRoute } from './http/snapshot-route.ts';
import { putSupplement, type SupplementRoute } from './http/supplement-route.ts';
import { deleteToken, listTokens, postToken } from './http/token-routes.ts';
import { urlProblem } from './http/url-bound.ts';
import { getWhy } from './http/why-route.ts';
import { Metrics } from './metrics.ts';
import { Forwarder } from './outside/forward.ts';
import { type Call, type Handler, Routes } from './routes.ts';
import { type Background, SnapshotReader } from './snapshots/reader.ts';
import { TroubleLog } from './trouble-log.ts';

type HandlerFor<Who> = (call: Call, who: Who) => MaybeLater<Response>;

const cluster = ':cluster{[a-z0-9-]{1,32}}';

/** Without `doors`, tokens come by path and header only. */
export function createApp(
  configuration: Configuration,
  machine: Machine,
  doors: DoorSettings = tokenDoorsOnly,
): Routes {
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
  const metrics = configuration.metrics && new Metrics(configuration.metrics, machine, troubles);
  const snapshots = new SnapshotReader(store, directory, machine, metrics);
  const clusters: ClusterRoutes = { store, objects, endpointHosts, audit, machine };
  const publish: PublishRoute = { objects, refusals, troubles, machine };
  const published: SnapshotRoute = { objects, store, snapshots, audit, refusals, machine };
  const supplements: SupplementRoute = { objects, store, refusals, machine };
  const forwarder = new Forwarder(machine, troubles);
  const deciders: Deciders = {
    snapshots,
    directory,
    store,
    defaultCluster,
    outside,
    forwarder,
    audit,
    troubles,
    machine,
    metrics,
  };
  const query = new QueryRoute(deciders);

  const forReaders = (handle: HandlerFor<Reader>): Handler =>
    behind((call) => {
      const path = { token: call.parameter('token'), cluster: clusterOf(call) };
      return authorization.reader(call.request, path);
    }, handle);
  const forAskersAbout = (handle: (asking: Asking) => MaybeLater<Response>): Handler =>
    behind(
      (call) => authorization.reader(call.request, { token: call.parameter('token'), cluster: clusterInQuery(call) }),
      (call, reader) => handle({ ...askingOf(call, reader), pathCluster: clusterInQuery(call) }),
    );
  const forListers = (handle: HandlerFor<Permitted | Administrator>): Handler =>
    behind(({ request }) => authorization.lister(request), handle);
  const forAdministrator = (handle: HandlerFor<Administrator>): Handler =>
    behind(({ request }) => authorization.administrator(request), handle);
  const forSigners = (statement: Statement, handle: HandlerFor<Signer | Stranger>): Handler =>
    behind((call) => authorization.signer(call.request, clusterOf(call)!, statement), handle);

  const app = new Routes((error) => {
    troubles.note('request failed', error);
    return problemResponse(problemOf(error));
  }, metrics);
  app.add('/healthz', { GET: health });
  for (const prefix of ['', '/t/:token', `/c/${cluster}`, `/t/:token/c/${cluster}`]) {
    const inUrl = forReaders((...asked) => {
      const asking = askingOf(...asked);
      return isJsonQuestion(asking.url) ? resolve(deciders, asking) : query.answerUrl(asking);
    });
    const inBody = forReaders((...asked) => query.answerBody(askingOf(...asked)));
    const answerInJson = forReaders((...asked) => resolve(deciders, askingOf(...asked)));
    app.add(`${prefix}/dns-query`, { GET: inUrl, POST: inBody, OPTIONS: methods('GET, HEAD, POST, OPTIONS') });
    for (const [path, answer] of Object.entries(checks)) {
      app.add(`${prefix}/${path}`, { GET: forReaders((...asked) => answer(deciders, askingOf(...asked))) });
    }
    app.add(`${prefix}/resolve`, { GET: answerInJson, OPTIONS: methods('GET, HEAD, OPTIONS') });
  }
  app.add(`/v1/clusters/${cluster}/snapshot`, {
    GET: forSigners(statements.read, (call) =>
      getSnapshot(published, clusterOf(call)!, call.request, backgroundOf(call)),
    ),
    PUT: forSigners(statements.snapshot, (call) =>
      putSnapshot(publish, clusterOf(call)!, call.request, backgroundOf(call)),
    ),
  });
  for (const kind of supplementKinds) {
    app.add(`/v1/clusters/${cluster}/${kind}`, {
      PUT: forSigners(statements[kind], (call) => putSupplement(supplements, clusterOf(call)!, kind, call.request)),
    });
  }
  for (const prefix of ['', '/t/:token']) {
    app.add(`${prefix}/v1/why`, { GET: forAskersAbout((asking) => getWhy(deciders, asking)) });
    app.add(`${prefix}/v1/names`, { GET: forAskersAbout((asking) => getNames(deciders, asking)) });
  }
  app.add('/v1/clusters', {
    GET: forListers((_, lister) => {
      audit.used(lister, 'listing');
      return getClusters(clusters, lister, machine.now());
    }),
  });
  app.add(`/v1/clusters/${cluster}`, {
    GET: forAdministrator((call) => getCluster(clusters, clusterOf(call)!, machine.now())),
    PUT: forAdministrator((call) => putCluster(clusters, clusterOf(call)!, call.request)),
    DELETE: forAdministrator((call) => deleteCluster(clusters, clusterOf(call)!)),
  });
  app.add('/v1/tokens', {
    GET: forAdministrator(() => listTokens(tokens)),
    POST: forAdministrator(({ request }) => postToken(tokens, audit, request, machine.now())),
    DELETE: forAdministrator(({ url }) => deleteToken(tokens, audit, valuesOf(url, 'id')[0])),
  });
  return app;
}

const checks = { sd: getSd, health: getHealth };

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
  authorize: (call: Call) => MaybeLater<Who | Refusal>,
  handle: HandlerFor<Who>,
): Handler {
  return (call) => {
    const answer = (who: Who | Refusal): MaybeLater<Response> => {
      if ('refusal' in who) return problemResponse(refusals[who.refusal]);
      const problem = urlProblem(call.url);
      return problem === undefined ? handle(call, who) : problemResponse(problem);
    };
    const who = authorize(call);
    return who instanceof Promise ? who.then(answer) : answer(who);
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof StoreError) return storeUnavailable;
  return error instanceof AccessKeysError ? accessUnavailable : internal;
}

function askingOf(call: Call, reader: Reader): Asking {
  const { request, url } = call;
  return { reader, request, url, pathCluster: clusterOf(call), background: backgroundOf(call) };
}

/** The route's pattern lets nothing else through. */
function clusterOf({ parameter }: Call): ClusterId | undefined {
  return parameter('cluster') as ClusterId | undefined;
}

/** As `cluster=` in the query has it. A text that can be no id stands as the empty one, which no cluster has. */
function clusterInQuery({ url }: Call): ClusterId | undefined {
  const [text] = valuesOf(url, 'cluster');
  return text === undefined ? undefined : (parseClusterId(text) ?? ('' as ClusterId));
}

/** Where the platform has no way to outlive a request, work ends with it. */
function backgroundOf({ lifetime }: Call): Background {
  return (work) => lifetime?.waitUntil(work);
}
