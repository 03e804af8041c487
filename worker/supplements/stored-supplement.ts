/** Supplements in KV: one value per cluster and kind, its manifest and signature beside it as metadata. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import {
  parseSupplementManifest,
  type SupplementManifest,
  supplementSignedOctets,
} from '../../zone/supplement/manifest.ts';
import { type SupplementKind, supplementLimits } from '../../zone/supplement/supplement.ts';
import type { Registration } from '../clusters/registration.ts';
import { type KeyValueStore, kvCacheSeconds } from '../environment.ts';
import type { SignedManifest } from '../objects.ts';
import { readBounded } from '../octets/bounded-stream.ts';
import { checkBody } from '../snapshots/body.ts';
import { isSignedBy } from '../snapshots/signature.ts';
import { SnapshotError } from '../snapshots/snapshot-error.ts';
import { signedText } from '../snapshots/stored-snapshot.ts';

/** An agent that goes on publishes them again before. */
const keptSeconds = 24 * 60 * 60;

/** Which one is meant, and whose keys count for it. */
export interface Wanted {
  readonly cluster: ClusterId;
  readonly kind: SupplementKind;
  readonly registration: Pick<Registration, 'publicKeys'>;
}

interface Stored {
  readonly text: string;
  readonly signature: string;
  readonly manifest: SupplementManifest;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** When the one was generated that KV shows, in Unix milliseconds; below 0 when it shows none. Nothing is verified. */
export async function storedAt(store: KeyValueStore, cluster: ClusterId, kind: SupplementKind): Promise<number> {
  const stored = await readStored(store, cluster, kind);
  await stored?.body.cancel();
  return stored?.manifest.generatedAt ?? -1;
}

export function writeSupplement(
  store: KeyValueStore,
  cluster: ClusterId,
  kind: SupplementKind,
  { text, signature }: Pick<SignedManifest, 'text' | 'signature'>,
  body: Uint8Array,
): Promise<void> {
  const metadata = { manifest: text, signature };
  return store.put(kvKeys[kind](cluster), body, { metadata, expirationTtl: keptSeconds });
}

/**
 * When the cluster's own was generated, in Unix milliseconds; its body is not looked at. Undefined when there is none.
 * Throws SnapshotError and StoreError.
 */
export async function signedAt(store: KeyValueStore, wanted: Wanted): Promise<number | undefined> {
  const signed = await readSigned(store, wanted);
  await signed?.body.cancel();
  return signed?.manifest.generatedAt;
}

/** One that passed every check. */
export interface Supplement {
  /** Unix milliseconds. */
  readonly generatedAt: number;
  /** gzip, as it was sent. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * The cluster's own: everything that was checked when it was stored is checked again. Undefined when there is none. Throws
 * SnapshotError and StoreError.
 */
export async function readSupplement(store: KeyValueStore, wanted: Wanted): Promise<Supplement | undefined> {
  const signed = await readSigned(store, wanted);
  if (signed === undefined) return undefined;
  const { manifest, body: stream } = signed;
  const maxOctets = Math.min(manifest.length, supplementLimits[wanted.kind].bodyOctets);
  const body = await readBounded(stream, maxOctets, maxOctets + 1);
  if (body === undefined) throw new SnapshotError('it is longer than its manifest says, or than it may be');
  await checkBody(body, manifest);
  return { generatedAt: manifest.generatedAt, body };
}

/** What is given must be read or cancelled, as with `readStored`. */
async function readSigned(store: KeyValueStore, { cluster, kind, registration }: Wanted): Promise<Stored | undefined> {
  const stored = await readStored(store, cluster, kind);
  if (stored === undefined) return undefined;
  const { text, signature, manifest, body } = stored;
  const octetsOf = (signed: string) => supplementSignedOctets(kind, signed);
  const isOwn = manifest.cluster === cluster && (await isSignedBy(registration.publicKeys, text, signature, octetsOf));
  if (isOwn) return stored;
  await body.cancel();
  throw new SnapshotError('no key that is registered for the cluster signed what is stored');
}

/** Undefined when there is none, or none of a form that is known here. */
async function readStored(store: KeyValueStore, cluster: ClusterId, kind: SupplementKind): Promise<Stored | undefined> {
  const options = { type: 'stream', cacheTtl: kvCacheSeconds } as const;
  const { value, metadata } = await store.getWithMetadata(kvKeys[kind](cluster), options);
  if (value === null) return undefined;
  const signed = signedText(metadata);
  const manifest = signed && parseSupplementManifest(signed.text);
  if (manifest !== undefined) return { ...signed!, manifest, body: value };
  await value.cancel();
  return undefined;
}
