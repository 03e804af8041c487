/**
 * The manifest of remarks: the small signed statement that travels in front of them and stays with them, as that of a
 * snapshot (manifest.ts). Remarks have no versions: of two, the one that was generated later counts.
 */
import { type ClusterId, parseClusterId } from '../cluster-id.ts';
import { parseJsonObject } from '../json-object.ts';
import { isCount, octetsUnder } from '../manifest.ts';

export interface RemarksManifest {
  readonly format: typeof remarksFormat;
  readonly cluster: ClusterId;
  /** When they were computed, in Unix milliseconds. */
  readonly generatedAt: number;
  /** Octets of the body. */
  readonly length: number;
  /** SHA-256 of the body, in lower-case hexadecimal. */
  readonly sha256: string;
}

export const remarksFormat = 1;
export const remarksContentType = 'application/vnd.kube-doh.remarks';

/** More than the longest that is written. */
const maxManifestOctets = 256;

export function remarksPath(cluster: ClusterId): string {
  return `/v1/clusters/${cluster}/remarks`;
}

export function formatRemarksManifest({ format, cluster, generatedAt, length, sha256 }: RemarksManifest): string {
  return JSON.stringify({ format, cluster, generatedAt, length, sha256 });
}

/** Undefined when the text is no manifest of this format, or has fields that it should not have. */
export function parseRemarksManifest(text: string): RemarksManifest | undefined {
  const { format, cluster, generatedAt, length, sha256, ...others } = parseJsonObject(text, maxManifestOctets) ?? {};
  const id = typeof cluster === 'string' ? parseClusterId(cluster) : undefined;
  if (format !== remarksFormat || id === undefined || Object.keys(others).length > 0) return undefined;
  if (!isCount(generatedAt) || !isCount(length)) return undefined;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  return { format, cluster: id, generatedAt, length, sha256 };
}

/** What is signed. Its first line is another than a snapshot's, so neither signature can stand for the other. */
export function remarksSignedOctets(manifestText: string): Uint8Array<ArrayBuffer> {
  return octetsUnder('kube-doh remarks manifest', manifestText);
}
