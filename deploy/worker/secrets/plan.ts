/** Which secrets of an edge are made. Pure. */
import { UsageError } from '../../../sync-agent/usage.ts';

export const secretNames = { administrator: 'ADMIN_KEY_SHA256', token: 'TOKEN_KEY' } as const;

export type Replaceable = keyof typeof secretNames;

export interface Asked {
  /** Of the Worker as it is; `absent` when there is no such Worker. */
  readonly present: readonly string[] | 'absent';
  /** What is made anew though it is there. */
  readonly replaced: ReadonlySet<Replaceable>;
  /** Where the administrator's key goes, or is. */
  readonly keyFile: { readonly path: string; readonly exists: boolean } | undefined;
}

export interface Plan {
  /** `take`: the key is in the file already, from a run that got no further. */
  readonly administrator: 'make' | 'take' | 'keep';
  readonly token: 'make' | 'keep';
}

/** Throws UsageError. */
export function planSecrets({ present, replaced, keyFile }: Asked): Plan {
  const isPresent = (name: Replaceable): boolean => present !== 'absent' && present.includes(secretNames[name]);
  const token = isPresent('token') && !replaced.has('token') ? 'keep' : 'make';
  if (isPresent('administrator') && !replaced.has('administrator')) return { administrator: 'keep', token };
  if (keyFile === undefined) {
    throw new UsageError("--admin-key-file is missing: pass the path of a file for the administrator's key");
  }
  if (!keyFile.exists) return { administrator: 'make', token };
  if (!isPresent('administrator')) return { administrator: 'take', token };
  // It may be the only copy of what is valid until this is through.
  throw new UsageError(`${keyFile.path} exists already: pass another path for the new key`);
}
