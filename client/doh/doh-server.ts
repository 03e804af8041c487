/** A DoH server, and what it takes to ask it. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import type { Profile } from '../profiles/profile.ts';
import type { Patience } from './patience.ts';

export interface DohServer {
  /** Ends in `/dns-query`; a token may be in its path. */
  readonly url: URL;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | undefined;
  /** PEM of the authority to trust instead of those that Node trusts. */
  readonly authorityPem?: string | undefined;
  /** The stub's unless given. */
  readonly patience?: Patience | undefined;
  /** Finds the addresses of the server's host instead of the system. */
  readonly lookup?: LookupFunction | undefined;
}

/** The file with the authority to trust holds none. The message is one line. */
export class AuthorityError extends Error {
  readonly code = 'NO_AUTHORITY';

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`the authority ${path} ${reason}: name a PEM file with --authority or KUBE_DOH_AUTHORITY`, options);
    this.name = 'AuthorityError';
  }
}

/** Reads the profile's authority. Throws AuthorityError. */
export function serverOf(
  { edge, cluster, token, authorityFile }: Pick<Profile, 'edge' | 'cluster' | 'token' | 'authorityFile'>,
  more: Pick<DohServer, 'patience' | 'lookup'> = {},
): DohServer {
  const path = cluster === undefined ? '/dns-query' : `/c/${cluster}/dns-query`;
  return { ...more, url: new URL(path, edge), token, authorityPem: readAuthority(authorityFile) };
}

/** PEM; undefined where the usual authorities count. Throws AuthorityError. */
export function readAuthority(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const pem = readPem(path);
  try {
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    throw new AuthorityError(path, 'holds no certificate', { cause });
  }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AuthorityError(path, code === 'ENOENT' ? 'is no file' : `cannot be read (${code})`, { cause });
  }
}
