/**
 * A signed read: how an agent asks an edge for what is answered from there, with the key that it publishes with. The
 * statement travels in a header, and is signed as the octets that are sent, as a manifest is.
 */
import { type ClusterId, parseClusterId } from './cluster-id.ts';
import { parseJsonObject } from './json-object.ts';
import { isCount, octetsUnder } from './manifest.ts';

export interface SnapshotRead {
  readonly cluster: ClusterId;
  /** When it was signed, in Unix milliseconds. */
  readonly at: number;
}

/** Request header of a read: the statement as JSON. Its signature is in `signatureHeader` (manifest.ts), as a manifest's. */
export const readHeader = 'kube-doh-read';

/** How far `at` may be from the edge's clock, before or after. */
export const maxReadAgeMilliseconds = 5 * 60 * 1000;

/** More than the longest that is written. */
const maxStatementOctets = 128;

export function formatSnapshotRead({ cluster, at }: SnapshotRead): string {
  return JSON.stringify({ cluster, at });
}

/** Undefined when the text is no statement of this form, or has fields that it should not have. */
export function parseSnapshotRead(text: string): SnapshotRead | undefined {
  const { cluster, at, ...others } = parseJsonObject(text, maxStatementOctets) ?? {};
  const id = typeof cluster === 'string' ? parseClusterId(cluster) : undefined;
  if (id === undefined || Object.keys(others).length > 0) return undefined;
  return isCount(at) ? { cluster: id, at } : undefined;
}

/** What is signed. Its first line is another than a manifest's, so neither signature can stand for the other. */
export function snapshotReadOctets(text: string): Uint8Array<ArrayBuffer> {
  return octetsUnder('kube-doh snapshot read', text);
}
