/** The names of the objects that show how far a server has followed. Pure. */

/** Holds one object of each kind that is watched. */
export const sentinelNamespace = 'sentinel';

/** Comes and goes with every step. */
export const flippingNamespace = 'sentinel-flips';

export const sentinelNamespaces = [sentinelNamespace, flippingNamespace] as const;

/** The part of an address that tells the step, so that it is another one in each. */
export function sentinelAddress(step: number): string {
  return `10.199.${(step >> 8) & 255}.${step & 255}`;
}

/** In every Namespace that is followed on its own: an ExternalName Service, and a headless one with a slice. */
export const markName = 'mark';
export const markedHeadlessName = 'mark-headless';

export function sentinelTarget(step: number): string {
  return `step-${step}.example.com`;
}
