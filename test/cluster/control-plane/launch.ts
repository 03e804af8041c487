/**
 * One start of a control plane: runs programs, keeps state.json up to date with their identifiers, and waits for
 * conditions while watching that every program lives.
 */
import type { Binaries } from './binaries.ts';
import { commandLines } from './command-lines.ts';
import { ControlPlaneFailure } from './failure.ts';
import { logFile, type PlaneFiles } from './folder.ts';
import type { Ports } from './ports.ts';
import { endProcesses, requireRunning, type StartedProcess, startProcess } from './processes.ts';
import { type PlaneState, writeState } from './state.ts';
import type { ProgramName } from './versions.ts';
import { waitUntil } from './wait-until.ts';

const timeoutSeconds = 60;

/** A start in progress. */
export class Launch {
  readonly #files: PlaneFiles;
  readonly #binaries: Binaries;
  readonly #commandLines: Readonly<Record<ProgramName, readonly string[]>>;
  readonly #processes: StartedProcess[] = [];
  #state: PlaneState;

  constructor(files: PlaneFiles, ports: Ports, binaries: Binaries, adminToken: string) {
    this.#files = files;
    this.#binaries = binaries;
    this.#commandLines = commandLines(files, ports);
    this.#state = {
      directory: files.directory,
      ready: false,
      kubeconfig: files.kubeconfig,
      apiServer: `https://127.0.0.1:${ports.apiServer}`,
      dns: `127.0.0.1:${ports.dns}`,
      doh: `https://127.0.0.1:${ports.doh}/dns-query`,
      dohCa: files.authority,
      adminToken,
      pids: {},
    };
  }

  get state(): PlaneState {
    return this.#state;
  }

  /** Writes state.json; the start begins with it. */
  async record(change: Partial<PlaneState> = {}): Promise<void> {
    this.#state = { ...this.#state, ...change };
    await writeState(this.#files.directory, this.#state);
  }

  /** Starts one program and records it. */
  async run(program: ProgramName): Promise<void> {
    const started = await startProcess(this.#files, program, this.#binaries[program], this.#commandLines[program]);
    this.#processes.push(started);
    if (started.pid !== undefined) await this.record({ pids: { ...this.#state.pids, [program]: started.pid } });
  }

  /**
   * Waits up to a minute for `condition` to return something truthy, and returns that. Fails with process-ended when
   * a program ends, and with not-ready, naming the log of `program`, after the minute.
   */
  async reach<T>(program: ProgramName, description: string, condition: () => Promise<T | undefined>): Promise<T> {
    const alive = async () => {
      await requireRunning(this.#files, this.#processes);
      return condition();
    };
    try {
      return await waitUntil(description, alive, { timeoutSeconds });
    } catch (error) {
      if (!(error instanceof ControlPlaneFailure) || error.code !== 'not-ready') throw error;
      throw new ControlPlaneFailure('not-ready', `${error.message}; see ${logFile(this.#files, program)}`);
    }
  }

  /** Ends every program that was run. */
  async abandon(): Promise<void> {
    await endProcesses(Object.values(this.#state.pids), this.#files.directory);
  }
}
