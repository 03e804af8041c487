/** A program on the terminal of this one: it gets the signals, and its end is the end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Those that ask a program to do something or to end. */
const passedSignals = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
/** A terminal sends them to all that runs in front, the program included. */
const terminalSignals: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** As shells have it. */
const notFound = 127;
const notExecutable = 126;
const signalled = 128;

/** Takes signals from its making on; one that comes before the program is there ends it at its start. */
export class Child {
  readonly #program: readonly [string, ...string[]];
  readonly #listeners = new Map<NodeJS.Signals, () => void>();
  #process: ChildProcess | undefined;
  #early: NodeJS.Signals | undefined;

  constructor(program: readonly [string, ...string[]]) {
    this.#program = program;
    for (const signal of process.platform === 'win32' ? [] : passedSignals) {
      const listener = (): void => this.#pass(signal);
      this.#listeners.set(signal, listener);
      process.on(signal, listener);
    }
  }

  /** Its exit code, or what shells make of a signal. */
  run(environment: Readonly<Record<string, string | undefined>>): Promise<number> {
    if (this.#early !== undefined) return Promise.resolve(signalled + constants.signals[this.#early]);
    const [name, ...args] = this.#program;
    const started = spawn(name, args, { stdio: 'inherit', env: environment });
    this.#process = started;
    return new Promise((resolve) => {
      started.on('error', ({ message, code }: NodeJS.ErrnoException) => {
        process.stderr.write(
          `kube-doh: cannot run ${name}: ${code === 'ENOENT' ? 'there is no such program' : message}\n`,
        );
        resolve(code === 'ENOENT' ? notFound : notExecutable);
      });
      started.on('exit', (code, signal) => resolve(code ?? signalled + constants.signals[signal!]));
    });
  }

  /** Takes no more signals. */
  forget(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }

  #pass(signal: NodeJS.Signals): void {
    if (this.#process === undefined) this.#early ??= signal;
    else if (!terminalSignals.has(signal) || !process.stdin.isTTY) this.#process.kill(signal);
  }
}
