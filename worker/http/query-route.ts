/**
 * `[/t/<token>][/c/<cluster>]/dns-query`, once it is known who asks: of which cluster, and the answer.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { AuditLog } from '../access/audit.ts';
import type { Reader } from '../access/principal.ts';
import { reply, screen } from '../answers/respond.ts';
import { type View, wholeView } from '../answers/scope.ts';
import type { Directory } from '../clusters/directory.ts';
import type { Machine } from '../environment.ts';
import { encodeAnswer } from '../message/answer.ts';
import { minimumTtlSeconds } from '../message/freshness.ts';
import { parseQuery, type Query } from '../message/query.ts';
import { errorReply, type Reply } from '../message/reply.ts';
import type { Background, SnapshotReader } from '../snapshots/reader.ts';
import type { Served } from '../snapshots/served.ts';
import type { TroubleLog } from '../trouble-log.ts';
import { askedCluster } from './asked-cluster.ts';
import { type Deciding, messageResponse, readMessage } from './doh.ts';
import { badRequest, problemResponse } from './problem.ts';

export interface QueryRoute {
  readonly snapshots: SnapshotReader;
  readonly directory: Directory;
  /** Asked where questions are open and the path names none. */
  readonly defaultCluster: ClusterId | undefined;
  readonly audit: AuditLog;
  readonly troubles: TroubleLog;
  readonly machine: Machine;
}

/** `pathCluster` is in the reader's scope. Throws StoreError when it cannot be told which cluster is meant. */
export async function answerQuery(
  route: QueryRoute,
  reader: Reader,
  pathCluster: ClusterId | undefined,
  request: Request,
  background: Background,
): Promise<Response> {
  const read = await readMessage(request);
  if (read.kind === 'problem') return problemResponse(read.problem);
  const message = parseQuery(read.octets);
  if (message.kind === 'malformed') return problemResponse(badRequest('the message is not a DNS query'));

  const screened = screen(message);
  if (screened.kind === 'answered') return respond(route, reader, screened.reply);
  const { query } = screened;
  const cluster = await askedCluster(reader, pathCluster, route.defaultCluster, query, route.directory);
  route.audit.used(reader, 'questions', cluster);
  const served = cluster === undefined ? absent : await route.snapshots.read(cluster, background);
  return respondFrom(route, reader, query, served);
}

const absent: Served = { kind: 'absent' };

/** A snapshot is checked only where it is read; one that contradicts itself there must not become a page of HTML. */
function respondFrom(route: QueryRoute, reader: Reader, query: Query, served: Served): Response {
  try {
    return respond(route, reader, reply(query, served, route.machine.now(), viewOf(reader)));
  } catch (error) {
    route.troubles.note('a snapshot contradicts itself', error);
    const text = 'the snapshot contradicts itself';
    return respond(route, reader, errorReply(query, 'SERVFAIL', { code: 'Invalid Data', text }));
  }
}

function viewOf(reader: Reader): View {
  if (reader.kind === 'open') return wholeView;
  const { namespaces, zone } = reader.permission;
  return { scope: namespaces === null ? 'all' : new Set(namespaces), pointerZone: zone ?? undefined };
}

function respond({ machine }: QueryRoute, { door }: Reader, answer: Reply): Response {
  const octets = encodeAnswer(answer, () => machine.random());
  return messageResponse(octets, minimumTtlSeconds(answer), decidingAt[door]);
}

/** Where the credential stood that decided. */
const decidingAt: Readonly<Record<Reader['door'], Deciding>> = {
  open: 'nothing',
  path: 'url',
  host: 'url',
  bearer: 'header',
  basic: 'header',
  access: 'header',
  certificate: 'connection',
};
