/** The demo as a process of its own, started as a user starts it, with a temporary folder of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadyFile } from '../../demo/ready-file.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `npm` runs it as `npm start` does, behind a shell. */
export type Starter = 'node' | 'npm';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class DemoProcess {
  readonly readyFile: string;
  /** Resolves when what was started, npm or node, has ended. */
  readonly exited: Promise<Exit>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'kube-doh-test-'));
  readonly #temporary = mkdtempSync(join(this.#folder, 'tmp-'));
  readonly #process: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], starter: Starter = 'node') {
    this.readyFile = join(this.#folder, 'ready.json');
    const all = ['--listen', '127.0.0.1:0', '--ready-file', this.readyFile, ...args];
    const { npm_lifecycle_event: _, ...env } = process.env;
    // npm keeps a cache in the temporary folder, which is its own business.
    const own = { TMPDIR: this.#temporary, NODE_DISABLE_COMPILE_CACHE: '1' };
    const options = { cwd: root, env: { ...env, ...own }, detached: true } as const;
    this.#process =
      starter === 'node'
        ? spawn(process.execPath, ['demo/main.ts', ...all], options)
        : // Without what comes before the start, which installs packages.
          spawn('npm', ['start', '--ignore-scripts', '--', ...all], options);
    this.#process.stdout?.setEncoding('utf8').on('data', (part) => {
      this.#stdout += part;
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (part) => {
      this.#stderr += part;
    });
    this.exited = new Promise((resolve) => {
      this.#process.on('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Commands among what it printed that begin with this word. */
  commands(word: string): string[] {
    return this.stdout
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith(`${word} `));
  }

  /** What the ready file says, once it is there. */
  async ready(): Promise<ReadyFile> {
    const isOver = this.exited.then(() => true);
    while (!existsSync(this.readyFile)) {
      if ((await Promise.race([isOver, delay(20)])) === true) throw new Error(`it has ended: ${this.#stderr}`);
    }
    return JSON.parse(readFileSync(this.readyFile, 'utf8'));
  }

  /** Process ids of all that it has started, at any depth. */
  descendants(): number[] {
    const all = processes();
    const below = (parent: number): number[] =>
      all.filter(({ parentPid }) => parentPid === parent).flatMap(({ pid }) => [pid, ...below(pid)]);
    return below(this.pid);
  }

  /** What it has left in its temporary folder. */
  leftovers(): string[] {
    return readdirSync(this.#temporary);
  }

  /** For the end of a test: nothing of it goes on, whatever went wrong. */
  async remove(): Promise<void> {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // It has ended, as it should have.
    }
    await this.exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Those that run. One that has ended stays listed until its parent has heard of it. */
export function running(pids: readonly number[]): number[] {
  const all = processes().filter(({ state }) => !state.startsWith('Z'));
  return pids.filter((pid) => all.some((process) => process.pid === pid));
}

interface Process {
  readonly pid: number;
  readonly parentPid: number;
  /** One letter; Z is one that has ended and waits for its parent to notice. */
  readonly state: string;
}

/** Small machines have no `ps`. */
function processes(): Process[] {
  return process.platform === 'linux' ? processesOfProc() : processesOfPs();
}

/** proc_pid_stat(5): `PID (NAME) STATE PARENT …`, and the name may hold anything. */
function processesOfProc(): Process[] {
  return readdirSync('/proc').flatMap((entry): Process[] => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [state = '', parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [{ pid: Number(entry), parentPid: Number(parentPid), state }];
    } catch {
      // It ended in the meantime.
      return [];
    }
  });
}

function processesOfPs(): Process[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n');
  return rows.map((row) => {
    const [pid, parentPid, state = ''] = row.trim().split(/\s+/);
    return { pid: Number(pid), parentPid: Number(parentPid), state };
  });
}

function delay(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
}
