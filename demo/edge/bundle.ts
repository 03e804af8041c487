/** The Worker as one script, as it would be deployed. */
import { type BuildFailure, build, type Plugin } from 'esbuild';

/** Throws an error of one line when the sources do not build. */
export async function bundleWorker(entry: string): Promise<string> {
  const built = build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
    plugins: [platformBuffer],
    logLevel: 'silent',
    minify: true,
  });
  const { outputFiles } = await built.catch((cause: BuildFailure) => {
    const [first] = cause.errors ?? [];
    const where = first?.location ? `${first.location.file}:${first.location.line}: ` : '';
    throw new Error(`the Worker does not build: ${where}${first?.text ?? cause.message}`, { cause });
  });
  return outputFiles[0]!.text;
}

/** dns-packet asks for `buffer` by `require`, which a module has not; the platform has it as `node:buffer`. */
const platformBuffer: Plugin = {
  name: 'platform-buffer',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^buffer$/ }, ({ path }) => ({ path, namespace: 'platform' }));
    onLoad({ filter: /.*/, namespace: 'platform' }, () => ({ contents: "export { Buffer } from 'node:buffer';" }));
  },
};
