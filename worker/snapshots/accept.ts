/**
 * Accepting a publish. Each check costs more than the one before it: what anybody can get wrong is refused before a Durable
 * Object is asked, and the body is not read before its manifest is known to be signed, the cluster's own, and newer than
 * what is stored. What is stored, and whose signatures count, the objects say: KV shows both late.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { ImageError } from '../../zone/image/octets.ts';
import { type Manifest, maxBodyOctets, parseManifest, type Version } from '../../zone/manifest.ts';
import type { Name } from '../../zone/name.ts';
import type { Registration } from '../clusters/registration.ts';
import type { Objects } from '../environment.ts';
import type { Contents, Decision, NotWritten, Stored } from '../objects.ts';
import { unregisteredZone } from './authenticity.ts';
import { openBody } from './body.ts';
import { isAhead, isEpochAhead } from './clock.ts';
import { contentsOf } from './counts.ts';
import { isSignatureFor, isSignedBy } from './signature.ts';
import { SnapshotError } from './snapshot-error.ts';

/** What an agent sends. */
export interface Publication {
  /** The manifest as it was sent, and its signature; undefined where they are missing. */
  readonly manifestText: string | undefined;
  readonly signature: string | undefined;
  /** Called at most once, and only for a publication whose manifest has passed every check. */
  readBody(maxOctets: number): Promise<Uint8Array<ArrayBuffer> | 'too-long' | 'cut-off'>;
}

export type Acceptance =
  /** `replaced`: as in Stored. */
  | { readonly kind: 'stored'; readonly version: Version; readonly replaced: Version | undefined }
  /** The same snapshot was stored before: its writer did not hear of it. Nothing is written. */
  | { readonly kind: 'repeated'; readonly version: Version }
  | Refused
  /** Nothing is wrong with it, and it may come again. */
  | { readonly kind: 'not-stored'; readonly reason: string };

export interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  /** Whether a key of the cluster made the signature; `nobody`: it can be none for the cluster, or there is no such cluster. */
  readonly from: 'agent' | 'stranger' | 'nobody';
  /** What an agent's manifest says; undefined when it is none. */
  readonly version: Version | undefined;
}

export type Refusal =
  | { readonly code: 'NO_SIGNATURE' }
  /** The same for a cluster that is not registered, so that nobody learns which ones are. */
  | { readonly code: 'WRONG_SIGNATURE' }
  | { readonly code: 'BAD_MANIFEST' }
  | { readonly code: 'CLOCK_AHEAD'; readonly aheadMilliseconds: number }
  | { readonly code: 'EPOCH_AHEAD'; readonly epoch: number }
  | { readonly code: 'WRONG_IDENTITY' }
  | { readonly code: 'NOT_NEWER'; readonly sent: Version; readonly stored: Version }
  | { readonly code: 'SERIAL_AHEAD'; readonly sent: Version; readonly stored: Version }
  | { readonly code: 'TOO_LARGE' }
  | { readonly code: 'CUT_OFF' }
  | { readonly code: 'BODY_MISMATCH'; readonly reason: string }
  | { readonly code: 'ZONE_NOT_REGISTERED'; readonly zone: Name };

/** Decides on a publication and stores what it accepts. Throws StoreError. */
export async function acceptSnapshot(
  objects: Objects,
  cluster: ClusterId,
  publication: Publication,
  now: number,
): Promise<Acceptance> {
  const { manifestText: text, signature } = publication;
  if (text === undefined || signature === undefined) return refusedFrom('nobody', { code: 'NO_SIGNATURE' });
  const manifest = parseManifest(text);
  const isOfAnother = manifest !== undefined && manifest.cluster !== cluster;
  if (isOfAnother || !isSignatureFor(text, signature)) return refusedFrom('nobody', { code: 'WRONG_SIGNATURE' });
  const registered = await objects.registry.registrationOf(cluster);
  if (registered === undefined) return refusedFrom('nobody', { code: 'WRONG_SIGNATURE' });
  const { registration } = registered;
  if (!(await isSignedBy(registration.publicKeys, text, signature))) {
    return refusedFrom('stranger', { code: 'WRONG_SIGNATURE' });
  }
  if (manifest === undefined) return refusedFrom('agent', { code: 'BAD_MANIFEST' });

  const { epoch, serial } = manifest;
  const version = { epoch, serial };
  const refused = (refusal: Refusal): Refused => refusedFrom('agent', refusal, version);
  if (isAhead(manifest, now)) {
    return refused({ code: 'CLOCK_AHEAD', aheadMilliseconds: manifest.generatedAt - now });
  }
  if (isEpochAhead(manifest, now)) return refused({ code: 'EPOCH_AHEAD', epoch });
  const signed = { text, signature, manifest };
  const publications = objects.publicationsOf(cluster);
  const conclude = (decision: Exclude<Decision, { kind: 'acceptable' }> | Stored | NotWritten) =>
    conclusion(decision, version, refused);
  const decision = await publications.consider(signed, registered);
  if (decision.kind !== 'acceptable') return conclude(decision);

  if (manifest.length > maxBodyOctets) return refused({ code: 'TOO_LARGE' });
  const body = await publication.readBody(maxBodyOctets);
  if (body === 'too-long') return refused({ code: 'TOO_LARGE' });
  if (body === 'cut-off') return refused({ code: 'CUT_OFF' });
  const contents = await readContents(body, manifest, registration);
  if ('code' in contents) return refused(contents);
  // It decides again: another publish may have come meanwhile, or another registration.
  return conclude(await publications.store(signed, body, contents, registered));
}

function conclusion(
  decision: Exclude<Decision, { kind: 'acceptable' }> | Stored | NotWritten,
  version: Version,
  refused: (refusal: Refusal) => Refused,
): Acceptance {
  switch (decision.kind) {
    case 'stored':
      return { kind: 'stored', version, replaced: decision.replaced };
    case 'repeated':
      return { kind: 'repeated', version };
    case 'wrong-identity':
      return refused({ code: 'WRONG_IDENTITY' });
    case 'not-newer':
      return refused({ code: 'NOT_NEWER', sent: version, stored: decision.stored });
    case 'serial-ahead':
      return refused({ code: 'SERIAL_AHEAD', sent: version, stored: decision.stored });
    case 'outdated':
      return { kind: 'not-stored', reason: 'its registration was changed while it was published' };
    case 'busy':
      return { kind: 'not-stored', reason: 'other publishes of the cluster wait for KV' };
    case 'not-written':
      return { kind: 'not-stored', reason: decision.reason };
  }
}

async function readContents(
  body: Uint8Array<ArrayBuffer>,
  manifest: Manifest,
  registration: Registration,
): Promise<Contents | Refusal> {
  try {
    const image = await openBody(body, manifest);
    const zone = unregisteredZone(registration, image);
    return zone === undefined ? contentsOf(image) : { code: 'ZONE_NOT_REGISTERED', zone };
  } catch (error) {
    if (error instanceof SnapshotError || error instanceof ImageError) {
      return { code: 'BODY_MISMATCH', reason: error.message };
    }
    throw error;
  }
}

function refusedFrom(from: Refused['from'], refusal: Refusal, version?: Version): Refused {
  return { kind: 'refused', refusal, from, version };
}
