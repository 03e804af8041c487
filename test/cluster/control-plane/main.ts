/**
 * `npm run cluster -- up|down|status [--dir DIR]`: a real Kubernetes control plane on 127.0.0.1. Exit codes: 0 done (or
 * running), 1 failed, 2 wrong usage, 3 not running.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultCacheFolder } from './binaries.ts';
import { startControlPlane } from './control-plane.ts';
import { ControlPlaneFailure } from './failure.ts';
import { removeControlPlane } from './removal.ts';
import { isWhole, type PlaneState, readState, runningPrograms } from './state.ts';
import { programs } from './versions.ts';

const usage = `Usage: npm run cluster -- up|down|status [--dir DIR]
  up      start a control plane and print where it listens; the first time, build it with Go
  down    end it and remove its folder
  status  say what runs; exit code 0 if all of it does, 3 if not
  --dir   the control plane's folder (default .cache/control-plane/run); several run side by side`;

// A reader that has gone away, as in `… up | head`, is no failure.
process.stdout.on('error', () => {});

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ControlPlaneFailure)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}

async function run(argv: readonly string[]): Promise<number> {
  const request = parseRequest(argv);
  switch (request?.command) {
    case 'up':
      return up(request.directory);
    case 'down':
      return down(request.directory);
    case 'status':
      return status(request.directory);
    case undefined:
      process.stderr.write(`${usage}\n`);
      return 2;
  }
}

interface Request {
  readonly command: 'up' | 'down' | 'status';
  readonly directory: string;
}

function parseRequest(argv: readonly string[]): Request | undefined {
  try {
    const { positionals, values } = parseArgs({
      args: [...argv],
      options: { dir: { type: 'string', default: join(defaultCacheFolder, 'control-plane', 'run') } },
      allowPositionals: true,
    });
    const [command, ...surplus] = positionals;
    if (surplus.length > 0) return undefined;
    if (command !== 'up' && command !== 'down' && command !== 'status') return undefined;
    return { command, directory: resolve(values.dir) };
  } catch {
    return undefined;
  }
}

async function up(directory: string): Promise<number> {
  const state = await readState(directory);
  if (state !== undefined && (await isWhole(state))) {
    print('already running');
    print(addresses(state));
    return 0;
  }
  const startedAt = performance.now();
  await startControlPlane({ directory, log: print, lifetime: 'detached' });
  print(`running after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  const started = await readState(directory);
  if (started !== undefined) print(addresses(started));
  return 0;
}

async function down(directory: string): Promise<number> {
  print((await removeControlPlane(directory)) ? `ended, ${directory} is removed` : `nothing runs in ${directory}`);
  return 0;
}

async function status(directory: string): Promise<number> {
  const state = await readState(directory);
  if (state === undefined) {
    print(`nothing runs in ${directory}`);
    return 3;
  }
  const running = await runningPrograms(state);
  for (const { name } of programs) {
    print(`${name.padEnd(24)}${running.has(name) ? `running, process ${state.pids[name]}` : 'not running'}`);
  }
  if (!state.ready) print('its start has not come to its end');
  print(addresses(state));
  return (await isWhole(state)) ? 0 : 3;
}

function addresses(state: PlaneState): string {
  return `kubeconfig  ${state.kubeconfig}
API server  ${state.apiServer}
CoreDNS     ${state.dns} (UDP and TCP)
            ${state.doh} (verified by ${state.dohCa})`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
