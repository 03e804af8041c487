/** The machine itself; or, for what it holds in files, any folder that looks like one. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stubAnswers } from './ask-stub.ts';
import type { Entry, Host, Ran } from './host.ts';
import type { ListenAddress } from './listen-address.ts';
import type { Command } from './step.ts';

const runTimeoutMilliseconds = 60_000;
/** A service takes a while to start. */
const answerPatienceMilliseconds = 10_000;
const maxLinks = 8;

export class SystemHost implements Host {
  readonly platform: NodeJS.Platform;
  readonly #root: string;

  /** `root` is put before every path; empty for the machine itself. */
  constructor(platform: NodeJS.Platform = process.platform, root = '') {
    this.platform = platform;
    this.#root = root;
  }

  entry(path: string): Entry {
    const at = this.#at(path);
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (stats === undefined) return { kind: 'absent' };
    if (stats.isSymbolicLink()) return { kind: 'symlink', target: readlinkSync(at) };
    const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
    return { kind, mode: stats.mode & 0o7777 };
  }

  read(path: string): Buffer | undefined {
    const file = this.#followed(path);
    return file === undefined ? undefined : readFileSync(this.#at(file));
  }

  list(path: string): readonly string[] {
    return this.entry(path).kind === 'folder' ? readdirSync(this.#at(path)).sort() : [];
  }

  makeFolder(path: string): void {
    mkdirSync(this.#at(path));
    chmodSync(this.#at(path), 0o755);
  }

  create(path: string, content: Uint8Array, mode: number): void {
    // Unlike a rename, a link fails when something is there.
    this.#putBeside(path, content, mode, linkSync);
  }

  overwrite(path: string, content: Uint8Array): void {
    const file = openSync(this.#at(path), 'r+');
    try {
      // All of it, or it fails: one write may take less.
      writeFileSync(file, content);
      ftruncateSync(file, content.length);
    } finally {
      closeSync(file);
    }
  }

  replace(path: string, content: Uint8Array, mode: number): void {
    this.#putBeside(path, content, mode, renameSync);
  }

  replaceByLink(path: string, target: string): void {
    this.sweep(path);
    symlinkSync(target, this.#beside(path));
    renameSync(this.#beside(path), this.#at(path));
  }

  remove(path: string): void {
    rmSync(this.#at(path), { force: true });
  }

  sweep(path: string): void {
    rmSync(this.#beside(path), { force: true });
  }

  removeEmptyFolder(path: string): void {
    try {
      rmdirSync(this.#at(path));
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(code)) throw error;
    }
  }

  run([program, ...args]: Command): Ran {
    const { status, stdout, stderr } = spawnSync(program, args, {
      encoding: 'utf8',
      // What is read from programs is read in English.
      env: { ...process.env, LC_ALL: 'C' },
      timeout: runTimeoutMilliseconds,
      windowsHide: true,
    });
    return { code: status ?? undefined, stdout: stdout ?? '', stderr: stderr ?? '' };
  }

  async pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds);
  }

  answers(listen: ListenAddress, ending: AbortSignal): Promise<boolean> {
    return stubAnswers(listen, answerPatienceMilliseconds, ending);
  }

  #at(path: string): string {
    if (this.#root === '') return path;
    return join(this.#root, path.replace(/^[A-Za-z]:/, '').replaceAll('\\', '/'));
  }

  /** Whole first, then put in its place. */
  #putBeside(path: string, content: Uint8Array, mode: number, place: (from: string, to: string) => void): void {
    const beside = this.#beside(path);
    this.sweep(path);
    try {
      writeFileSync(beside, content, { flag: 'wx', mode });
      chmodSync(beside, mode);
      place(beside, this.#at(path));
    } finally {
      this.sweep(path);
    }
  }

  /** dnsmasq reads all of a folder but for what ends so (dnsmasq(8), "--conf-dir"). */
  #beside(path: string): string {
    return `${this.#at(path)}.kube-doh~`;
  }

  /** Where the links lead, within the root. */
  #followed(path: string): string | undefined {
    let at = path;
    for (let links = 0; links < maxLinks; links += 1) {
      const entry = this.entry(at);
      if (entry.kind === 'file') return at;
      // A pipe, or a device, may never end.
      if (entry.kind !== 'symlink') return undefined;
      at = posix.resolve(posix.dirname(at), entry.target);
    }
    return undefined;
  }
}
