/** What an install does to a host, one step at a time, and what is noted of each so that it can be undone. */
import type { ListenAddress } from './listen-address.ts';

/** The program and its arguments; no shell reads it. */
export type Command = readonly [string, ...string[]];

/** Who must be told that files have changed. How depends on the host at that time: see reload.ts. */
export const reloadable = [
  'systemd',
  'resolved',
  'networkmanager',
  'dnsmasq',
  'unbound',
  'macos-resolver',
  'windows-resolver',
] as const;

export type Reloadable = (typeof reloadable)[number];

/** What is no file, and yet is there until it is taken away. */
export const startables = [
  'systemd-service',
  'systemd-watch',
  'launchd-service',
  'scheduled-task',
  'nrpt-rules',
] as const;

export type Startable = (typeof startables)[number];

export type Step =
  /** A new file, marked as ours, in folders that are made when they are absent. */
  | { readonly kind: 'file'; readonly path: string; readonly content: string; readonly mode: number }
  /** New content where somebody else's is. A file is kept whole in `keptAt`, or beside it; of a link, where it leads. */
  | {
      readonly kind: 'edit';
      readonly path: string;
      readonly content: string;
      readonly replaces: 'file' | 'link';
      readonly keptAt: string;
    }
  /** How it is undone follows from `starts`: see started.ts. When it fails it is tried again, once a second, so many times. */
  | { readonly kind: 'run'; readonly starts: Startable; readonly command: Command; readonly retries?: number }
  /** Before the files with `when: 'undo'`, behind them with `when: 'do'`: steps are undone from the last to the first. */
  | { readonly kind: 'reload'; readonly service: Reloadable; readonly when: 'do' | 'undo' }
  /** Nothing is wired to a stub that does not answer. */
  | { readonly kind: 'await-stub'; readonly listen: ListenAddress };

/**
 * Noted before the step is taken, so that a step cut short is undone too. It holds no commands: who could write the note
 * could otherwise have them run by root.
 */
export type Done =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly sha256: string }
  | {
      readonly kind: 'edit';
      readonly path: string;
      readonly sha256: string;
      readonly before: Before;
      /** It is being written, or put back: half of it may be there. */
      readonly isUnderWay: boolean;
    }
  | { readonly kind: 'run'; readonly starts: Startable }
  | { readonly kind: 'reload'; readonly service: Reloadable };

export type Before =
  | { readonly kind: 'file'; readonly keptAt: string; readonly sha256: string }
  | { readonly kind: 'symlink'; readonly target: string };
