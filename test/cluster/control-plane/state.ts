/**
 * state.json: what a control plane's folder says about its processes and addresses, for `status`, `down` and tests.
 * It is written before the first process starts and again with each one, so a start that breaks off leaves no process
 * that `down` cannot find.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { ControlPlaneFailure } from './failure.ts';
import { planeFiles } from './folder.ts';
import { isRunning } from './processes.ts';
import { type ProgramName, programs } from './versions.ts';

/** The process identifiers of the programs that were started. */
export type ProcessIds = Readonly<Partial<Record<ProgramName, number>>>;

/** The content of state.json. Paths are absolute. */
export interface PlaneState {
  /** The folder, as an absolute path without symbolic links: the programs' command lines carry it. */
  readonly directory: string;
  /** The start came to its end. */
  readonly ready: boolean;
  readonly kubeconfig: string;
  /** `https://127.0.0.1:PORT` */
  readonly apiServer: string;
  /** CoreDNS over UDP and TCP: `127.0.0.1:PORT` */
  readonly dns: string;
  /** CoreDNS over HTTPS: `https://127.0.0.1:PORT/dns-query` */
  readonly doh: string;
  /** PEM file that verifies `doh` and `apiServer`. */
  readonly dohCa: string;
  /** Bearer token of a member of system:masters. */
  readonly adminToken: string;
  readonly pids: ProcessIds;
}

/** Reads the state in `directory`; undefined where there is none. Fails with state-unreadable. */
export async function readState(directory: string): Promise<PlaneState | undefined> {
  const path = planeFiles(directory).state;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw unreadable(path, error);
  }
  try {
    return requireState(JSON.parse(text));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Writes the state in `directory` whole: a reader sees the old one or the new one. */
export async function writeState(directory: string, state: PlaneState): Promise<void> {
  const path = planeFiles(directory).state;
  await writeFile(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The programs that run at this moment. */
export async function runningPrograms(state: PlaneState): Promise<ReadonlySet<ProgramName>> {
  const running = new Set<ProgramName>();
  for (const { name } of programs) {
    const pid = state.pids[name];
    if (pid !== undefined && (await isRunning(pid, state.directory))) running.add(name);
  }
  return running;
}

/** The control plane was started to the end, and all of it still runs. */
export async function isWhole(state: PlaneState): Promise<boolean> {
  return state.ready && (await runningPrograms(state)).size === programs.length;
}

function requireState(content: unknown): PlaneState {
  const { directory, pids } = content as Partial<PlaneState>;
  if (typeof directory !== 'string' || typeof pids !== 'object') throw new Error('not the state of a control plane');
  return content as PlaneState;
}

function isNotFound(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function unreadable(path: string, cause: unknown): ControlPlaneFailure {
  const message = `${path} is not a control plane's state: end what runs in that folder by hand, then delete the file`;
  return new ControlPlaneFailure('state-unreadable', message, { cause });
}
