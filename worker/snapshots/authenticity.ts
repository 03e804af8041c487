/**
 * Whether a snapshot is the cluster's own: signed with a registered key, made for this cluster, and claiming only zones
 * that are registered. Asked when it is accepted, when it is loaded, and when the registration has changed.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { OpenedImage } from '../../zone/image/open.ts';
import type { Name } from '../../zone/name.ts';
import type { Registration } from '../clusters/registration.ts';
import type { SignedManifest } from '../objects.ts';
import { isSignedBy } from './signature.ts';

export async function isSignedFor(
  cluster: ClusterId,
  { publicKeys }: Registration,
  { text, signature, manifest }: SignedManifest,
): Promise<boolean> {
  return manifest.cluster === cluster && (await isSignedBy(publicKeys, text, signature));
}

/** A zone that the image claims and that is not registered. Reverse zones are not claimed: they follow from addresses. */
export function unregisteredZone(registration: Registration, image: OpenedImage): Name | undefined {
  if (image.kind === 'retired') return undefined;
  const { zones, clustersetZones } = registration;
  for (const zone of image.zones) {
    if (zone.kind === 'reverse') continue;
    const registered: readonly Name[] = zone.kind === 'cluster' ? zones : clustersetZones;
    const other = zone.origins.find((origin) => !registered.includes(origin));
    if (other !== undefined) return other;
  }
  return undefined;
}
