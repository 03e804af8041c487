/**
 * Which zones a cluster may claim beside others. Every cluster is called `cluster.local`, so the own domain, and that of a
 * cluster set, may be several clusters'; which one is meant, the question's token or path says. An alias says it by
 * itself: so a name in an alias is in no zone of anybody else.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { type Name, relativeTo } from '../../zone/name.ts';

export type Conflict =
  | { readonly kind: 'taken'; readonly zone: Name; readonly cluster: ClusterId; readonly otherZone: Name }
  /** Whoever sent the zone's questions to the endpoint could not find the endpoint any more. */
  | { readonly kind: 'endpoint'; readonly zone: Name; readonly host: Name };

/** As in Registration. */
interface Claims {
  readonly zones: readonly Name[];
  readonly clustersetZones: readonly Name[];
}

/**
 * Why the cluster may not have these zones; undefined when it may. What it has now does not stand in its way. No zone, be it
 * the own domain, may hold one of the endpoint's hosts.
 */
export function findConflict(
  registrations: ReadonlyMap<ClusterId, Claims>,
  cluster: ClusterId,
  claims: Claims,
  endpointHosts: readonly Name[],
): Conflict | undefined {
  for (const zone of zonesOf(claims)) {
    const host = endpointHosts.find((name) => relativeTo(name, zone) !== undefined);
    if (host !== undefined) return { kind: 'endpoint', zone, host };
  }
  for (const [other, otherClaims] of registrations) {
    if (other === cluster) continue;
    const aliases = new Set([...aliasesOf(claims), ...aliasesOf(otherClaims)]);
    for (const zone of zonesOf(claims)) {
      for (const otherZone of zonesOf(otherClaims)) {
        const isExclusive = aliases.has(zone) || aliases.has(otherZone);
        if (isExclusive && overlap(zone, otherZone)) return { kind: 'taken', zone, cluster: other, otherZone };
      }
    }
  }
  return undefined;
}

/** Whether one is, or lies in, the other. */
export function overlap(a: Name, b: Name): boolean {
  return relativeTo(a, b) !== undefined || relativeTo(b, a) !== undefined;
}

/** The zones that are nobody else's. */
export function aliasesOf({ zones, clustersetZones }: Claims): readonly Name[] {
  return [...zones.slice(1), ...clustersetZones.slice(1)];
}

function zonesOf({ zones, clustersetZones }: Claims): readonly Name[] {
  return [...zones, ...clustersetZones];
}
