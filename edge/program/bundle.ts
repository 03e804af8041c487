/** The Worker as one script, as it is deployed; and other scripts for workerd in the same way. */
import { fileURLToPath } from 'node:url';
import { minify } from '@swc/core';
import { type BuildFailure, build, stop } from 'esbuild';
import { internalMembers } from './internal-members.ts';

/** Throws an error of one line when the sources do not build. */
export async function bundleWorker(entry: string): Promise<string> {
  const [script] = await bundleScripts([entry]);
  return script!;
}

/** One script for each entry, in their order. As `bundleWorker`. */
export async function bundleScripts(entries: readonly string[]): Promise<readonly string[]> {
  return (await bundle(entries)).scripts;
}

/** Paths, relative to the repository, of the files that something in these scripts is from. As `bundleWorker`. */
export async function filesInScripts(entries: readonly string[]): Promise<readonly string[]> {
  return (await bundle(entries)).files;
}

interface Bundled {
  readonly scripts: readonly string[];
  readonly files: readonly string[];
}

async function bundle(entries: readonly string[]): Promise<Bundled> {
  const built = build({
    absWorkingDir: fileURLToPath(new URL('../../', import.meta.url)),
    entryPoints: [...entries],
    bundle: true,
    write: false,
    metafile: true,
    outdir: '/',
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*'],
    logLevel: 'silent',
    minify: true,
    mangleProps: new RegExp(`^(${internalMembers.join('|')})$`),
  });
  try {
    const { outputFiles, metafile } = await built;
    const parts = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
    const files = parts.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
    return { scripts: await Promise.all(outputFiles.map(({ text }) => shortened(text))), files };
  } catch (cause) {
    const [first] = (cause as BuildFailure).errors ?? [];
    const where = first?.location ? `${first.location.file}:${first.location.line}: ` : '';
    throw new Error(`the Worker does not build: ${where}${first?.text ?? (cause as Error).message}`, { cause });
  } finally {
    // Its process would live, with nothing to do, for as long as this one.
    await stop();
  }
}

/** What esbuild leaves: functions that are called once, arguments that nobody reads, and `undefined` in full each time. */
async function shortened(script: string): Promise<string> {
  const compress = { module: true, ecma: 2020, passes: 3, keep_fargs: false, unsafe_arrows: true } as const;
  const { code } = await minify(script, { module: true, ecma: 2020, compress, mangle: true });
  if (code.includes(nothing)) throw new Error(`the Worker does not build: ${nothing} stands in it already`);
  return `let ${nothing};${code.replaceAll('void 0', nothing)}`;
}

/** Shorter than `void 0`, which a minifier writes for it; no text in the scripts holds that. */
const nothing = '$u';
