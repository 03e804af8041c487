/**
 * Values on disk, each a file that changes as a whole: a value is written beside, made durable, and then takes the place of
 * the one before. When `put` resolves, it is there after a loss of power too; when the process ends in between, the one before
 * is. What is on disk is all that counts, so nothing is kept in memory.
 *
 * One process at a time may use a folder (run-folder.ts).
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileNameOf, keyOf } from './file-name.ts';
import { Turns } from './turns.ts';
import { formatHeader, maxHeaderOctets, parseHeader, type ValueHeader } from './value-file.ts';

/** A value that is being read. `close` has to be called when it is not read to its end. */
export interface OpenValue {
  readonly metadata: string | undefined;
  readonly expiresAt: number | undefined;
  /** Octets. */
  readonly length: number;
  stream(): Readable;
  close(): Promise<void>;
}

/** The key is empty, or too long for a file. */
export class KeyError extends Error {
  readonly code = 'KEY';

  constructor() {
    super('the key is empty or too long');
    this.name = 'KeyError';
  }
}

export class DiskStore {
  readonly #values: string;
  readonly #unfinished: string;
  readonly #now: () => number;
  readonly #turns = new Turns();

  /** Makes the folder unless it is there. */
  constructor(folder: string, now: () => number = Date.now) {
    this.#values = join(folder, 'values');
    this.#unfinished = join(folder, 'unfinished');
    this.#now = now;
    for (const path of [this.#values, this.#unfinished]) mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  /** Removes what an earlier process did not finish. To be called when no other one uses the folder, and before any `put`. */
  clearUnfinished(): void {
    for (const name of readdirSync(this.#unfinished)) rmSync(join(this.#unfinished, name), { force: true });
  }

  /** Undefined when there is none. Rejects with DamagedValueError, and with what the system says. */
  async open(key: string): Promise<OpenValue | undefined> {
    const file = await this.#file(key);
    if (file === undefined) return undefined;
    try {
      const { header, length, size } = await readHeader(key, file);
      if (this.#isExpired(header)) {
        await file.close();
        return undefined;
      }
      return {
        metadata: header.metadata,
        expiresAt: header.expiresAt,
        length: size - length,
        stream: () => file.createReadStream({ start: length }),
        close: () => file.close(),
      };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Resolves when the value is durable. Writes of one key happen in the order in which they were asked for. When the octets
   * break off, nothing has changed.
   */
  async put(header: ValueHeader, octets: AsyncIterable<Uint8Array>): Promise<void> {
    const target = this.#pathOf(header.key);
    await this.#turns.take(header.key, async () => {
      const unfinished = join(this.#unfinished, randomUUID());
      try {
        await writeDurably(unfinished, header, octets);
        await rename(unfinished, target);
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
      await syncFolder(this.#values);
    });
  }

  /** That it is not there is no error. */
  async delete(key: string): Promise<void> {
    const path = this.#pathOf(key);
    await this.#turns.take(key, async () => {
      await rm(path, { force: true });
      await syncFolder(this.#values);
    });
  }

  /** Keys with this start, in the order of their octets, that come after `after`; one of them may just be going. */
  async keys(prefix: string, after = ''): Promise<string[]> {
    const keys = (await readdir(this.#values)).map(keyOf).filter((key) => key !== undefined);
    const isWanted = (key: string): boolean => key.startsWith(prefix) && (after === '' || compare(key, after) > 0);
    return keys.filter(isWanted).sort(compare);
  }

  /** Without its value. Undefined when there is none. */
  async describe(key: string): Promise<ValueHeader | undefined> {
    const file = await this.#file(key);
    if (file === undefined) return undefined;
    try {
      const { header } = await readHeader(key, file);
      return this.#isExpired(header) ? undefined : header;
    } finally {
      await file.close();
    }
  }

  /** Takes what has expired off the disk. Leaves what is damaged, for whoever asks for it to be told. */
  async sweep(): Promise<void> {
    for (const key of await this.keys('')) {
      await this.#turns.take(key, async () => {
        const isGone = await this.describe(key).then(
          (header) => header === undefined,
          () => false,
        );
        if (isGone) await rm(this.#pathOf(key), { force: true });
      });
    }
  }

  /** Resolves when every write that has begun has ended. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  #isExpired({ expiresAt }: ValueHeader): boolean {
    return expiresAt !== undefined && expiresAt <= this.#now();
  }

  async #file(key: string): Promise<FileHandle | undefined> {
    try {
      return await open(this.#pathOf(key), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #pathOf(key: string): string {
    const name = fileNameOf(key);
    if (name === undefined) throw new KeyError();
    return join(this.#values, name);
  }
}

async function readHeader(
  key: string,
  file: FileHandle,
): Promise<ReturnType<typeof parseHeader> & { readonly size: number }> {
  const { size } = await file.stat();
  const start = Buffer.allocUnsafe(maxHeaderOctets);
  const { bytesRead } = await file.read(start, 0, start.length, 0);
  return { ...parseHeader(key, start.subarray(0, bytesRead), size), size };
}

async function writeDurably(path: string, header: ValueHeader, octets: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let length = 0;
    await file.writeFile(formatHeader(header, length));
    for await (const part of octets) {
      await file.writeFile(part);
      length += part.length;
    }
    const whole = formatHeader(header, length);
    await file.write(whole, 0, whole.length, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Without this a name in it may still be that of the file before, after a loss of power. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
