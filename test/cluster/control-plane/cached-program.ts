/** A program that only some tests need, built once from its released Go module and kept beside those of the control plane. */
import { createHash } from 'node:crypto';
import { access, constants, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defaultCacheFolder } from './binaries.ts';
import { buildProgram, type GoProgram, goModulesFolder } from './build.ts';

/** What a build may take on two processors. */
export const buildMilliseconds = 15 * 60 * 1000;

/** Its path; `sources` are the files of its module that it is built from. Fails as `buildProgram` does. */
export async function cachedProgram(
  program: GoProgram,
  sources: readonly string[] = ['go.mod', 'go.sum'],
): Promise<string> {
  const files = sources.map((file) => readFile(join(goModulesFolder, program.goModule, file), 'utf8'));
  const facts = [program, ...(await Promise.all(files)), process.platform, process.arch];
  const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
  const cache = process.env['KUBE_DOH_CACHE'];
  const folder = join(cache ? resolve(cache) : defaultCacheFolder, program.name, key, 'bin');
  const path = join(folder, program.name);
  try {
    await access(path, constants.X_OK);
    return path;
  } catch {
    process.stdout.write(`building ${program.name} ${program.version} into ${folder}, once: some minutes\n`);
    return buildProgram(program, folder);
  }
}
