/** What questions about a cluster are answered from. */
import type { OpenedForwardZone, OpenedImage, OpenedReverseZone, OpenedZone } from '../../zone/image/open.ts';
import type { Registration } from '../clusters/registration.ts';
import type { SignedManifest } from '../objects.ts';

export type Served =
  | {
      readonly kind: 'live';
      readonly signed: SignedManifest;
      readonly zones: ServedZones;
      /** How old it may get; as the cluster is registered. */
      readonly limits: FreshnessLimits;
    }
  | { readonly kind: 'retired'; readonly signed: SignedManifest }
  /** Nothing was published yet, or the cluster is not registered. */
  | { readonly kind: 'absent' }
  /** What is stored failed a check, and nothing better is in memory. */
  | { readonly kind: 'damaged' }
  /** KV did not answer, or shows what is older than what was answered from before; and nothing is in memory. */
  | { readonly kind: 'unreachable' };

export interface ServedZones {
  readonly forward: readonly OpenedForwardZone[];
  readonly reverse: OpenedReverseZone | undefined;
}

export type FreshnessLimits = Pick<Registration, 'softLimitSeconds' | 'hardLimitSeconds'>;

export function servedFrom(image: OpenedImage, signed: SignedManifest, registration: FreshnessLimits): Served {
  if (image.kind === 'retired') return { kind: 'retired', signed };
  const { softLimitSeconds, hardLimitSeconds } = registration;
  return { kind: 'live', signed, zones: servedZones(image.zones), limits: { softLimitSeconds, hardLimitSeconds } };
}

export function servedZones(zones: readonly OpenedZone[]): ServedZones {
  return {
    forward: zones.filter((zone) => zone.kind !== 'reverse'),
    reverse: zones.find((zone) => zone.kind === 'reverse'),
  };
}
