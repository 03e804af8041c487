/** One process of workerd: started, listened to, ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WorkerdProcessOptions {
  readonly program: string;
  /** Where it is started, and what its paths begin from. */
  readonly folder: string;
  /** An absolute path. */
  readonly configuration: string;
  readonly log: WorkerdLog;
}

/** What workerd writes, line by line; `event` is what is as it should be. */
export type WorkerdLog = (line: string, kind: 'problem' | 'event') => void;

/** It ended before it listened. The message is one line. */
export class WorkerdStartError extends Error {
  readonly code = 'WORKERD';

  constructor(program: string, reason: string) {
    super(`workerd (${program}) does not start: ${reason}`);
    this.name = 'WorkerdStartError';
  }
}

/** What it does at SIGTERM takes less, unless somebody is connected. */
const endingMilliseconds = 1000;

export class WorkerdProcess {
  /** Resolves when it has ended, to how. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ended: Promise<string>) {
    this.#child = child;
    this.ended = ended;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when it listens. Rejects with WorkerdStartError. */
  static async start({ program, folder, configuration, log }: WorkerdProcessOptions): Promise<WorkerdProcess> {
    const child = spawn(program, ['serve', '--control-fd=3', configuration], {
      cwd: folder,
      // Whatever this process was told by its environment is not for it.
      env: {},
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const ended = endOf(child);
    const firstWords: string[] = [];
    let isStarted = false;
    follow(child.stdout!, log);
    follow(child.stderr!, (line, kind) => {
      if (isStarted) log(line, kind);
      else firstWords.push(line);
    });
    const started = new WorkerdProcess(child, ended);
    const kill = (): void => void child.kill('SIGKILL');
    // Whatever ends this process takes workerd with it, but for SIGKILL.
    process.prependOnceListener('exit', kill);
    void ended.then(() => process.off('exit', kill));
    const isListening = once(child.stdio[3] as Readable, 'data').then(() => undefined);
    const failure = await Promise.race([isListening, ended]);
    if (failure !== undefined) throw new WorkerdStartError(program, firstWords[0] ?? failure);
    isStarted = true;
    for (const line of firstWords) log(line, 'problem');
    return started;
  }

  /** In order if that is soon, otherwise at once: what it keeps is safe either way. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = new AbortController();
    const late = sleep(endingMilliseconds, 'late', { signal: timer.signal }).catch(() => undefined);
    if ((await Promise.race([this.ended, late])) === 'late') this.#child.kill('SIGKILL');
    timer.abort();
    await this.ended;
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    // When all that it wrote has been read.
    child.on('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : signal));
  });
}

function follow(output: Readable, log: WorkerdLog): void {
  createInterface({ input: output }).on('line', (line) => {
    const { level, message } = structured(line);
    log(
      message.replace(/\s*[\r\n]+\s*/g, ' '),
      level === 'log' || level === 'info' || level === 'debug' ? 'event' : 'problem',
    );
  });
}

/** With structured logging each line is an object; what it says before it has read its configuration is none. */
function structured(line: string): { readonly level: string; readonly message: string } {
  try {
    const { level, message } = JSON.parse(line) as { level: unknown; message: unknown };
    if (typeof message === 'string') return { level: String(level), message };
  } catch {
    // Then it is taken as it is.
  }
  return { level: 'error', message: line };
}
