/** `kube-doh edge` as a process of its own, on the same folder and port each time; and everything that it starts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ReadyFile } from '../../../client/commands/edge/serve-edge.ts';

const main = fileURLToPath(new URL('../../../client/start.mjs', import.meta.url));

export class EdgeProcess {
  readonly #folder: string;
  readonly #args: readonly string[];
  #port = 0;
  #child: ChildProcess | undefined;
  #stderr = '';

  /** `folder` takes the data and the ready file; `script` is what is run instead of the sources. */
  constructor(folder: string, args: readonly string[], script = main) {
    this.#folder = folder;
    this.#args = [script, 'edge', ...args];
  }

  get data(): string {
    return join(this.#folder, 'data');
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  /** Of all runs. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Resolves when it answers, to what its ready file says. */
  async start(): Promise<ReadyFile> {
    const readyFile = join(this.#folder, 'ready.json');
    rmSync(readyFile, { force: true });
    const own = ['--data', this.data, '--listen', `127.0.0.1:${this.#port}`, '--ready-file', readyFile];
    const args = [...this.#args, ...own];
    // In a group of its own, as a shell starts it.
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    this.#child = child;
    child.stderr.setEncoding('utf8').on('data', (part) => {
      this.#stderr += part;
    });
    while (!existsSync(readyFile)) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it has ended: ${this.#stderr}`);
      await sleep(5);
    }
    const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as ReadyFile;
    this.#port = Number(new URL(ready.url).port);
    return ready;
  }

  /** Process ids of workerd, of this run and of any before. Linux only. */
  workerdPids(): number[] {
    return readdirSync('/proc').flatMap((entry) => {
      if (!/^\d+$/.test(entry)) return [];
      try {
        const words = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0');
        return words.some((word) => word.startsWith(join(this.data, 'run-'))) ? [Number(entry)] : [];
      } catch {
        // It ended in the meantime.
        return [];
      }
    });
  }

  /** Resolves when it has ended. `to`: the signal goes to this process alone, or to all of its group as Ctrl-C does. */
  async end(
    signal: NodeJS.Signals,
    to: 'process' | 'group' = 'process',
  ): Promise<readonly [number | null, NodeJS.Signals | null]> {
    const child = this.#child!;
    if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
    const ended = once(child, 'exit');
    process.kill(to === 'group' ? -child.pid! : child.pid!, signal);
    return (await ended) as [number | null, NodeJS.Signals | null];
  }

  /** For the end of a test: nothing of it goes on, whatever went wrong. */
  async remove(): Promise<void> {
    if (this.#child !== undefined) await this.end('SIGKILL');
    for (const pid of this.workerdPids()) process.kill(pid, 'SIGKILL');
  }
}
