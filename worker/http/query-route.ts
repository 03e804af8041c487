/**
 * `[/t/<token>][/c/<cluster>]/dns-query`: who asks, of which cluster, and the answer.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { tokenOf } from '../access/credential.ts';
import type { TokenStore } from '../access/token-store.ts';
import { reply, screen } from '../answers/respond.ts';
import type { Machine } from '../environment.ts';
import { encodeAnswer } from '../message/answer.ts';
import { minimumTtlSeconds } from '../message/freshness.ts';
import { parseQuery, type Query } from '../message/query.ts';
import { errorReply, type Reply } from '../message/reply.ts';
import type { Background, SnapshotReader } from '../snapshots/reader.ts';
import type { Served } from '../snapshots/served.ts';
import { messageResponse, readMessage } from './doh.ts';
import { badRequest, type Problem, problemResponse, unauthorized } from './problem.ts';

export interface QueryRoute {
  readonly tokens: TokenStore;
  readonly snapshots: SnapshotReader;
  readonly isOpen: boolean;
  readonly defaultCluster: ClusterId | undefined;
  readonly machine: Machine;
}

/** What the path says. */
interface QueryPath {
  readonly token: string | undefined;
  readonly cluster: ClusterId | undefined;
}

/** Throws StoreError when it cannot be told whether the token is good. */
export async function answerQuery(
  route: QueryRoute,
  path: QueryPath,
  request: Request,
  background: Background,
): Promise<Response> {
  const asked = await authorize(route, path, request);
  if ('problem' in asked) return problemResponse(asked.problem);
  const read = await readMessage(request);
  if (read.kind === 'problem') return problemResponse(read.problem);
  const message = parseQuery(read.octets);
  if (message.kind === 'malformed') return problemResponse(badRequest('the message is not a DNS query'));

  const screened = screen(message);
  if (screened.kind === 'answered') return respond(route, screened.reply);
  const { query } = screened;
  const served = asked.cluster === undefined ? absent : await route.snapshots.read(asked.cluster, background);
  return respondFrom(route, query, served);
}

const absent: Served = { kind: 'absent' };

type Authorized = { readonly cluster: ClusterId | undefined } | { readonly problem: Problem };

async function authorize(route: QueryRoute, path: QueryPath, request: Request): Promise<Authorized> {
  if (route.isOpen) return { cluster: path.cluster ?? route.defaultCluster };
  const token = tokenOf(request, path.token);
  const grant = token === undefined ? undefined : await route.tokens.grantOf(token);
  if (grant === undefined) return { problem: unauthorized };
  const cluster = path.cluster ?? grant.clusters[0];
  return grant.clusters.includes(cluster) ? { cluster } : { problem: notInScope };
}

/** The same whether the cluster exists or not. */
const notInScope: Problem = {
  status: 403,
  code: 'CLUSTER_NOT_IN_SCOPE',
  message: 'this token is not for the cluster that the path names',
};

/** A snapshot is checked only where it is read; one that contradicts itself there must not become a page of HTML. */
function respondFrom(route: QueryRoute, query: Query, served: Served): Response {
  const { machine } = route;
  try {
    return respond(route, reply(query, served, machine.now()));
  } catch (error) {
    machine.log(`a snapshot contradicts itself: ${error instanceof Error ? error.message : String(error)}`);
    const text = 'the snapshot contradicts itself';
    return respond(route, errorReply(query, 'SERVFAIL', { code: 'Invalid Data', text }));
  }
}

function respond({ isOpen, machine }: QueryRoute, answer: Reply): Response {
  const octets = encodeAnswer(answer, () => machine.random());
  return messageResponse(octets, minimumTtlSeconds(answer), isOpen ? 'public' : 'private');
}
