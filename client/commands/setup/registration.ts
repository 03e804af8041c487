/**
 * A cluster's registration and its key: what is there is found, what is missing is made. The private half is written before
 * the public one is registered, so a run that fails in between is taken up by the next.
 */
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import type { Administration, Fields } from '../../administration.ts';
import { formatSecret, publicKeyIn, type SecretPlace } from './secret-manifest.ts';

export interface Wanted {
  readonly cluster: ClusterId;
  /** The cluster's own domain first; undefined: `cluster.local`, or those that it is registered with. */
  readonly zones: readonly string[] | undefined;
  /** As `zones`. */
  readonly clustersetZones: readonly string[] | undefined;
  readonly secret: SecretPlace;
}

/** Where the manifest is and goes. */
export interface Manifest {
  /** Its text; undefined when there is none. */
  read(): string | undefined;
  write(text: string): void;
  /** For people. */
  readonly where: string;
}

export interface Registered {
  readonly registration: 'made' | 'found';
  /** `elsewhere`: it was made before, and the manifest is not here. */
  readonly key: 'made' | 'found' | 'elsewhere';
  /** Those that are registered, the newest last. */
  readonly publicKeys: readonly string[];
  readonly zones: readonly string[];
  readonly clustersetZones: readonly string[];
}

/** What is there is not what is wanted. The message is one line that says what to do. */
export class SetupError extends Error {
  readonly code = 'SETUP';

  constructor(reason: string) {
    super(reason);
    this.name = 'SetupError';
  }
}

/** Rejects with SetupError, AdministrationError and what `manifest` throws. */
export async function registerCluster(
  administration: Administration,
  wanted: Wanted,
  manifest: Manifest,
): Promise<Registered> {
  const path = `/v1/clusters/${wanted.cluster}`;
  const before = await administration.find(path);
  const text = manifest.read();
  const kept = text === undefined ? undefined : publicKeyIn(text);
  if (text !== undefined && kept === undefined) {
    throw new SetupError(`${manifest.where} holds no key that was made here: choose another path with --manifest`);
  }
  if (before !== undefined) return found(before, wanted, kept, manifest.where);
  const publicKey = kept ?? makeKey(wanted, manifest);
  const { zones = ['cluster.local'], clustersetZones = [] } = wanted;
  const entry = await administration.call('PUT', path, { publicKeys: [publicKey], zones, clustersetZones });
  return { registration: 'made', key: kept === undefined ? 'made' : 'found', ...termsOf(entry) };
}

function makeKey({ cluster, secret }: Wanted, manifest: Manifest): string {
  const key = SigningKey.generate();
  manifest.write(formatSecret(cluster, secret, key.toPem()));
  return key.publicKey;
}

function found(entry: Fields, wanted: Wanted, kept: string | undefined, where: string): Registered {
  const { cluster } = wanted;
  const terms = termsOf(entry);
  for (const kind of ['zones', 'clustersetZones'] as const) {
    const zones = wanted[kind];
    if (zones === undefined || isSame(zones, terms[kind])) continue;
    const is = terms[kind].join(', ') || 'none';
    throw new SetupError(
      `cluster ${cluster} is registered with the zones ${is}, not ${zones.join(', ')}: "kube-doh cluster add ${cluster} --replace" changes that`,
    );
  }
  if (kept !== undefined && !terms.publicKeys.includes(kept)) {
    const command = `kube-doh cluster rotate-key ${cluster} --public-key ${kept}`;
    throw new SetupError(`the key in ${where} is not one that is registered for cluster ${cluster}: "${command}"`);
  }
  return { registration: 'found', key: kept === undefined ? 'elsewhere' : 'found', ...terms };
}

function termsOf(entry: Fields): Pick<Registered, 'publicKeys' | 'zones' | 'clustersetZones'> {
  return {
    publicKeys: textsOf(entry['publicKeys']),
    zones: textsOf(entry['zones']),
    clustersetZones: textsOf(entry['clustersetZones']),
  };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Names of zones are compared as DNS does; the first is the cluster's own, the order of the others says nothing. */
function isSame(wanted: readonly string[], registered: readonly string[]): boolean {
  const plain = (zone: string) => zone.toLowerCase().replace(/\.$/, '');
  const [first, ...others] = wanted.map(plain);
  const [own, ...aliases] = registered.map(plain);
  return first === own && others.toSorted().join() === aliases.toSorted().join();
}
