/** An agent as the edge sees it: a key, and signed snapshots; right ones, and wrong in any way a test wants. */
import { type ClusterId, parseClusterId } from '../../../zone/cluster-id.ts';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import {
  formatManifest,
  type Manifest,
  manifestFormat,
  manifestHeader,
  signatureHeader,
  signedOctets,
  snapshotPath,
} from '../../../zone/manifest.ts';
import type { Snapshot } from '../../../zone/snapshot.ts';
import { readHeader, snapshotReadOctets } from '../../../zone/snapshot-read.ts';

type Octets = Uint8Array<ArrayBuffer>;
type Key = Parameters<typeof crypto.subtle.sign>[1];

export interface Publication {
  readonly manifest: Manifest;
  readonly manifestText: string;
  readonly signature: string;
  readonly body: Octets;
}

export class Agent {
  readonly publicKey: string;
  readonly #privateKey: Key;

  private constructor(publicKey: string, privateKey: Key) {
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  static async create(): Promise<Agent> {
    const keys = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    if (!('publicKey' in keys)) throw new Error('no pair of keys');
    const raw = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
    return new Agent(base64Url(raw), keys.privateKey);
  }

  /** What is not given is right. */
  async publication(snapshot: Snapshot, fields: Partial<Manifest> & { body?: Octets } = {}): Promise<Publication> {
    const { body = await gzip(encodeSnapshot(snapshot)), ...overrides } = fields;
    const manifest: Manifest = {
      format: manifestFormat,
      cluster: clusterId('local'),
      epoch: 1,
      serial: 1,
      generatedAt: Date.parse('2026-11-21T12:00:00Z'),
      length: body.length,
      sha256: await sha256(body),
      ...overrides,
    };
    return this.signed(manifest, formatManifest(manifest), body);
  }

  /** `manifestText` need not say what `manifest` does. */
  async signed(manifest: Manifest, manifestText: string, body: Octets): Promise<Publication> {
    return { manifest, manifestText, signature: await this.sign(signedOctets(manifestText)), body };
  }

  /** The header fields of a read that says this; it need not be a statement. */
  async readFields(text: string): Promise<Record<string, string>> {
    return { [readHeader]: text, [signatureHeader]: await this.sign(snapshotReadOctets(text)) };
  }

  /** In base64url. */
  async sign(octets: Octets): Promise<string> {
    return base64Url(new Uint8Array(await crypto.subtle.sign('Ed25519', this.#privateKey, octets)));
  }
}

/** The request that publishes. Cluster and body may be others than the publication's; `bare` leaves its headers out. */
export function putRequest(
  { manifest, manifestText, signature, body: ownBody }: Publication,
  change: { cluster?: string; body?: Octets | ReadableStream; headers?: Record<string, string>; bare?: boolean } = {},
): Request {
  const { cluster = manifest.cluster, body = ownBody, headers, bare = false } = change;
  const own = bare ? {} : { [manifestHeader]: manifestText, [signatureHeader]: signature };
  const path = snapshotPath(clusterId(cluster));
  return new Request(`https://edge.test${path}`, { method: 'PUT', headers: { ...own, ...headers }, body });
}

export function clusterId(text: string): ClusterId {
  const id = parseClusterId(text);
  if (id === undefined) throw new Error(`${text} is no cluster id`);
  return id;
}

export async function gzip(octets: Uint8Array): Promise<Octets> {
  const stream = new Blob([new Uint8Array(octets)]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function sha256(octets: Octets): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', octets));
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

export function base64Url(octets: Uint8Array): string {
  const binary = String.fromCharCode(...octets);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
