/** The folders that must be made before a file can be. */
import { posix, win32 } from 'node:path';
import type { Host } from './host.ts';

/** The outermost first. */
export function absentFolders(host: Host, path: string): string[] {
  const { dirname } = host.platform === 'win32' ? win32 : posix;
  const folders: string[] = [];
  for (let at = dirname(path); host.entry(at).kind === 'absent' && dirname(at) !== at; at = dirname(at))
    folders.unshift(at);
  return folders;
}
