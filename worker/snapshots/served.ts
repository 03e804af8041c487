/** What questions about a cluster are answered from. */
import type { OpenedForwardZone, OpenedReverseZone, OpenedZone } from '../../zone/image/open.ts';
import type { Manifest } from '../../zone/manifest.ts';

export type Served =
  | { readonly kind: 'live'; readonly manifest: Manifest; readonly zones: ServedZones }
  | { readonly kind: 'retired'; readonly manifest: Manifest }
  /** Nothing was published yet, or the cluster is not registered. */
  | { readonly kind: 'absent' }
  /** What is stored failed a check, and nothing better is in memory. */
  | { readonly kind: 'damaged' }
  /** KV did not answer, and nothing is in memory. */
  | { readonly kind: 'unreachable' };

export interface ServedZones {
  readonly forward: readonly OpenedForwardZone[];
  readonly reverse: OpenedReverseZone | undefined;
}

export function servedZones(zones: readonly OpenedZone[]): ServedZones {
  return {
    forward: zones.filter((zone) => zone.kind !== 'reverse'),
    reverse: zones.find((zone) => zone.kind === 'reverse'),
  };
}
