/**
 * Loading a snapshot from KV. Everything that was checked when it was accepted is checked again: nobody vouches for what
 * happened to the value since.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { OpenedImage } from '../../zone/image/open.ts';
import { type Manifest, maxBodyOctets } from '../../zone/manifest.ts';
import { formatName } from '../../zone/name.ts';
import { isSameRegistration, type Registration } from '../clusters/registration.ts';
import type { KeyValueStore } from '../environment.ts';
import type { SignedManifest } from '../objects.ts';
import { readBounded } from '../octets/bounded-stream.ts';
import { isSignedFor, unregisteredZone } from './authenticity.ts';
import { openBody } from './body.ts';
import { BodyRefusedError, SnapshotError } from './snapshot-error.ts';
import { readStored } from './stored-snapshot.ts';
import { isSame } from './succession.ts';

/** A snapshot that passed every check. */
export interface LoadedSnapshot {
  readonly signed: SignedManifest;
  readonly image: OpenedImage;
}

export type Loading =
  | { readonly kind: 'loaded'; readonly snapshot: LoadedSnapshot }
  /** What is stored is not wanted. */
  | { readonly kind: 'passed-over'; readonly manifest: Manifest }
  | { readonly kind: 'absent' };

/**
 * What is stored, if its manifest is wanted. The body of what is not is not read, nor that of which `refused` says that it
 * was read and is bad: its stream is cancelled before an octet is pulled. Throws SnapshotError, where the body is to blame
 * BodyRefusedError, and whatever the store throws.
 */
export async function loadWanted(
  store: KeyValueStore,
  cluster: ClusterId,
  registration: Registration,
  isWanted: (manifest: Manifest) => boolean,
  refused?: BodyRefusedError,
): Promise<Loading> {
  const stored = await readStored(store, cluster);
  if (stored.kind === 'absent') return stored;
  if (stored.kind === 'unreadable') throw new SnapshotError('what is stored has no manifest that is known here');
  const { signed, body } = stored;
  const { manifest } = signed;
  if (!isWanted(manifest)) {
    await body.cancel();
    return { kind: 'passed-over', manifest };
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
    return { kind: 'loaded', snapshot: { signed, image: await openChecked(body, manifest, registration) } };
  } catch (error) {
    throw error instanceof SnapshotError ? new BodyRefusedError(error, manifest, registration) : error;
  }
}

function isRefusedAgain(refused: BodyRefusedError, manifest: Manifest, registration: Registration): boolean {
  return isSame(refused.manifest, manifest) && isSameRegistration(refused.registration, registration);
}

async function openChecked(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  manifest: Manifest,
  registration: Registration,
): Promise<OpenedImage> {
  const maxOctets = Math.min(manifest.length, maxBodyOctets);
  // In one piece: the length is signed, and one octet more shows that it is wrong.
  const octets = await readBounded(body, maxOctets, maxOctets + 1);
  if (octets === undefined) throw new SnapshotError('the body is longer than its manifest says, or than it may be');
  const image = await openBody(octets, manifest);
  const foreign = unregisteredZone(registration, image);
  if (foreign !== undefined) throw new SnapshotError(`the zone ${formatName(foreign)} is not registered`);
  return image;
}
