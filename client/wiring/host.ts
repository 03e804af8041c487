/** All that wiring may do to a host. Whoever implements it decides where that host is: see system-host.ts. */
import type { ListenAddress } from './listen-address.ts';
import type { Command } from './step.ts';

/** What stands at a path; a link is not followed. `mode` is the permission bits. */
export type Entry =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file' | 'folder' | 'other'; readonly mode: number }
  | { readonly kind: 'symlink'; readonly target: string };

/** `code` is undefined when the program could not be started, or was ended by a signal. */
export interface Ran {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Paths are absolute, as on that host. What fails throws the error of node:fs. */
export interface Host {
  readonly platform: NodeJS.Platform;
  entry(path: string): Entry;
  /** Undefined where no file is. Links are followed. */
  read(path: string): Buffer | undefined;
  /** The names in a folder; none when it is absent. */
  list(path: string): readonly string[];
  makeFolder(path: string): void;
  /** At once: nobody sees half of it. Fails when something is there. */
  create(path: string, content: Uint8Array, mode: number): void;
  /** In place, as a file must be that is mounted into a container. */
  overwrite(path: string, content: Uint8Array): void;
  /** Puts a file where a file or a link was, at once. */
  replace(path: string, content: Uint8Array, mode: number): void;
  /** Puts a link where a file was, at once. */
  replaceByLink(path: string, target: string): void;
  /** Nothing when it is absent. */
  remove(path: string): void;
  /** Removes what a killed change of the path has left beside it. */
  sweep(path: string): void;
  /** Leaves one alone that holds something. */
  removeEmptyFolder(path: string): void;
  run(command: Command): Ran;
  pause(milliseconds: number): Promise<void>;
  /** Whether a DNS server answers there within some seconds, whatever it answers, and before the signal ends the wait. */
  answers(listen: ListenAddress, ending: AbortSignal): Promise<boolean>;
}
