/** A terminal in which a user types: what is set in one block of commands is there in the next. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitUntil } from '../control-plane/wait-until.ts';

export interface Said {
  readonly code: number | null;
  /** On both streams. */
  readonly output: string;
}

export class Terminal {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #names = new Set<string>();
  readonly #running: Running[] = [];

  /** Commands are run in `folder`. */
  constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** To their end, or to the first that fails. */
  async run(commands: string): Promise<Said> {
    for (const [, name] of commands.matchAll(/^(?:export )?([A-Z_]+)=/gm)) this.#names.add(name!);
    const keep = this.#names.size === 0 ? '' : `declare -p ${[...this.#names].join(' ')} > "$TERMINAL"`;
    const running = this.#start(`${commands}\n${keep}`);
    return { code: await running.ended, output: running.output };
  }

  /** What goes on until it is ended. Resolves when it says what is expected of it. */
  async begin(commands: string, expected: RegExp): Promise<void> {
    const running = this.#start(commands);
    this.#running.push(running);
    const isSo = (): boolean => expected.test(running.output) || running.hasEnded;
    await waitUntil(`${expected} in what it says`, isSo, { timeoutSeconds: 30 });
    if (running.hasEnded) throw new Error(`it has ended: ${running.output}`);
  }

  /** Ctrl-C in what was begun last. */
  async interrupt(): Promise<void> {
    await this.#running.pop()?.interrupt();
  }

  async close(): Promise<void> {
    while (this.#running.length > 0) await this.interrupt();
  }

  #start(commands: string): Running {
    const script = `[ ! -e "$TERMINAL" ] || . "$TERMINAL"\n${commands}`;
    const env = { ...this.#environment, TERMINAL: join(this.#folder, 'terminal.sh') };
    const args = ['--noprofile', '--norc', '-euo', 'pipefail', '-c', script];
    return new Running(
      spawn('bash', args, { cwd: this.#folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }),
    );
  }
}

class Running {
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  output = '';
  hasEnded = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = once(child, 'close').then(() => {
      this.hasEnded = true;
      return child.exitCode;
    });
  }

  async interrupt(): Promise<void> {
    if (!this.hasEnded) process.kill(-this.#child.pid!, 'SIGINT');
    await this.ended;
  }
}
