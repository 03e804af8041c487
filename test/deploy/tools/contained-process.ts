/**
 * A process as a container runtime starts it from an image, without a runtime: its own root, which cannot be written, no
 * rights, and it is the first of its processes. The network is the machine's. Needs root and Linux.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ReadDockerfile } from './read-dockerfile.ts';

export const canContain = process.platform === 'linux' && process.getuid?.() === 0;

/** Has what Node's own image has beneath it: the C and C++ libraries that this `node` was linked with. */
export function makeRoot(folder: string, node: string): void {
  for (const name of ['proc', 'nodejs/bin']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'nodejs/bin/node'), '');
  const libraries = execFileSync('ldd', [node], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
  for (const [, path] of libraries) {
    mkdirSync(dirname(join(folder, path!)), { recursive: true });
    copyFileSync(path!, join(folder, path!));
  }
  chmodSync(folder, 0o755);
}

/** With the image's entry point, user and folder. */
export class ContainedProcess {
  readonly exited: Promise<number | null>;
  readonly #outer: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(root: string, node: string, { config }: ReadDockerfile, args: readonly string[]) {
    const [user, group] = config.User.split(':');
    const enter = ['unshare', `--root=${root}`, `--wd=${config.WorkingDir}`, `--setgid=${group}`, `--setuid=${user}`];
    const command = ['setpriv', '--clear-groups', '--no-new-privs', ...enter, ...config.Entrypoint, ...args];
    const namespaces = ['--mount', '--pid', '--fork', '--kill-child'];
    const shell = ['sh', '-ec', mounts, 'sh', root, node, ...command];
    this.#outer = spawn('unshare', [...namespaces, ...shell], { env: { PATH: process.env['PATH'] } });
    this.exited = once(this.#outer, 'close').then(([code]) => code);
    this.#outer.stdout?.setEncoding('utf8').on('data', (part) => {
      this.#stdout += part;
    });
    this.#outer.stderr?.setEncoding('utf8').on('data', (part) => {
      this.#stderr += part;
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** proc_pid_status(5), by the names of its lines. */
  status(): ReadonlyMap<string, string> {
    const lines = readFileSync(`/proc/${this.#innerPid()}/status`, 'utf8').trim().split('\n');
    return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.#innerPid(), name);
  }

  /** For the end of a test, whatever went wrong. */
  kill(): void {
    this.#outer.kill('SIGKILL');
  }

  #innerPid(): number {
    const { pid } = this.#outer;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  }
}

/** What is mounted is seen by this process alone. */
const mounts = `root=$1 node=$2; shift 2
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind "$node" "$root/nodejs/bin/node"
mount -o remount,bind,ro "$root"
exec "$@"`;
