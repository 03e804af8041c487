/**
 * `[/t/<token>][/c/<cluster>]/dns-query`: who asks, of which cluster, and the answer.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { tokenOf } from '../access/credential.ts';
import type { TokenStore } from '../access/token-store.ts';
import { reply, replyWithoutZone } from '../answers/respond.ts';
import { encodeAnswer } from '../message/answer.ts';
import { minimumTtlSeconds } from '../message/freshness.ts';
import { parseQuery } from '../message/query.ts';
import { errorReply, type Reply } from '../message/reply.ts';
import type { SnapshotReader } from '../snapshots/reader.ts';
import { badRequest, messageResponse, readMessage } from './doh.ts';
import { type Problem, problemResponse, unauthorized } from './problem.ts';

export interface QueryRoute {
  readonly tokens: TokenStore;
  readonly snapshots: SnapshotReader;
  readonly isOpen: boolean;
  readonly defaultCluster: ClusterId | undefined;
  readonly log: (line: string) => void;
}

/** What the path says. */
export interface QueryPath {
  readonly token: string | undefined;
  readonly cluster: ClusterId | undefined;
}

export async function answerQuery(route: QueryRoute, path: QueryPath, request: Request): Promise<Response> {
  const asked = await authorize(route, path, request);
  if ('problem' in asked) return problemResponse(asked.problem);
  const read = await readMessage(request);
  if (read.kind === 'problem') return problemResponse(read.problem);
  const message = parseQuery(read.octets);
  if (message.kind === 'malformed') return problemResponse(badRequest('the message is not a DNS query'));

  let answer = replyWithoutZone(message);
  if (answer === undefined && message.kind === 'query') {
    const served = asked.cluster === undefined ? absent : await route.snapshots.read(asked.cluster);
    try {
      answer = reply(message.query, served, Date.now());
    } catch (error) {
      // A snapshot that contradicts itself must not turn into a page of HTML.
      route.log(`answering failed: ${error instanceof Error ? error.message : String(error)}`);
      answer = errorReply(message.query, 'SERVFAIL', { code: 'Invalid Data', text: 'the snapshot contradicts itself' });
    }
  }
  return respond(answer!, route.isOpen ? 'public' : 'private');
}

const absent = { kind: 'absent' } as const;

function respond(answer: Reply, sharing: 'public' | 'private'): Response {
  return messageResponse(encodeAnswer(answer, Math.random), minimumTtlSeconds(answer), sharing);
}

type Authorized = { readonly cluster: ClusterId | undefined } | { readonly problem: Problem };

async function authorize(route: QueryRoute, path: QueryPath, request: Request): Promise<Authorized> {
  if (route.isOpen) return { cluster: path.cluster ?? route.defaultCluster };
  const token = tokenOf(request, path.token);
  const grant = token === undefined ? undefined : await route.tokens.grantOf(token, Date.now());
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
