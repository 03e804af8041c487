/** From a question to what is answered, once it is known who asks: of which cluster, and from which snapshot. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { AuditLog } from '../access/audit.ts';
import type { MaybeLater } from '../access/authorization.ts';
import { reply, screen } from '../answers/respond.ts';
import type { Directory } from '../clusters/directory.ts';
import type { KeyValueStore, Machine } from '../environment.ts';
import type { ParsedMessage, Query } from '../message/query.ts';
import type { Reply } from '../message/reply.ts';
import type { Metrics } from '../metrics.ts';
import { forwardedHeader } from '../outside/exchange.ts';
import type { Forward, Forwarder } from '../outside/forward.ts';
import type { Outside } from '../outside/policy.ts';
import type { SnapshotReader } from '../snapshots/reader.ts';
import type { Served } from '../snapshots/served.ts';
import type { TroubleLog } from '../trouble-log.ts';
import { askedCluster, onlyCluster } from './asked-cluster.ts';
import type { Asking } from './asking.ts';
import { failureReply } from './failure.ts';
import { viewOf } from './view.ts';

export interface Deciders {
  readonly snapshots: SnapshotReader;
  readonly directory: Directory;
  readonly store: KeyValueStore;
  /** Asked where questions are open and the path names none. */
  readonly defaultCluster: ClusterId | undefined;
  readonly outside: Outside;
  readonly forwarder: Forwarder;
  readonly audit: AuditLog;
  readonly troubles: TroubleLog;
  readonly machine: Machine;
  readonly metrics: Metrics | undefined;
}

export interface Decision {
  readonly reply: Reply;
  /** What it was decided from; undefined when no snapshot was needed, and when somebody else was asked. */
  readonly served: Served | undefined;
  /** Unix milliseconds. */
  readonly decidedAt: number;
}

/** The cluster that every question of the asker is about, and what counts of it without a look at KV. */
export interface InMemory {
  readonly cluster: ClusterId;
  readonly served: Served;
}

/** Undefined where KV is to be asked, and where the cluster depends on the question; `now` in Unix milliseconds. */
export function inMemory(
  { defaultCluster, snapshots }: Deciders,
  { reader, pathCluster }: Asking,
  now: number,
): InMemory | undefined {
  const cluster = onlyCluster(reader, pathCluster, defaultCluster);
  const served = cluster && snapshots.current(cluster, now);
  return cluster && served && { cluster, served };
}

/** At once where what is known is enough; `now` in Unix milliseconds. What goes wrong is a reply too. */
export function decide(
  deciders: Deciders,
  asking: Asking,
  message: Exclude<ParsedMessage, { kind: 'malformed' }>,
  now: number,
  known: InMemory | undefined,
): MaybeLater<Decision> {
  const screened = screen(message);
  if (screened.kind === 'answered') return decided(deciders, undefined, screened.reply, undefined, now);
  const { query } = screened;
  if (known === undefined) return decideLater(deciders, asking, query);
  deciders.audit.used(asking.reader, 'questions', known.cluster, now);
  return decideFrom(deciders, asking, query, known, now);
}

async function decideLater(deciders: Deciders, asking: Asking, query: Query): Promise<Decision> {
  const { audit, defaultCluster, directory, machine, snapshots, troubles } = deciders;
  const { reader, pathCluster, background } = asking;
  try {
    const cluster = await askedCluster(reader, pathCluster, defaultCluster, query, directory);
    audit.used(reader, 'questions', cluster);
    const served = cluster === undefined ? absent : await snapshots.read(cluster, background);
    return await decideFrom(deciders, asking, query, { cluster, served }, machine.now());
  } catch (error) {
    return decided(deciders, undefined, failureReply(query, error, troubles), undefined, machine.now());
  }
}

function decideFrom(
  deciders: Deciders,
  { reader, request }: Asking,
  query: Query,
  asked: Pick<InMemory, 'served'> & { readonly cluster: ClusterId | undefined },
  now: number,
): MaybeLater<Decision> {
  const { served } = asked;
  // Anybody may make up a name where questions are open.
  const cluster = served.kind === 'absent' ? undefined : asked.cluster;
  let found: Reply | Forward;
  try {
    found = reply(query, served, now, viewOf(reader).view, deciders.outside);
  } catch (error) {
    return decided(deciders, cluster, failureReply(query, error, deciders.troubles), undefined, now);
  }
  if (found.kind !== 'forward') return decided(deciders, cluster, found, served, now);
  const isReturned = request.headers.has(forwardedHeader);
  return deciders.forwarder
    .answer(found, isReturned)
    .then((whole) => decided(deciders, cluster, whole, undefined, now));
}

/** Counted, for `cluster`. */
function decided(
  { metrics }: Deciders,
  cluster: ClusterId | undefined,
  found: Reply,
  served: Served | undefined,
  decidedAt: number,
): Decision {
  metrics?.answered(cluster, found.rcode);
  return { reply: found, served, decidedAt };
}

const absent: Served = { kind: 'absent' };
