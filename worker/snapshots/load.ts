/**
 * Loading a snapshot from KV. Everything that was checked when it was accepted is checked again: nobody vouches for what
 * happened to the value since.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { OpenedImage } from '../../zone/image/open.ts';
import { isNewer, type Version } from '../../zone/manifest.ts';
import { formatName } from '../../zone/name.ts';
import type { Registration } from '../clusters/registration.ts';
import type { KeyValueStore } from '../environment.ts';
import { readBounded } from '../octets/bounded-stream.ts';
import { isSignedFor, unregisteredZone } from './authenticity.ts';
import { openBody } from './body.ts';
import { SnapshotError } from './snapshot-error.ts';
import { readStored, type SignedManifest } from './stored-snapshot.ts';

/** A snapshot that passed every check. */
export interface LoadedSnapshot {
  readonly signed: SignedManifest;
  readonly image: OpenedImage;
}

/**
 * What is stored, if it is newer than `known`; the body of what is not newer is not read. Undefined when there is nothing
 * newer, or nothing at all. Throws SnapshotError and whatever the store throws.
 */
export async function loadNewer(
  store: KeyValueStore,
  cluster: ClusterId,
  registration: Registration,
  known: Version | undefined,
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
  if (!(await isSignedFor(cluster, registration, signed))) {
    await body.cancel();
    throw new SnapshotError('no key that is registered for the cluster signed what is stored');
  }
  const octets = await readBounded(body, manifest.length);
  if (octets === undefined) throw new SnapshotError('the body is longer than its manifest says');
  const image = await openBody(octets, manifest);
  const foreign = unregisteredZone(registration, image);
  if (foreign !== undefined) throw new SnapshotError(`the zone ${formatName(foreign)} is not registered`);
  return { signed, image };
}
