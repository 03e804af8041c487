/** What the user wants wired. */
import type { Name } from '../../zone/name.ts';
import type { ListenAddress } from './listen-address.ts';
import type { Method } from './method.ts';

export interface WiringSettings {
  readonly method: Method | 'auto';
  /** At least one; each once. */
  readonly zones: readonly Name[];
  /** Undefined: what suits the method. */
  readonly listen: ListenAddress | undefined;
  /** Who is asked for all other names, as `--upstream` takes them. None: what suits the method. */
  readonly upstreams: readonly string[];
  /** Further options of `kube-doh dns`, whoever starts it. */
  readonly stubOptions: readonly string[];
  /** Undefined: the user runs the stub. */
  readonly service: ServiceSettings | undefined;
}

/** What the stub is given when the system starts it. */
export interface ServiceSettings {
  readonly profilesFile: string;
}
