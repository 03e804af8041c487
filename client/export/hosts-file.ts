/**
 * The hosts file of a machine, or any other: read, changed, and written so that whoever reads it sees the old text or the
 * new. Where it cannot be replaced, as one that is mounted into a container, it is written where it stands.
 */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

/** It cannot be read or written. The message is one line. */
export class HostsFileError extends Error {
  readonly code = 'HOSTS_FILE';

  constructor(what: string, path: string, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(`cannot ${what} ${path} (${code ?? message})${adviceFor(code)}`, { cause });
    this.name = 'HostsFileError';
  }
}

function adviceFor(code: string | undefined): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return ': run this as an administrator, or use "kube-doh run", which needs none';
    case 'ENOENT':
      return ': there is no such folder; make it, or choose another file with --file';
    case 'EISDIR':
      return ': it is a folder; choose a file with --file';
    default:
      return '';
  }
}

/** The one that the system reads. */
export function systemHostsFile(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string {
  if (platform !== 'win32') return '/etc/hosts';
  return `${environment['SystemRoot'] ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`;
}

/**
 * Puts the changed text in place, and says whether it is another. One character is one octet. Undefined is a file that is
 * not there. Throws HostsFileError, and whatever `change` throws; then the file is as it was.
 */
export function changeHostsFile(path: string, change: (text: string | undefined) => string | undefined): boolean {
  const text = read(path);
  const changed = change(text);
  if (changed === text) return false;
  try {
    if (text === undefined) writeFileSync(path, changed!, { encoding: 'latin1', mode: 0o644, flag: 'wx' });
    else if (changed === undefined) remove(realpathSync(path));
    else replace(realpathSync(path), changed);
  } catch (error) {
    throw new HostsFileError('write', path, error);
  }
  return true;
}

/** One character is one octet; empty when it is not there. Throws HostsFileError. */
export function readHostsFile(path: string): string {
  return read(path) ?? '';
}

/** Undefined when it is not there. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new HostsFileError('read', path, error);
  }
}

/** Where it cannot be taken away, it is left empty. */
function remove(path: string): void {
  try {
    // rmSync hides the reason where the file is a mount.
    unlinkSync(path);
  } catch (error) {
    if (!inPlaceCodes.has((error as NodeJS.ErrnoException).code)) throw error;
    writeInPlace(path, '');
  }
}

function replace(path: string, text: string): void {
  const stats = statSync(path);
  if (!mayBeReplaced(stats) || !replaceByRename(path, text, stats)) writeInPlace(path, text);
}

/** A new file would lose the other links, and the label that SELinux knows it by. */
function mayBeReplaced({ nlink }: Stats): boolean {
  return nlink === 1 && !existsSync('/sys/fs/selinux/enforce');
}

/** False where the system does not let it: the file is a mount, or the folder is not ours. */
function replaceByRename(path: string, text: string, stats: Stats): boolean {
  const partial = `${path}.${randomUUID()}`;
  try {
    create(partial, text, stats);
    renameSync(partial, path);
    return true;
  } catch (error) {
    rmSync(partial, { force: true });
    if (!inPlaceCodes.has((error as NodeJS.ErrnoException).code)) throw error;
    return false;
  }
}

/** A full disk is none of them: what stands there would be overwritten by a part. */
const inPlaceCodes: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV']);

/** Mode and owner by the open file: in somebody's folder another could stand under its name by then. */
function create(path: string, text: string, { mode, uid, gid }: Stats): void {
  const file = openSync(path, 'wx');
  try {
    writeFileSync(file, text, 'latin1');
    if (process.platform === 'win32') return;
    fchownSync(file, uid, gid);
    fchmodSync(file, mode & 0o7777);
  } finally {
    closeSync(file);
  }
}

/** Cut only behind the new text, so that at no moment it is empty. */
function writeInPlace(path: string, text: string): void {
  const octets = Buffer.from(text, 'latin1');
  const file = openSync(path, 'r+');
  try {
    for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at, octets.length - at, at);
    ftruncateSync(file, octets.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
