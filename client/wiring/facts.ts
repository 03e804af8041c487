/** What a plan depends on: what a host is and what it resolves names with. Values only; gather-facts.ts finds them out. */
import type { ListenAddress } from './listen-address.ts';

/** `text` is empty for a symbolic link that leads nowhere. */
export type ResolvConf =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'symlink'; readonly target: string; readonly text: string };

/** A DNS server whose configuration may be added to. */
export interface LocalServer {
  /** It includes the folder that files are put into. */
  readonly readsFolder: boolean;
  readonly isRunning: boolean;
  /** Of a process in the same network namespace. */
  readonly processId: number | undefined;
}

export interface HostFacts {
  readonly platform: NodeJS.Platform;
  /** root, or an elevated administrator. */
  readonly isAdministrator: boolean;
  /** Who called `sudo`; on Windows, and without sudo, undefined. */
  readonly caller: string | undefined;
  /** What starts services. 'none' in containers and wherever it is not known. */
  readonly init:
    | { readonly kind: 'systemd'; readonly version: number }
    | { readonly kind: 'openrc' | 'launchd' | 'task-scheduler' | 'none' };
  /** systemd-resolved, when it runs. `globalServers` are those that belong to no link. */
  readonly resolved:
    | { readonly version: number; readonly globalServers: readonly string[]; readonly asksOverTlsOnly: boolean }
    | undefined;
  readonly resolvConf: ResolvConf;
  /** NetworkManager, when it runs. */
  readonly networkManager: { readonly usesDnsmasq: boolean } | undefined;
  readonly dnsmasq: LocalServer | undefined;
  readonly unbound: LocalServer | undefined;
  /** Who listens for UDP; known on Linux alone. */
  readonly listeners: readonly ListenAddress[];
  /** The start of every command line of kube-doh: the absolute paths of Node and of the script, and Node's flags. */
  readonly launcher: readonly [string, ...string[]];
  /** Whether a user without rights can run the launcher, and read what the profiles name. */
  readonly launcherIsPublic: boolean;
}
