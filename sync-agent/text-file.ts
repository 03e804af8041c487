/** Files that people name in options. Only regular ones are read, and no more than they may be: a pipe or a device may never end. */
import { readFileSync, type Stats, statSync } from 'node:fs';

export type TextFile =
  | { readonly kind: 'read'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'too-large' }
  /** `code` is that of the system; undefined for what is no file. */
  | { readonly kind: 'unreadable'; readonly code: string | undefined };

/** Of a file of at most so many octets. */
export function readTextFile(path: string, maxOctets: number): TextFile {
  try {
    const stats: Stats = statSync(path);
    if (!stats.isFile()) return { kind: 'unreadable', code: undefined };
    if (stats.size > maxOctets) return { kind: 'too-large' };
    return { kind: 'read', text: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { kind: 'absent' } : { kind: 'unreadable', code };
  }
}
