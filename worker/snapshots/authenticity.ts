/**
 * Whether a snapshot is the cluster's own: signed with a registered key, made for this cluster, and claiming only zones
 * that are registered. Asked when it is accepted, when it is loaded, and when the registration has changed.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { OpenedImage } from '../../zone/image/open.ts';
import type { Name } from '../../zone/name.ts';
import type { Registration } from '../clusters/registration.ts';
import { isSignedBy } from './signature.ts';
import type { SignedManifest } from './stored-snapshot.ts';

export async function isSignedFor(
  cluster: ClusterId,
  { publicKeys }: Registration,
  { text, signature, manifest }: SignedManifest,
): Promise<boolean> {
  return manifest.cluster === cluster && (await isSignedBy(publicKeys, text, signature));
}

/** A zone that the image claims and that is not registered. Reverse zones are not claimed: they follow from addresses. */
export function unregisteredZone({ zones }: Registration, image: OpenedImage): Name | undefined {
  if (image.kind === 'retired') return undefined;
  const claimed = image.zones.flatMap((zone) => (zone.kind === 'reverse' ? [] : zone.origins));
  return claimed.find((origin) => !zones.includes(origin));
}
