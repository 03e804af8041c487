/**
 * Starts, recognises and ends the control plane's processes. They run detached from the process that started them. A
 * process identifier from a file may meanwhile belong to somebody else: it counts as ours only while its command line
 * names the control plane's folder.
 */
import { execFile, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ControlPlaneFailure } from './failure.ts';
import { logFile, type PlaneFiles } from './folder.ts';
import type { ProgramName } from './versions.ts';

/** A process that was started here. */
export interface StartedProcess {
  readonly program: ProgramName;
  /** Undefined when the program could not be started at all. */
  readonly pid: number | undefined;
  /** How the process ended, as the rest of a sentence ("exited with code 1"); undefined while it runs. */
  readonly ended: () => string | undefined;
}

/** Starts one program with its output in its log file. */
export async function startProcess(
  files: PlaneFiles,
  program: ProgramName,
  executable: string,
  commandLine: readonly string[],
): Promise<StartedProcess> {
  const log = await open(logFile(files, program), 'a');
  const child = spawn(executable, commandLine, {
    cwd: files.directory,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.unref();
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = `could not be started (${error.message})`;
  });
  child.once('exit', (exitCode, signal) => {
    ended = signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`;
  });
  await log.close();
  return { program, pid: child.pid, ended: () => ended };
}

/** Fails with process-ended, and the end of its log, if one of the processes has ended. */
export async function requireRunning(files: PlaneFiles, processes: readonly StartedProcess[]): Promise<void> {
  for (const { program, ended } of processes) {
    const how = ended();
    if (how === undefined) continue;
    const path = logFile(files, program);
    const log = (await readFile(path, 'utf8').catch(() => '')).trim();
    const tail = log === '' ? '(it printed nothing)' : log.split('\n').slice(-15).join('\n');
    throw new ControlPlaneFailure('process-ended', `${program} ${how}; the end of ${path}:\n${tail}`);
  }
}

/** Tells whether `pid` is a live process of the control plane in `directory`. */
export async function isRunning(pid: number, directory: string): Promise<boolean> {
  return (await commandLineOf(pid)).includes(`${directory}/`);
}

/** Ends the processes and waits until they are gone. Nothing they hold is kept, so they are not asked to finish. */
export async function endProcesses(pids: readonly number[], directory: string): Promise<void> {
  await Promise.all(
    pids.map(async (pid) => {
      while (await isRunning(pid, directory)) {
        kill(pid);
        await sleep(10);
      }
    }),
  );
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Empty for a process that is gone, and for one that has ended but was not yet collected by its parent. */
async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  );
}
