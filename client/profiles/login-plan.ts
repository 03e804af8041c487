/** Which profiles a login makes of what the edge tells of the token. Pure. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import { type Name, relativeTo } from '../../zone/name.ts';
import type { ListedCluster } from './listed-cluster.ts';
import { zoneText } from './zone-text.ts';

export interface Wanted {
  /** Of the only profile. */
  readonly name: string | undefined;
  readonly cluster: ClusterId | undefined;
  /** None: all that there are. */
  readonly zones: readonly Name[];
}

/** A profile to be. */
export interface Draft {
  readonly name: string;
  readonly cluster: ClusterId | undefined;
  readonly zones: readonly Name[];
  /** As the edge tells it; undefined when it does not. */
  readonly state: ListedCluster['state'] | undefined;
}

export interface LoginPlan {
  /** At least one. */
  readonly drafts: readonly Draft[];
  /** Why there is none for a cluster, in one line each. */
  readonly passedOver: readonly string[];
}

/** The token is good, and no profile can be made. The message is one line. */
export class LoginError extends Error {
  readonly code = 'NO_LOGIN';

  constructor(reason: string) {
    super(reason);
    this.name = 'LoginError';
  }
}

/** One profile for each cluster that can be asked. Throws LoginError. */
export function planLogin(clusters: readonly ListedCluster[], wanted: Wanted): LoginPlan {
  const chosen = clusters.filter(({ cluster }) => wanted.cluster === undefined || cluster === wanted.cluster);
  if (chosen.length === 0 && wanted.cluster !== undefined) {
    throw new LoginError(`this token is not for cluster ${wanted.cluster}: it is for ${listed(clusters)}`);
  }
  refuseForeignZones(chosen, wanted.zones);
  const passedOver: string[] = [];
  const drafts: Draft[] = [];
  for (const entry of chosen) {
    const zones = wanted.zones.length === 0 ? entry.zones : wanted.zones.filter((zone) => has(entry, zone));
    const reason = reasonAgainst(entry, zones);
    if (reason === undefined) drafts.push({ name: wanted.name ?? entry.cluster, ...entry, zones });
    else passedOver.push(`no profile for cluster ${entry.cluster}: ${reason}`);
  }
  if (drafts.length === 0) throw new LoginError(passedOver.join('; ') || 'this token is for no cluster');
  if (drafts.length > 1 && wanted.name !== undefined) {
    throw new LoginError(`--name is for one profile, and this token is for ${listed(drafts)}: choose with --cluster`);
  }
  return { drafts, passedOver };
}

function reasonAgainst({ state }: ListedCluster, zones: readonly Name[]): string | undefined {
  if (state === 'not registered') return 'it is not registered at the edge';
  if (state === 'retired') return 'it has left the edge for good';
  return zones.length === 0 ? 'it has none of the zones' : undefined;
}

/** A zone that nobody has is a slip. */
function refuseForeignZones(clusters: readonly ListedCluster[], zones: readonly Name[]): void {
  const foreign = zones.find((zone) => !clusters.some((entry) => has(entry, zone)));
  if (foreign === undefined) return;
  const known = [...new Set(clusters.flatMap((entry) => entry.zones))].map(zoneText);
  throw new LoginError(`this token has no zone ${zoneText(foreign)}: it has ${known.join(', ') || 'none'}`);
}

/** A part of a zone may be wanted too. */
function has({ zones }: ListedCluster, wanted: Name): boolean {
  return zones.some((zone) => relativeTo(wanted, zone) !== undefined);
}

function listed(clusters: readonly { readonly cluster: ClusterId | undefined }[]): string {
  return clusters.map(({ cluster }) => cluster).join(', ') || 'none';
}
