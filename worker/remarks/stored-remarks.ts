/** Remarks in KV: one value per cluster, its manifest and signature beside it as metadata. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import { parseRemarksManifest, type RemarksManifest, remarksSignedOctets } from '../../zone/remarks/manifest.ts';
import { maxRemarksBodyOctets, type NameRemarks } from '../../zone/remarks/remarks.ts';
import type { Registration } from '../clusters/registration.ts';
import { type KeyValueStore, kvCacheSeconds } from '../environment.ts';
import { readBounded } from '../octets/bounded-stream.ts';
import { checkBody } from '../snapshots/body.ts';
import { isSignedBy } from '../snapshots/signature.ts';
import { SnapshotError } from '../snapshots/snapshot-error.ts';
import { signedText } from '../snapshots/stored-snapshot.ts';
import { findLines } from './find-lines.ts';

/** An agent that goes on publishes them again before. */
const keptSeconds = 24 * 60 * 60;

interface StoredRemarks {
  readonly text: string;
  readonly signature: string;
  readonly manifest: RemarksManifest;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Undefined when there are none. What is given must be read or cancelled; nothing of it is verified. */
async function readStored(store: KeyValueStore, cluster: ClusterId): Promise<StoredRemarks | undefined> {
  const options = { type: 'stream', cacheTtl: kvCacheSeconds } as const;
  const { value, metadata } = await store.getWithMetadata(kvKeys.remarks(cluster), options);
  if (value === null) return undefined;
  const signed = signedText(metadata);
  const manifest = signed && parseRemarksManifest(signed.text);
  if (manifest !== undefined) return { ...signed!, manifest, body: value };
  await value.cancel();
  return undefined;
}

/** When those were generated that KV shows, in Unix milliseconds; below 0 when it shows none. */
export async function storedAt(store: KeyValueStore, cluster: ClusterId): Promise<number> {
  const stored = await readStored(store, cluster);
  await stored?.body.cancel();
  return stored?.manifest.generatedAt ?? -1;
}

export function writeRemarks(
  store: KeyValueStore,
  cluster: ClusterId,
  { text, signature }: Pick<StoredRemarks, 'text' | 'signature'>,
  body: Uint8Array,
): Promise<void> {
  const metadata = { manifest: text, signature };
  return store.put(kvKeys.remarks(cluster), body, { metadata, expirationTtl: keptSeconds });
}

/**
 * The remarks on these names that are the cluster's own: everything that was checked when they were stored is checked
 * again. Throws SnapshotError, and whatever the store and the inflating throw.
 */
export async function remarksOn(
  store: KeyValueStore,
  cluster: ClusterId,
  { publicKeys }: Registration,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, NameRemarks>> {
  const stored = await readStored(store, cluster);
  if (stored === undefined) return new Map();
  const { text, signature, manifest, body } = stored;
  const isOwn = manifest.cluster === cluster && (await isSignedBy(publicKeys, text, signature, remarksSignedOctets));
  const octets = isOwn ? await readBounded(body, Math.min(manifest.length, maxRemarksBodyOctets)) : undefined;
  if (!isOwn) await body.cancel();
  if (octets === undefined) throw new SnapshotError('they are not signed by the cluster, or too long');
  await checkBody(octets, manifest);
  return findLines(octets, names);
}
