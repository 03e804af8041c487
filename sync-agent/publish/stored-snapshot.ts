/** What the edge says of the snapshot that it answers from. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { type Manifest, manifestHeader, maxImageOctets, parseManifest } from '../../zone/manifest.ts';
import { type AnswerText, oneLine, type Unanswered, unansweredBy } from './edge-answer.ts';
import type { AnswerHead, GetAnswer } from './get.ts';

/** Nothing of it can be told. */
export type Untold =
  /** It is an edge that does not know the question. */
  { readonly kind: 'unsupported' } | Unanswered;

export type ServedVersion =
  | { readonly kind: 'served'; readonly manifest: Manifest }
  | { readonly kind: 'nothing' }
  | Untold;

export type StoredSnapshot =
  | {
      readonly kind: 'stored';
      readonly manifest: Manifest;
      /** Inflated. Rejects with StoredSnapshotError. */
      image(): Promise<Uint8Array>;
    }
  | { readonly kind: 'nothing' }
  /** It is there, and its body has begun to come and did not come to its end. */
  | { readonly kind: 'incomplete'; readonly manifest: Manifest; readonly reason: string }
  /** Something is stored, and readers cannot be answered from it. */
  | { readonly kind: 'damaged'; readonly reason: string }
  | Untold;

/** What is stored is not what its manifest says. */
export class StoredSnapshotError extends Error {
  readonly code = 'STORED_SNAPSHOT';

  constructor(reason: string, options?: ErrorOptions) {
    super(`the snapshot that is stored at the edge cannot be read: ${reason}`, options);
    this.name = 'StoredSnapshotError';
  }
}

/** Of an answer to HEAD, which has no body that could say more. */
export function readServedVersion(cluster: ClusterId, answer: GetAnswer): ServedVersion {
  if (answer.status === 404) return { kind: 'nothing' };
  const manifest = manifestOf(cluster, answer);
  return manifest === undefined ? untold(answer, {}) : { kind: 'served', manifest };
}

/** Of an answer to GET. `said` is the body's JSON, if it is any. */
export function readStoredSnapshot(cluster: ClusterId, answer: GetAnswer, said: AnswerText): StoredSnapshot {
  const manifest = manifestOf(cluster, answer);
  if (manifest !== undefined) return { kind: 'stored', manifest, image: () => inflated(manifest, answer.body) };
  if (answer.status === 404 && said['code'] === 'NO_SNAPSHOT') return { kind: 'nothing' };
  if (said['code'] === 'DAMAGED_SNAPSHOT') return { kind: 'damaged', reason: oneLine(String(said['error'])) };
  return untold(answer, said);
}

/** Of an answer to GET whose body did not come whole; undefined where it is not that of a snapshot. */
export function readIncompleteSnapshot(
  cluster: ClusterId,
  head: AnswerHead,
  reason: string,
): StoredSnapshot | undefined {
  const manifest = manifestOf(cluster, head);
  return (
    manifest && { kind: 'incomplete', manifest, reason: `what is stored at the edge came in part only (${reason})` }
  );
}

function manifestOf(cluster: ClusterId, { status, headers }: AnswerHead): Manifest | undefined {
  const text = headers[manifestHeader];
  const manifest = status === 200 && typeof text === 'string' ? parseManifest(text) : undefined;
  return manifest?.cluster === cluster ? manifest : undefined;
}

function untold({ status, headers }: GetAnswer, said: AnswerText): Untold {
  if (status === 404 || status === 405) return { kind: 'unsupported' };
  return unansweredBy(status, headers, said);
}

const inflate = promisify(gunzip);

/**
 * The signature is not looked at: it may be that of a key that was replaced, and readers check it. An edge that lies could
 * make the agent hold back, or not hold back, and it can refuse or forge answers anyway.
 */
async function inflated({ length, sha256 }: Manifest, body: Uint8Array): Promise<Uint8Array> {
  if (body.length !== length || createHash('sha256').update(body).digest('hex') !== sha256) {
    throw new StoredSnapshotError('the body is not that of its manifest');
  }
  try {
    return await inflate(body, { maxOutputLength: maxImageOctets });
  } catch (cause) {
    throw new StoredSnapshotError('the body is compressed and damaged', { cause });
  }
}
