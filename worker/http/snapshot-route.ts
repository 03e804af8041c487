/**
 * `GET|HEAD /v1/clusters/<cluster>/snapshot`: what readers are answered from here and now, for whoever has the cluster's key.
 *
 * HEAD says what this isolate answers from, stale or not. GET brings the value of KV that it came from, past this program's
 * memory. Manifest and body always belong together: where KV shows another value meanwhile, neither is told. That the body
 * has the hash of its manifest was checked when the snapshot was loaded; who reads it checks it again.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { manifestHeader, signatureHeader, snapshotContentType } from '../../zone/manifest.ts';
import { maxReadAgeMilliseconds, readHeader } from '../../zone/snapshot-read.ts';
import type { AuditLog } from '../access/audit.ts';
import type { RefusalLog } from '../access/refusal-log.ts';
import type { KeyValueStore, Machine, Objects } from '../environment.ts';
import type { SignedManifest } from '../objects.ts';
import type { Background, SnapshotReader } from '../snapshots/reader.ts';
import { verifiedRead } from '../snapshots/signed-read.ts';
import { readStored } from '../snapshots/stored-snapshot.ts';
import {
  noSignature,
  notConfigured,
  type Problem,
  problem,
  problemResponse,
  storeUnavailable,
  withoutSnapshot,
  wrongSignature,
} from './problem.ts';

export interface SnapshotRoute {
  readonly objects: Objects | undefined;
  readonly store: KeyValueStore;
  readonly snapshots: SnapshotReader;
  readonly audit: AuditLog;
  readonly refusals: RefusalLog;
  readonly machine: Machine;
}

/** Throws StoreError. */
export async function getSnapshot(
  route: SnapshotRoute,
  cluster: ClusterId,
  request: Request,
  background: Background,
): Promise<Response> {
  const problem = await problemOfRead(route, cluster, request);
  if (problem !== undefined) return problemResponse(problem);
  const served = await route.snapshots.read(cluster, background);
  if (!('signed' in served)) return problemResponse(withoutSnapshot[served.kind]);
  const { signed } = served;
  if (request.method === 'HEAD') return snapshotResponse(signed, null);
  // A version tells little; a body tells all names and addresses.
  route.audit.used({ kind: 'cluster', id: cluster, door: 'signature' }, 'reading');
  const body = await bodyOf(route, cluster, signed, background);
  return body === undefined ? problemResponse(notShown) : snapshotResponse(signed, body);
}

/** Undefined when a key of the cluster signed the read, a short while ago. */
async function problemOfRead(
  { objects, refusals, machine }: SnapshotRoute,
  cluster: ClusterId,
  { headers }: Request,
): Promise<Problem | undefined> {
  const text = headers.get(readHeader);
  const signature = headers.get(signatureHeader);
  const unsigned = (problem: Problem): Problem => {
    refusals.unsigned('read', problem.code);
    return problem;
  };
  if (text === null || signature === null) return unsigned(noSignature('a read', readHeader));
  if (objects === undefined) return notConfigured('reading a snapshot');
  const read = await verifiedRead(objects, cluster, text, signature);
  if (read === undefined) return unsigned(wrongSignature);
  const now = machine.now();
  if (Math.abs(now - read.at) <= maxReadAgeMilliseconds) return undefined;
  refusals.signed('read', cluster, 'READ_EXPIRED');
  return readExpired(now);
}

/** The body that KV holds beside this manifest; undefined when it shows another one, or none. */
async function bodyOf(
  { store }: SnapshotRoute,
  cluster: ClusterId,
  { text, manifest }: SignedManifest,
  background: Background,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined> {
  const stored = await readStored(store, cluster);
  if (stored.kind !== 'stored') return undefined;
  if (stored.signed.text !== text) {
    await stored.body.cancel();
    return undefined;
  }
  const { readable, writable } = new FixedLengthStream(manifest.length);
  // What breaks off breaks off for the reader too; nobody else has to know.
  background(stored.body.pipeTo(writable).catch(() => {}));
  return readable;
}

function snapshotResponse(
  { text, signature, manifest }: SignedManifest,
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
): Response {
  const headers = {
    'content-type': snapshotContentType,
    'content-length': String(manifest.length),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    [manifestHeader]: text,
    [signatureHeader]: signature,
  };
  return new Response(body, { headers });
}

const notShown: Problem = {
  ...storeUnavailable,
  message: 'KV shows another snapshot than the one that is answered from; try again',
};

/** `now` in Unix milliseconds. */
function readExpired(now: number): Problem {
  const message = `it is ${new Date(now).toISOString()} here, and the read was not signed within 5 minutes of that; set the agent's clock`;
  return problem(403, 'READ_EXPIRED', message, { now });
}
