/** `npm start`'s program as a child process, as a user runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { waitUntil } from '../control-plane/wait-until.ts';

/** The ready file. */
export interface Ready {
  readonly url: string;
  readonly doh: string;
  readonly token: string;
  readonly cluster: string;
  readonly zones: readonly string[];
  readonly ca: string;
}

export interface Program {
  readonly ready: Ready;
  stop(): Promise<void>;
}

/** What it ended with, when it could not start. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
}

export async function startProgram(args: readonly string[], readyFile: string): Promise<Program> {
  const child = spawn(process.execPath, ['demo/main.ts', ...args, '--ready-file', readyFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await waitUntil('the ready file', () => existsSync(readyFile) || child.exitCode !== null, { timeoutSeconds: 60 });
  return { ready: JSON.parse(readFileSync(readyFile, 'utf8')) as Ready, stop: () => end(child) };
}

/** Runs it until it ends by itself. */
export async function runProgram(args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['demo/main.ts', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  await new Promise((resolve) => child.once('close', resolve));
  return { exitCode: child.exitCode, stderr };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
