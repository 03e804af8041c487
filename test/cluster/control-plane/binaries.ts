/**
 * Finds the executables of the control plane, and builds those that are missing. Looked at in this order: the folder
 * of $KUBEBUILDER_ASSETS, the cache folder, a Go build into the cache folder. With all of them cached, Go is not needed.
 */
import { access, constants, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buildProgram, goModulesFolder } from './build.ts';
import { cacheKey, type Program, type ProgramName, programs } from './versions.ts';

/** Absolute paths of all executables. */
export type Binaries = Readonly<Record<ProgramName, string>>;

/** The repository's own cache folder, which $KUBE_DOH_CACHE replaces for executables. */
export const defaultCacheFolder = resolve(import.meta.dirname, '../../../.cache');

/** Returns the path of every executable; `log` gets lines only where something is built. */
export async function findOrBuildBinaries(
  environment: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<Binaries> {
  const places = await binaryFolders(environment);
  const cacheFolder = places.at(-1)!;
  const found = await Promise.all(programs.map((program) => firstExecutable(program, places)));
  const missing = programs.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) log(`building ${missing.length} programs with Go into ${cacheFolder}, once: some minutes`);

  const paths: Partial<Record<ProgramName, string>> = {};
  for (const [index, program] of programs.entries()) {
    paths[program.name] = found[index] ?? (await buildAndReport(program, cacheFolder, log));
  }
  return paths as Binaries;
}

/** The path of one executable, if it is there already. */
export async function findBinary(name: ProgramName, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  return firstExecutable({ name }, await binaryFolders(environment));
}

/** In the order in which they are looked at; the last is the cache folder. */
async function binaryFolders(environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const cacheFolder = await binaryCacheFolder(environment);
  const assetsFolder = environment['KUBEBUILDER_ASSETS'];
  return assetsFolder ? [resolve(assetsFolder), cacheFolder] : [cacheFolder];
}

/** The folder that holds the executables of exactly these versions. */
async function binaryCacheFolder(environment: NodeJS.ProcessEnv): Promise<string> {
  const goFiles = await Promise.all(
    ['kubernetes/go.mod', 'coredns/go.mod', 'coredns/main.go'].map((file) =>
      readFile(join(goModulesFolder, file), 'utf8'),
    ),
  );
  const root = environment['KUBE_DOH_CACHE'] ? resolve(environment['KUBE_DOH_CACHE']) : defaultCacheFolder;
  return join(root, 'control-plane', cacheKey(goFiles, process), 'bin');
}

async function buildAndReport(program: Program, cacheFolder: string, log: (line: string) => void): Promise<string> {
  const startedAt = performance.now();
  log(`building ${program.name} ${program.version} …`);
  const path = await buildProgram(program, cacheFolder);
  log(`building ${program.name} ${program.version} … ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  return path;
}

async function firstExecutable(
  program: Pick<Program, 'name'>,
  folders: readonly string[],
): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, program.name);
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return path;
  }
  return undefined;
}
