/**
 * The manifest of a supplement: the small signed statement that travels in front of it and stays with it, as that of a
 * snapshot (zone/manifest.ts). Supplements have no versions: of two, the one that was generated later counts.
 */
import { type ClusterId, parseClusterId } from '../cluster-id.ts';
import { parseJsonObject } from '../json-object.ts';
import { isCount, octetsUnder } from '../manifest.ts';
import type { SupplementKind } from './supplement.ts';

export interface SupplementManifest {
  readonly format: typeof supplementFormat;
  readonly cluster: ClusterId;
  /**
   * The moment up to which every watch behind it is known to have been alive, in Unix milliseconds; a little later where
   * it has changed and that moment has not.
   */
  readonly generatedAt: number;
  /** Octets of the body. */
  readonly length: number;
  /** SHA-256 of the body, in lower-case hexadecimal. */
  readonly sha256: string;
}

export const supplementFormat = 1;

/** More than the longest that is written. */
const maxManifestOctets = 256;

export function formatSupplementManifest(manifest: SupplementManifest): string {
  const { format, cluster, generatedAt, length, sha256 } = manifest;
  return JSON.stringify({ format, cluster, generatedAt, length, sha256 });
}

/** Undefined when the text is no manifest of this format, or has fields that it should not have. */
export function parseSupplementManifest(text: string): SupplementManifest | undefined {
  const { format, cluster, generatedAt, length, sha256, ...others } = parseJsonObject(text, maxManifestOctets) ?? {};
  const id = typeof cluster === 'string' ? parseClusterId(cluster) : undefined;
  if (format !== supplementFormat || id === undefined || Object.keys(others).length > 0) return undefined;
  if (!isCount(generatedAt) || !isCount(length)) return undefined;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  return { format, cluster: id, generatedAt, length, sha256 };
}

/** What is signed. Its first line names the kind, so that no signature can stand for another kind, or for a snapshot. */
export function supplementSignedOctets(kind: SupplementKind, manifestText: string): Uint8Array<ArrayBuffer> {
  return octetsUnder(`kube-doh ${kind} manifest`, manifestText);
}
