/**
 * Snapshots in KV: one value per cluster, its manifest and signature beside it as metadata.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import { parseManifest } from '../../zone/manifest.ts';
import { type KeyValueStore, kvCacheSeconds } from '../environment.ts';
import type { SignedManifest } from '../objects.ts';

type StoredSnapshot =
  | { readonly kind: 'absent' }
  /** Something is stored, but not with a manifest of a form that is known here. */
  | { readonly kind: 'unreadable' }
  /** As it is stored: nothing is verified. The body must be read or cancelled. */
  | {
      readonly kind: 'stored';
      readonly signed: SignedManifest;
      readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
    };

export async function readStored(store: KeyValueStore, cluster: ClusterId): Promise<StoredSnapshot> {
  const options = { type: 'stream', cacheTtl: kvCacheSeconds } as const;
  const { value, metadata } = await store.getWithMetadata(kvKeys.snapshot(cluster), options);
  if (value === null) return { kind: 'absent' };
  const signed = readMetadata(metadata);
  if (signed !== undefined) return { kind: 'stored', signed, body: value };
  await value.cancel();
  return { kind: 'unreadable' };
}

export function writeStored(store: KeyValueStore, signed: SignedManifest, body: Uint8Array): Promise<void> {
  const { text, signature, manifest } = signed;
  return store.put(kvKeys.snapshot(manifest.cluster), body, { metadata: { manifest: text, signature } });
}

/** What stands beside a value; undefined when it is something else. */
function readMetadata(metadata: unknown): SignedManifest | undefined {
  const signed = signedText(metadata);
  const manifest = signed && parseManifest(signed.text);
  return manifest && { ...signed, manifest };
}

/** A manifest of some kind and its signature, as they stand beside a value; undefined when it is something else. */
export function signedText(metadata: unknown): Pick<SignedManifest, 'text' | 'signature'> | undefined {
  const { manifest: text, signature } = (metadata ?? {}) as { manifest?: unknown; signature?: unknown };
  return typeof text === 'string' && typeof signature === 'string' ? { text, signature } : undefined;
}
