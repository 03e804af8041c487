/**
 * Snapshots in KV: one value per cluster, its manifest and signature beside it as metadata.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { kvKeys } from '../../zone/keys.ts';
import { type Manifest, parseManifest } from '../../zone/manifest.ts';
import type { KeyValueStore } from '../environment.ts';

/** A manifest as it was sent, and what it says. */
export interface SignedManifest {
  readonly text: string;
  readonly signature: string;
  readonly manifest: Manifest;
}

export interface StoredSnapshot {
  readonly signed: SignedManifest;
  /** Must be read or cancelled. */
  readonly body: ReadableStream<Uint8Array>;
}

/** Undefined when nothing is stored, or nothing of a form that this code knows. */
export async function readStored(
  store: KeyValueStore,
  cluster: ClusterId,
  cacheTtl = 30,
): Promise<StoredSnapshot | undefined> {
  const { value, metadata } = await store.getWithMetadata(kvKeys.snapshot(cluster), { type: 'stream', cacheTtl });
  if (value === null) return undefined;
  const { manifest: text, signature } = (metadata ?? {}) as { manifest?: unknown; signature?: unknown };
  const manifest = typeof text === 'string' ? parseManifest(text) : undefined;
  if (manifest === undefined || typeof text !== 'string' || typeof signature !== 'string') {
    await value.cancel();
    return undefined;
  }
  return { signed: { text, signature, manifest }, body: value };
}

export function writeStored(store: KeyValueStore, signed: SignedManifest, body: Uint8Array): Promise<void> {
  const { text, signature, manifest } = signed;
  return store.put(kvKeys.snapshot(manifest.cluster), body, { metadata: { manifest: text, signature } });
}
