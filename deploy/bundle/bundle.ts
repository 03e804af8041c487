/**
 * The `kube-doh` command as one script that needs no packages beside it: what a container image holds.
 *
 * Of @kubernetes/client-node it holds KubeConfig alone. The rest, the generated API first of all, would cost each agent
 * 60 MB and a third of a second, and nothing in it is ever called.
 */
import { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildFailure, build, type Plugin, stop } from 'esbuild';
import { nodeFlags } from './node-flags.ts';

/** Also what install.mjs brings. */
const leastNodeMajor = 24;

const entry = fileURLToPath(new URL('../../client/main.ts', import.meta.url));

/** The text of the script, whose first line starts it with its flags. Throws an error of one line when the sources do not build. */
export async function bundleCommand(): Promise<string> {
  const built = build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: `node${leastNodeMajor}`,
    banner: { js: `${requireForCommonJs}\n${refusalOfOldNode}` },
    plugins: [kubeConfigAlone, builtinsByRequire],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  try {
    const { outputFiles } = await built;
    return outputFiles[0]!.text.replace(/^#!.*/, `#!/usr/bin/env -S node ${nodeFlags.join(' ')}`);
  } catch (cause) {
    const [first] = (cause as BuildFailure).errors ?? [];
    const where = first?.location ? `${first.location.file}:${first.location.line}: ` : '';
    throw new Error(`kube-doh does not build: ${where}${first?.text ?? (cause as Error).message}`, { cause });
  } finally {
    // Its process would live, with nothing to do, for as long as this one.
    await stop();
  }
}

/** Packages in CommonJS call it for Node's own modules; a module has none. */
const requireForCommonJs =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** Runs before the commands: one line, where they would fail somewhere in the middle. */
const refusalOfOldNode = `if (Number.parseInt(process.versions.node) < ${leastNodeMajor}) {
  process.stderr.write('kube-doh: this needs Node ${leastNodeMajor}, and this is ' + process.versions.node + ': put a newer one first in PATH\\n');
  process.exit(1);
}`;

/** What KubeConfig imports and calls only where somebody asks it for an API client. A name more does not build. */
const unneeded: ReadonlyMap<string, readonly string[]> = new Map([
  ['./gen/index.js', ['createConfiguration', 'ServerConfiguration']],
  ['undici', ['Agent', 'ProxyAgent']],
]);

const kubeConfigAlone: Plugin = {
  name: 'kube-config-alone',
  setup({ onResolve, onLoad }) {
    const clientNode = createRequire(entry).resolve('@kubernetes/client-node');
    const folder = dirname(clientNode);
    onResolve({ filter: /^@kubernetes\/client-node$/ }, () => ({ path: `${folder}/config.js` }));
    onResolve({ filter: /^(\.\/gen\/index\.js|undici)$/ }, ({ path, importer }) =>
      dirname(importer) === folder ? { path, namespace: 'unneeded' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'unneeded' }, ({ path }) => {
      const names = unneeded.get(path)!;
      return { contents: names.map((name) => `export const ${name} = undefined;`).join('\n') };
    });
  },
};

/**
 * Node's own modules, got by `require`. By `import`, Node makes a module of each, and reads all that it exports to do so:
 * of `node:http` that loads the whole of its `fetch`, which takes 30 ms and some MB.
 */
const builtinsByRequire: Plugin = {
  name: 'builtins-by-require',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined;
      return kind === 'require-call' ? { path, external: true } : { path, namespace: 'builtin' };
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
    }));
  },
};
