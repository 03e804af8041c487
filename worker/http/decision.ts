/** From a question to what is answered, once it is known who asks: of which cluster, and from which snapshot. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { AuditLog } from '../access/audit.ts';
import type { Reader } from '../access/principal.ts';
import { reply, screen } from '../answers/respond.ts';
import type { Directory } from '../clusters/directory.ts';
import type { Machine } from '../environment.ts';
import type { ParsedMessage } from '../message/query.ts';
import { errorReply, type Reply } from '../message/reply.ts';
import { type Forward, forwarded } from '../outside/forward.ts';
import type { Outside } from '../outside/policy.ts';
import type { Background, SnapshotReader } from '../snapshots/reader.ts';
import type { Served } from '../snapshots/served.ts';
import type { TroubleLog } from '../trouble-log.ts';
import { askedCluster } from './asked-cluster.ts';
import { viewOf } from './view.ts';

export interface Deciders {
  readonly snapshots: SnapshotReader;
  readonly directory: Directory;
  /** Asked where questions are open and the path names none. */
  readonly defaultCluster: ClusterId | undefined;
  readonly outside: Outside;
  readonly audit: AuditLog;
  readonly troubles: TroubleLog;
  readonly machine: Machine;
}

export interface Decision {
  readonly reply: Reply;
  /** What it was decided from; undefined when no snapshot was needed, and when somebody else was asked. */
  readonly served: Served | undefined;
}

/** `pathCluster` is in the reader's scope. Throws StoreError when it cannot be told which cluster is meant. */
export async function decide(
  deciders: Deciders,
  reader: Reader,
  pathCluster: ClusterId | undefined,
  message: Exclude<ParsedMessage, { kind: 'malformed' }>,
  background: Background,
): Promise<Decision> {
  const screened = screen(message);
  if (screened.kind === 'answered') return { reply: screened.reply, served: undefined };
  const { query } = screened;
  const cluster = await askedCluster(reader, pathCluster, deciders.defaultCluster, query, deciders.directory);
  deciders.audit.used(reader, 'questions', cluster);
  const served =
    cluster === undefined
      ? absent
      : (deciders.snapshots.current(cluster) ?? (await deciders.snapshots.read(cluster, background)));
  let found: Reply | Forward;
  try {
    found = reply(query, served, deciders.machine.now(), viewOf(reader).view, deciders.outside);
  } catch (error) {
    // A snapshot is checked only where it is read; one that contradicts itself there must not become a page of HTML.
    deciders.troubles.note('a snapshot contradicts itself', error);
    const text = 'the snapshot contradicts itself';
    return { reply: errorReply(query, 'SERVFAIL', { code: 'Invalid Data', text }), served: undefined };
  }
  return found.kind === 'forward'
    ? { reply: await forwarded(found, deciders), served: undefined }
    : { reply: found, served };
}

const absent: Served = { kind: 'absent' };
