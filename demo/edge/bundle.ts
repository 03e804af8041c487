/** The Worker as one script, as it would be deployed. */
import { build, type Plugin } from 'esbuild';

/** Throws when the sources do not build. */
export async function bundleWorker(entry: string): Promise<string> {
  const { outputFiles } = await build({
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
