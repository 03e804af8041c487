/** `kube-doh` as a process of its own, run as a user runs it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../client/start.mjs', import.meta.url));

/** As outside of a cluster, wherever the tests run. */
const { KUBERNETES_SERVICE_HOST: _, ...env } = process.env;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end. */
export function kubeDoh(...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env });
  return { code: status, stdout, stderr };
}

/** One that goes on until it is told to end. */
export class RunningKubeDoh {
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #process: ChildProcess;
  #stderr = '';
  #stdout = '';

  constructor(...args: readonly string[]) {
    this.#process = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    this.#process.stdout?.setEncoding('utf8').on('data', (part) => {
      this.#stdout += part;
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (part) => {
      this.#stderr += part;
    });
    this.exited = new Promise((resolve) => this.#process.on('close', (code, signal) => resolve({ code, signal })));
  }

  /** What it has logged so far, without the times. */
  get lines(): string[] {
    return this.#stderr
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /, ''));
  }

  get stderr(): string {
    return this.#stderr;
  }

  get stdout(): string {
    return this.#stdout;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }
}
