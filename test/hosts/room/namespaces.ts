/** Programs that run inside namespaces, and the ways into those. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** Beside what is passed on of the test's own; an undefined one is not. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing that speaks of this machine's network, or of its user's clusters. */
const passedOn = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(KUBE|NODE_|VITEST|XDG_)|_proxy$/i.test(name)),
);

/** Long enough for whatever ends at all. */
const timeoutMilliseconds = 30_000;

/** Runs a program to its end, however that is. */
export function runToEnd([command, ...args]: readonly string[], environment: Environment = {}): Promise<Ran> {
  const env = { ...passedOn, ...environment };
  return new Promise((resolve, reject) => {
    const child = execFile(command!, args, { env, timeout: timeoutMilliseconds }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === 'string') reject(error);
      else resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** Rejects, with what it wrote, unless it ends with 0. */
export async function runWell(command: readonly string[], environment: Environment = {}): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(command, environment);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}

/** A program that goes on. */
export class Program {
  readonly process: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor([command, ...args]: readonly string[], environment: Environment = {}) {
    const env = { ...passedOn, ...environment };
    this.process = spawn(command!, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.on('error', (error) => {
      this.#stderr += `${error.message}\n`;
    });
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  /** All that it wrote so far, to either stream. */
  get output(): string {
    return this.#stdout + this.#stderr;
  }

  get isOver(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null || this.process.pid === undefined;
  }

  /** Resolves when it has written the text; rejects, with all that it wrote, when it ends before. */
  async written(text: string): Promise<void> {
    await this.until(() => this.output.includes(text), `"${text}"`);
  }

  /** Resolves when `isSo`; rejects, with all that it wrote, when it ends before. */
  async until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
    while (!(await isSo())) {
      if (this.isOver) throw new Error(`${this.process.spawnargs.join(' ')} ended before ${what}: ${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** To the program inside the namespaces, which is the last of those that led there. */
  signal(name: NodeJS.Signals): void {
    process.kill(innermostOf(this.process.pid!), name);
    // Who led there stops with it, but does not go on with it.
    if (name === 'SIGCONT') process.kill(this.process.pid!, name);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Resolves when it has ended. */
  async end(name: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.isOver) return;
    const over = once(this.process, 'exit');
    this.signal(name);
    await over;
  }
}

/** Who runs behind `unshare --fork` and `nsenter --pid`: the only child, and its only child. */
export function innermostOf(processId: number): number {
  const [child] = readFileSync(`/proc/${processId}/task/${processId}/children`, 'utf8').split(' ');
  const isWay = /^(setpriv|unshare|nsenter)$/.test(readFileSync(`/proc/${processId}/comm`, 'utf8').trim());
  return isWay && child !== undefined && child !== '' ? innermostOf(Number(child)) : processId;
}

/** The start of a command that runs in the namespaces of a process. */
export function inside(processId: number, ...kinds: readonly ('mount' | 'net' | 'pid' | 'uts')[]): string[] {
  return ['nsenter', `--target=${processId}`, ...kinds.map((kind) => `--${kind}`), '--'];
}
