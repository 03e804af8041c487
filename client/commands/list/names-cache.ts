/**
 * Names as they were listed last, for shells that complete words: they ask at every key. One file that only the user can
 * read; it holds the names of one listing, and says of which by a hash, since that depends on the token.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { listOf, membersOf } from '../../why/explanation.ts';

export interface NamesCache {
  /** Of that listing, at most so old; undefined when there are none. */
  read(key: string, maxAgeMilliseconds: number, now: number): readonly string[] | undefined;
  /** That it cannot be kept is no failure. */
  write(key: string, names: readonly string[], now: number): void;
}

/** What tells listings apart, without telling what it is. */
export function cacheKey(parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

export function fileCache(path: string): NamesCache {
  return {
    read(key, maxAgeMilliseconds, now) {
      const kept = readKept(path);
      if (kept === undefined || kept.key !== key) return undefined;
      const age = now - kept.at;
      return age >= 0 && age <= maxAgeMilliseconds ? kept.names : undefined;
    },
    write(key, names, now) {
      const partial = `${path}.${randomUUID()}`;
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      } catch {
        return;
      }
      try {
        writeFileSync(partial, JSON.stringify({ key, at: now, names }), { mode: 0o600, flag: 'wx' });
        renameSync(partial, path);
      } catch {
        rmSync(partial, { force: true });
      }
    },
  };
}

function readKept(path: string) {
  try {
    const { key, at, names } = membersOf(JSON.parse(readFileSync(path, 'utf8'))) ?? {};
    const texts = listOf(names, (name) => (typeof name === 'string' ? name : undefined));
    if (typeof key !== 'string' || typeof at !== 'number' || texts === undefined) return undefined;
    return { key, at, names: texts };
  } catch {
    return undefined;
  }
}
