/** Retiring a cluster: a last snapshot, newer than all others, that says so. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { encodeSnapshot } from '../../zone/image/encode.ts';
import { manifestFormat, takeOver, type Version } from '../../zone/manifest.ts';
import type { Edge } from './edge.ts';

export interface Retirement {
  readonly cluster: ClusterId;
  /** As in Manifest. */
  readonly identity: string | undefined;
  /** Unix milliseconds. */
  readonly now: number;
}

/** One tells what is stored, the next comes after it; the others are for an agent that goes on publishing. */
const maxAttempts = 4;

/** The version that is stored. Rejects with an error whose message is one clear line. */
export async function publishRetirement(
  edge: Pick<Edge, 'put'>,
  { cluster, identity, now }: Retirement,
  signal: AbortSignal,
): Promise<Version> {
  const body = new Uint8Array(gzipSync(encodeSnapshot({ kind: 'retired' })));
  const sha256 = createHash('sha256').update(body).digest('hex');
  const facts = { format: manifestFormat, cluster, generatedAt: now, length: body.length, sha256 } as const;
  let version: Version = { epoch: Math.floor(now / 1000), serial: 1 };
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const manifest = identity === undefined ? { ...facts, ...version } : { ...facts, ...version, identity };
    const answer = await edge.put(manifest, body, signal);
    if (answer.kind === 'stored') return version;
    if (answer.kind !== 'not-newer') throw new Error(`cluster ${cluster} is not retired: ${answer.reason}`);
    version = takeOver(answer.stored, now);
  }
  throw new Error(`cluster ${cluster} is not retired: its agent goes on publishing; stop it first`);
}
