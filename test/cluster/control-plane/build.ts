/**
 * Builds one program of the control plane with Go, from the module that pins it in `go/`. The executable appears under
 * its name only when it is complete, so an interrupted build leaves nothing that looks finished.
 */
import { spawn } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ControlPlaneFailure } from './failure.ts';

/** How an executable is built; `Program` of versions.ts is one. */
export interface GoProgram {
  readonly name: string;
  readonly version: string;
  /** The folder in `go/` that pins the build. */
  readonly goModule: string;
  /** The Go package with `func main`, as seen from that folder. */
  readonly mainPackage: string;
  readonly linkerFlags: readonly string[];
}

/** The folder of the Go modules that pin the builds. */
export const goModulesFolder = join(import.meta.dirname, 'go');

/** Builds `program` to `<folder>/<name>` and returns that path. Fails with go-missing or build-failed. */
export async function buildProgram(program: GoProgram, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const finished = join(folder, program.name);
  const partial = `${finished}.partial-${process.pid}`;
  try {
    await runGo(program, partial);
    await rename(partial, finished);
  } finally {
    await rm(partial, { force: true });
  }
  return finished;
}

async function runGo(program: GoProgram, output: string): Promise<void> {
  const linkerFlags = ['-s', '-w', ...program.linkerFlags].join(' ');
  // Debugging information is stripped by the linker; not making it saves a tenth of the time.
  const flags = ['-trimpath', '-gcflags=all=-dwarf=false', '-ldflags', linkerFlags];
  const go = spawn('go', ['build', ...flags, '-o', output, program.mainPackage], {
    cwd: join(goModulesFolder, program.goModule),
    env: {
      ...process.env,
      CGO_ENABLED: '0',
      // go.sum decides what is built, and the repository around it is no part of the program.
      GOFLAGS: '-mod=readonly -buildvcs=false',
      GOWORK: 'off',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  go.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000);
  });
  const exitCode = await new Promise<number | null>((settle, fail) => {
    go.once('error', (error) => fail(goDidNotStart(program, error)));
    go.once('close', settle);
  });
  if (exitCode !== 0) {
    const what = `building ${program.name} ${program.version} failed`;
    throw new ControlPlaneFailure('build-failed', `${what}:\n${complaints.trim()}`);
  }
}

function goDidNotStart(program: GoProgram, cause: Error): ControlPlaneFailure {
  return new ControlPlaneFailure(
    'go-missing',
    `${program.name} ${program.version} is not built yet and Go was not found: install Go 1.26 or newer ` +
      '(https://go.dev/dl/), or let KUBE_DOH_CACHE name a cache folder that has the programs',
    { cause },
  );
}
