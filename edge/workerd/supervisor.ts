/**
 * Keeps workerd running: one that ends is followed by another one, at once if it had run for a while, and later and later if
 * it keeps ending. Each gets a socket of its own.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../program/program.ts';
import { type ConfigurationOptions, runFiles, workerdConfiguration } from './configuration.ts';
import { type WorkerdLog, WorkerdProcess } from './workerd-process.ts';

export interface SupervisorOptions {
  /** Path of workerd. */
  readonly workerd: string;
  /** The folder of this run (run/run-folder.ts). */
  readonly folder: string;
  readonly program: Program;
  readonly configuration: Omit<ConfigurationOptions, 'compatibilityDate'>;
  readonly log: WorkerdLog;
  readonly onRestart?: () => void;
}

/** One that ran for this long did not end because of how it was started. */
const soundMilliseconds = 1000;
const firstWaitMilliseconds = 250;
const longestWaitMilliseconds = 2000;

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #ending = new AbortController();
  #count = 0;
  #current: Running | undefined;
  /** Those who wait for workerd to listen. */
  readonly #waiting = new Set<() => void>();
  #over: Promise<void> = Promise.resolve();

  private constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Resolves when workerd listens for the first time. Rejects with WorkerdStartError and VariableError. */
  static async start(options: SupervisorOptions): Promise<Supervisor> {
    const { folder, program } = options;
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
    write(runFiles.worker, program.worker);
    write(runFiles.rateLimit, program.bindings.rateLimit);
    write(runFiles.meter, program.bindings.meter);
    const supervisor = new Supervisor(options);
    await supervisor.#startOne();
    supervisor.#begin();
    return supervisor;
  }

  #begin(): void {
    this.#over = this.#follow();
  }

  /** Path of the socket of the workerd that runs; undefined while there is none. */
  get socket(): string | undefined {
    return this.#current?.socket;
  }

  /** As `socket`, when there is one or when the time is over. */
  async socketWithin(milliseconds: number): Promise<string | undefined> {
    if (this.#current === undefined) {
      await new Promise<void>((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(end);
          resolve();
        };
        const timer = setTimeout(end, milliseconds);
        this.#waiting.add(end);
      });
    }
    return this.socket;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#current?.process.pid;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#current?.process.stop();
    await this.#over;
    this.#current = undefined;
    this.#tellWaiting();
  }

  async #startOne(): Promise<void> {
    const { workerd, folder, program, configuration, log } = this.#options;
    this.#count += 1;
    const path = join(folder, runFiles.configuration);
    const all = { ...configuration, compatibilityDate: program.compatibilityDate };
    writeFileSync(path, workerdConfiguration(all, this.#count), { mode: 0o600 });
    const socket = join(folder, runFiles.workerdSocket(this.#count));
    this.#current = {
      process: await WorkerdProcess.start({ program: workerd, folder, configuration: path, log }),
      socket,
    };
    this.#tellWaiting();
  }

  #tellWaiting(): void {
    for (const tell of this.#waiting) tell();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    const { log, onRestart } = this.#options;
    let waitMilliseconds = 0;
    while (!signal.aborted) {
      const since = performance.now();
      const how = await this.#current?.process.ended;
      if (signal.aborted) return;
      this.#current = undefined;
      if (how !== undefined) log(`workerd ended (${how}): it is started again`, 'problem');
      if (performance.now() - since > soundMilliseconds) waitMilliseconds = 0;
      try {
        await sleep(waitMilliseconds, undefined, { signal });
        onRestart?.();
        await this.#startOne();
      } catch (error) {
        if (!signal.aborted) log((error as Error).message, 'problem');
      }
      waitMilliseconds = Math.min(Math.max(waitMilliseconds * 2, firstWaitMilliseconds), longestWaitMilliseconds);
    }
    // It came while it was being ended.
    await this.#current?.process.stop();
  }
}

interface Running {
  readonly process: WorkerdProcess;
  /** Path of the socket that it listens on. */
  readonly socket: string;
}
