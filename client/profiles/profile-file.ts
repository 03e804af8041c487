/** The one file that profiles are kept in: nobody else can read it, and whoever reads it sees it whole. */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { underLock } from './file-lock.ts';
import { giveFolders, type Owner, ownerFor } from './owner.ts';
import { noProfiles, type Profiles } from './profiles.ts';
import { formatProfiles, ProfileFileError, parseProfiles } from './profiles-text.ts';

const maxOctets = 1024 * 1024;

export class ProfileFile {
  readonly path: string;
  readonly #warn: (line: string) => void;
  /** Of what was read last. */
  #stamp: string | undefined;
  #hasWarned = false;

  /** `warn` is told once when others can read the file. */
  constructor(path: string, warn: (line: string) => void) {
    this.path = path;
    this.#warn = warn;
  }

  /** None when there is no file. Throws ProfileFileError. */
  read(): Profiles {
    const file = this.#stat();
    this.#stamp = stampOf(file);
    if (file === undefined) return noProfiles;
    if (!file.isFile()) throw new ProfileFileError(this.path, 'this is no file: move it away, and log in again');
    if (file.size > maxOctets)
      throw new ProfileFileError(this.path, 'it is too large to be a file of profiles: move it away, and log in again');
    this.#warnOfReaders(file);
    return parseProfiles(this.#text(), this.path);
  }

  /** Undefined while it is the same file as was read last; cheap. Throws ProfileFileError, once for each change. */
  readIfChanged(): Profiles | undefined {
    return stampOf(this.#stat()) === this.#stamp ? undefined : this.read();
  }

  /**
   * Changes what is there at this moment, be it another's. What `change` throws comes before anything is made; it may be
   * called twice. Throws ProfileFileError.
   */
  update(change: (profiles: Profiles) => Profiles): Profiles {
    change(this.read());
    this.#makeFolder();
    return this.#underLock(() => {
      const changed = change(this.read());
      this.#write(formatProfiles(changed));
      return changed;
    });
  }

  #stat(): Stats | undefined {
    try {
      return statSync(this.path);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      throw this.#error('read', cause);
    }
  }

  #text(): string {
    try {
      return readFileSync(this.path, 'utf8');
    } catch (cause) {
      throw this.#error('read', cause);
    }
  }

  #makeFolder(): void {
    try {
      const owner = ownerFor(this.path);
      const firstMade = mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      if (owner !== undefined && firstMade !== undefined) giveFolders(owner, this.path, firstMade);
    } catch (cause) {
      throw this.#error('written', cause);
    }
  }

  #underLock<T>(work: () => T): T {
    let hasBegun = false;
    try {
      return underLock(this.#behindLinks(), () => {
        hasBegun = true;
        return work();
      });
    } catch (cause) {
      throw hasBegun ? cause : this.#error('written', cause);
    }
  }

  #write(text: string): void {
    const path = this.#behindLinks();
    const partial = `${path}.${randomUUID()}`;
    try {
      create(partial, text, ownerFor(path));
      renameSync(partial, path);
    } catch (cause) {
      rmSync(partial, { force: true });
      throw this.#error('written', cause);
    }
  }

  /** A link stays, and what it leads to is replaced: tokens of before must not stay there. */
  #behindLinks(): string {
    try {
      return realpathSync(this.path);
    } catch {
      return this.path;
    }
  }

  #error(what: 'read' | 'written', cause: unknown): ProfileFileError {
    const { code } = cause as NodeJS.ErrnoException;
    const advice = code === 'EACCES' || code === 'EPERM' ? ': see to its owner and mode, and those of its folder' : '';
    return new ProfileFileError(this.path, `it cannot be ${what} (${code})${advice}`, { cause });
  }

  /** It is used all the same. Windows has no such bits. */
  #warnOfReaders({ mode }: Stats): void {
    if (this.#hasWarned || process.platform === 'win32' || (mode & 0o044) === 0) return;
    this.#hasWarned = true;
    this.#warn(`others on this machine can read your tokens: chmod 600 ${this.path}`);
  }
}

function create(path: string, text: string, owner: Owner | undefined): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    if (owner !== undefined) fchownSync(file, owner.uid, owner.gid);
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** Another after every change: a rename brings another inode. */
function stampOf(file: Stats | undefined): string {
  return file === undefined ? 'absent' : [file.dev, file.ino, file.size, file.mtimeMs, file.mode].join();
}
