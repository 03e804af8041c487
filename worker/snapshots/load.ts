/**
 * Loading a snapshot from KV. Everything that was checked when it was accepted is checked again: nobody vouches for what
 * happened to the value since.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { OpenedImage } from '../../zone/image/open.ts';
import { isNewer, type Manifest, type Version } from '../../zone/manifest.ts';
import { formatName } from '../../zone/name.ts';
import { isSameRegistration, type Registration } from '../clusters/registration.ts';
import type { KeyValueStore } from '../environment.ts';
import { readBounded } from '../octets/bounded-stream.ts';
import { isSignedFor, unregisteredZone } from './authenticity.ts';
import { openBody } from './body.ts';
import { BodyRefusedError, SnapshotError } from './snapshot-error.ts';
import { readStored, type SignedManifest } from './stored-snapshot.ts';

/** A snapshot that passed every check. */
export interface LoadedSnapshot {
  readonly signed: SignedManifest;
  readonly image: OpenedImage;
}

/**
 * What is stored, if it is newer than `known`; the body of what is not newer is not read, nor that of which `refused` says
 * that it was read and is bad. Undefined when there is nothing newer, or nothing at all. Throws SnapshotError, where the
 * body is to blame BodyRefusedError, and whatever the store throws.
 */
export async function loadNewer(
  store: KeyValueStore,
  cluster: ClusterId,
  registration: Registration,
  known: Version | undefined,
  refused?: BodyRefusedError,
): Promise<LoadedSnapshot | undefined> {
  const stored = await readStored(store, cluster);
  if (stored.kind === 'absent') return undefined;
  if (stored.kind === 'unreadable') throw new SnapshotError('what is stored has no manifest that is known here');
  const { signed, body } = stored;
  const { manifest } = signed;
  if (known !== undefined && !isNewer(manifest, known)) {
    await body.cancel();
    return undefined;
  }
  if (refused !== undefined && isRefusedAgain(refused, manifest, registration)) {
    await body.cancel();
    throw refused;
  }
  if (!(await isSignedFor(cluster, registration, signed))) {
    await body.cancel();
    throw new SnapshotError('no key that is registered for the cluster signed what is stored');
  }
  try {
    return { signed, image: await openChecked(body, manifest, registration) };
  } catch (error) {
    throw error instanceof SnapshotError ? new BodyRefusedError(error, manifest, registration) : error;
  }
}

function isRefusedAgain(refused: BodyRefusedError, manifest: Manifest, registration: Registration): boolean {
  const { epoch, serial, sha256 } = refused.manifest;
  const isSame = epoch === manifest.epoch && serial === manifest.serial && sha256 === manifest.sha256;
  return isSame && isSameRegistration(refused.registration, registration);
}

async function openChecked(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  manifest: Manifest,
  registration: Registration,
): Promise<OpenedImage> {
  const octets = await readBounded(body, manifest.length);
  if (octets === undefined) throw new SnapshotError('the body is longer than its manifest says');
  const image = await openBody(octets, manifest);
  const foreign = unregisteredZone(registration, image);
  if (foreign !== undefined) throw new SnapshotError(`the zone ${formatName(foreign)} is not registered`);
  return image;
}
