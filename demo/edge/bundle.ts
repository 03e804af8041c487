/** The Worker as one script, as it would be deployed. */
import { type BuildFailure, build, stop } from 'esbuild';

/** Throws an error of one line when the sources do not build. */
export async function bundleWorker(entry: string): Promise<string> {
  const built = build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*'],
    logLevel: 'silent',
    minify: true,
  });
  try {
    const { outputFiles } = await built;
    return outputFiles[0]!.text;
  } catch (cause) {
    const [first] = (cause as BuildFailure).errors ?? [];
    const where = first?.location ? `${first.location.file}:${first.location.line}: ` : '';
    throw new Error(`the Worker does not build: ${where}${first?.text ?? (cause as Error).message}`, { cause });
  } finally {
    // Its process would live, with nothing to do, for as long as this one.
    await stop();
  }
}
