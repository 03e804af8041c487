/** Whose the files are that root writes: in a user's home, as with sudo, they are that user's, who could not use them otherwise. */
import { lchownSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Of what is to be written there: of the file, or of the folder that it will be in. Undefined unless root writes for another. */
export function ownerFor(path: string): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const file = statSync(path, { throwIfNoEntry: false });
  const { uid, gid } = file === undefined || file.uid === 0 ? nearestFolder(dirname(path)) : file;
  return uid === 0 ? undefined : { uid, gid };
}

/** Gives away the folder of a file, and those around it up to the first one that was made for it. */
export function giveFolders({ uid, gid }: Owner, path: string, firstMade: string): void {
  for (let at = dirname(path); at.startsWith(firstMade); at = dirname(at)) lchownSync(at, uid, gid);
}

function nearestFolder(path: string): Stats {
  return statSync(path, { throwIfNoEntry: false }) ?? nearestFolder(dirname(path));
}
