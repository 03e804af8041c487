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
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const { manifest: text, signature } = metadata as { manifest?: unknown; signature?: unknown };
  const manifest = typeof text === 'string' ? parseManifest(text) : undefined;
  if (manifest === undefined || typeof text !== 'string' || typeof signature !== 'string') return undefined;
  return { text, signature, manifest };
}
