/** A program that is measured: started in a folder of its own, and ended with the process that started it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface StartedProgram {
  readonly processId: number;
  /** By `performance.now`. */
  readonly startedAt: number;
  /** Rejects, with the last that it said, if it ends before it is stopped. */
  readonly failure: Promise<never>;
  /** Asks it to end, and waits. */
  stop(): Promise<void>;
}

const maxSaidCharacters = 4000;

/** `configure` writes what it needs into the folder, and gives the arguments. */
export function startProgram(
  executable: string,
  configure: (folder: string) => readonly string[],
  environment: Readonly<Record<string, string>> = {},
): StartedProgram {
  const folder = mkdtempSync(join(tmpdir(), 'kube-doh-bench-'));
  const args = configure(folder);
  const startedAt = performance.now();
  const child = spawn(executable, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-maxSaidCharacters);
    });
  }
  const kill = (): void => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', kill);
  const ended = once(child, 'exit');
  const failure = ended.then(() => {
    throw new Error(`${executable} ended:\n${said.trim()}`);
  });
  failure.catch(() => {});
  return {
    processId: child.pid!,
    startedAt,
    failure,
    stop: async () => {
      process.off('exit', kill);
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
