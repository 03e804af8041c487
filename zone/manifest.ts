/**
 * The manifest: the small signed statement that travels in front of a snapshot and stays with it.
 *
 * It is signed as the octets that are sent, so nobody has to agree on how JSON is written. Length and hash are those of the
 * body as it is sent and stored (compressed), so a body is authentic before anything is inflated.
 */
import { type ClusterId, parseClusterId } from './cluster-id.ts';
import { parseJsonObject } from './json-object.ts';

export interface Manifest {
  readonly format: typeof manifestFormat;
  readonly cluster: ClusterId;
  /** Which writer; each new one takes a higher number. */
  readonly epoch: number;
  /** Which snapshot; rises by at least one with each, across writers: an attempt that fails takes a number too. */
  readonly serial: number;
  /** The moment up to which every watch behind the snapshot is known to have been alive, in Unix milliseconds. */
  readonly generatedAt: number;
  /** Octets of the body. */
  readonly length: number;
  /** SHA-256 of the body, in lower-case hexadecimal. */
  readonly sha256: string;
  /**
   * The UID of the cluster's `kube-system` namespace, where the agent may read it: a cluster that was made anew, or a
   * copy of another one, is another cluster. 1 to 64 of `A` to `Z`, `a` to `z`, `0` to `9` and `-`.
   */
  readonly identity?: string;
}

/** What orders snapshots: first by writer, then by serial. */
export type Version = Pick<Manifest, 'epoch' | 'serial'>;

export const manifestFormat = 1;

/** Request headers of a publish: the manifest as JSON, and its Ed25519 signature in base64url without padding. */
export const manifestHeader = 'kube-doh-manifest';
export const signatureHeader = 'kube-doh-signature';
export const snapshotContentType = 'application/vnd.kube-doh.snapshot';

/** The largest body that is accepted, and the largest image that a body may inflate to. Workers KV holds 25 MiB. */
export const maxBodyOctets = 16 * 1024 * 1024;
export const maxImageOctets = 24 * 1024 * 1024;

/** Metadata in Workers KV may be 1,024 octets, signature included. */
const maxManifestOctets = 512;

export function snapshotPath(cluster: ClusterId): string {
  return `/v1/clusters/${cluster}/snapshot`;
}

export function formatManifest(manifest: Manifest): string {
  const { format, cluster, epoch, serial, generatedAt, length, sha256, identity } = manifest;
  return JSON.stringify({ format, cluster, epoch, serial, generatedAt, length, sha256, identity });
}

/** Undefined when the text is no manifest of this format, or has fields that it should not have. */
export function parseManifest(text: string): Manifest | undefined {
  const fields = parseJsonObject(text, maxManifestOctets);
  if (fields === undefined) return undefined;
  const { format, cluster, epoch, serial, generatedAt, length, sha256, identity, ...others } = fields;
  const id = typeof cluster === 'string' ? parseClusterId(cluster) : undefined;
  if (format !== manifestFormat || id === undefined || Object.keys(others).length > 0) return undefined;
  if (!isCount(epoch) || !isCount(serial) || !isCount(generatedAt) || !isCount(length)) return undefined;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  if (identity !== undefined && !isIdentity(identity)) return undefined;
  const manifest = { format, cluster: id, epoch, serial, generatedAt, length, sha256 } as const;
  return identity === undefined ? manifest : { ...manifest, identity };
}

/** Whether it can be the identity of a cluster. */
export function isIdentity(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value);
}

/** What is signed. The first line keeps the signature from meaning anything elsewhere. */
export function signedOctets(manifestText: string): Uint8Array<ArrayBuffer> {
  return octetsUnder('kube-doh snapshot manifest', manifestText);
}

/** A first line and a text, one octet per character. */
export function octetsUnder(firstLine: string, text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(`${firstLine}\n${text}`, (character) => character.charCodeAt(0));
}

/** Whether `a` may be stored over `b`: no older writer, and a serial that went on. */
export function maySucceed(a: Version, b: Version): boolean {
  return a.epoch >= b.epoch && a.serial > b.serial;
}

/** How far a serial may be above the stored one, so that nobody can use up all that there are. The first one may be any. */
export const maxSerialRise = 2 ** 32;

/** Whether a reader that has `b` takes `a`. The serial of a cluster of which everything was lost begins again. */
export function isNewer(a: Version, b: Version): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.serial > b.serial);
}

/** The version of a new writer's first snapshot, after what is stored. */
export function takeOver(stored: Version, nowMilliseconds: number): Version {
  return { epoch: Math.max(stored.epoch + 1, Math.floor(nowMilliseconds / 1000)), serial: stored.serial + 1 };
}

/** The SOA serial: 32 bits, compared in serial number arithmetic (RFC 1982). */
export function soaSerial(version: Version): number {
  return version.serial % 2 ** 32;
}

/** Whether it is an integer from 0 to 2^53 - 1. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
