/**
 * Accepting a publish. Each check costs more than the one before it, and the body is not read before its manifest is
 * known to be signed, the cluster's own, and newer than what is stored.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { OpenedImage } from '../../zone/image/open.ts';
import { type Manifest, maxBodyOctets, maySucceed, parseManifest, type Version } from '../../zone/manifest.ts';
import type { Name } from '../../zone/name.ts';
import { type Registration, readRegistration } from '../clusters/registration.ts';
import type { KeyValueStore } from '../environment.ts';
import { isSignedFor, unregisteredZone } from './authenticity.ts';
import { openBody } from './body.ts';
import { isAhead } from './clock.ts';
import { isSignedBy } from './signature.ts';
import { SnapshotError } from './snapshot-error.ts';
import { readStored, writeStored } from './stored-snapshot.ts';

/** What an agent sends. */
export interface Publication {
  /** The manifest as it was sent, and its signature; undefined where they are missing. */
  readonly manifestText: string | undefined;
  readonly signature: string | undefined;
  /** Called at most once, and only for a publication whose manifest has passed every check. */
  readBody(maxOctets: number): Promise<Uint8Array<ArrayBuffer> | 'too-long' | 'cut-off'>;
}

type Acceptance =
  | { readonly kind: 'stored'; readonly version: Version }
  /** The same snapshot was stored before: its writer did not hear of it. Nothing is written. */
  | { readonly kind: 'repeated'; readonly version: Version }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export type Refusal =
  | { readonly code: 'NO_SIGNATURE' }
  /** The same for a cluster that is not registered, so that nobody learns which ones are. */
  | { readonly code: 'WRONG_SIGNATURE' }
  | { readonly code: 'BAD_MANIFEST' }
  | { readonly code: 'CLOCK_AHEAD'; readonly aheadSeconds: number }
  | { readonly code: 'NOT_NEWER'; readonly sent: Version; readonly stored: Version }
  | { readonly code: 'TOO_LARGE' }
  | { readonly code: 'CUT_OFF' }
  | { readonly code: 'BODY_MISMATCH'; readonly reason: string }
  | { readonly code: 'ZONE_NOT_REGISTERED'; readonly zone: Name };

/** Decides on a publication and stores what it accepts. Throws StoreError. */
export async function acceptSnapshot(
  store: KeyValueStore,
  cluster: ClusterId,
  publication: Publication,
  now: number,
): Promise<Acceptance> {
  const { manifestText: text, signature } = publication;
  if (text === undefined || signature === undefined) return refused({ code: 'NO_SIGNATURE' });
  const registration = await readRegistration(store, cluster);
  if (registration === undefined || !(await isSignedBy(registration.publicKeys, text, signature))) {
    return refused({ code: 'WRONG_SIGNATURE' });
  }
  const manifest = parseManifest(text);
  if (manifest === undefined) return refused({ code: 'BAD_MANIFEST' });
  if (manifest.cluster !== cluster) return refused({ code: 'WRONG_SIGNATURE' });
  if (isAhead(manifest, now)) {
    return refused({ code: 'CLOCK_AHEAD', aheadSeconds: Math.floor((manifest.generatedAt - now) / 1000) });
  }

  const version = { epoch: manifest.epoch, serial: manifest.serial };
  const stored = await readStoredManifest(store, cluster, registration);
  if (stored !== undefined && !maySucceed(manifest, stored)) {
    if (isRepetition(manifest, stored)) return { kind: 'repeated', version };
    return refused({ code: 'NOT_NEWER', sent: version, stored: { epoch: stored.epoch, serial: stored.serial } });
  }

  if (manifest.length > maxBodyOctets) return refused({ code: 'TOO_LARGE' });
  const body = await publication.readBody(maxBodyOctets);
  if (body === 'too-long') return refused({ code: 'TOO_LARGE' });
  if (body === 'cut-off') return refused({ code: 'CUT_OFF' });
  const refusal = await refusalOfBody(body, manifest, registration);
  if (refusal !== undefined) return refused(refusal);
  await writeStored(store, { text, signature, manifest }, body);
  return { kind: 'stored', version };
}

/** Undefined when nothing is stored, or nothing of this cluster's: such a value is there to be replaced. */
async function readStoredManifest(
  store: KeyValueStore,
  cluster: ClusterId,
  registration: Registration,
): Promise<Manifest | undefined> {
  const stored = await readStored(store, cluster);
  if (stored.kind !== 'stored') return undefined;
  await stored.body.cancel();
  return (await isSignedFor(cluster, registration, stored.signed)) ? stored.signed.manifest : undefined;
}

function isRepetition(sent: Manifest, stored: Manifest): boolean {
  return sent.epoch === stored.epoch && sent.serial === stored.serial && sent.sha256 === stored.sha256;
}

async function refusalOfBody(
  body: Uint8Array<ArrayBuffer>,
  manifest: Manifest,
  registration: Registration,
): Promise<Refusal | undefined> {
  let image: OpenedImage;
  try {
    image = await openBody(body, manifest);
  } catch (error) {
    if (error instanceof SnapshotError) return { code: 'BODY_MISMATCH', reason: error.message };
    throw error;
  }
  const zone = unregisteredZone(registration, image);
  return zone === undefined ? undefined : { code: 'ZONE_NOT_REGISTERED', zone };
}

function refused(refusal: Refusal): Acceptance {
  return { kind: 'refused', refusal };
}
