/** An edge that a user has access to, and the zones to ask it for. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Name } from '../../zone/name.ts';

export interface Profile {
  /** `[A-Za-z0-9._-]{1,64}`. */
  readonly name: string;
  /** An origin: https, or http on this machine. */
  readonly edge: URL;
  /** Named in the path of what is asked; undefined: the edge decides by token and name. */
  readonly cluster: ClusterId | undefined;
  /** Secret. Undefined for an edge that answers everybody. */
  readonly token: string | undefined;
  /** At least one: the cluster's own zone first, then its aliases. */
  readonly zones: readonly Name[];
  /** PEM of the authority to trust instead of the usual ones. */
  readonly authorityFile: string | undefined;
}
