/**
 * The `kube-doh` command as one script that needs no packages beside it: what the npm package and the container image hold.
 *
 * Of @kubernetes/client-node it holds KubeConfig alone. The rest, the generated API first of all, would cost each agent
 * 60 MB and a third of a second, and nothing in it is ever called.
 */
import { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { type BuildFailure, build, type Plugin, stop } from 'esbuild';
import { filesInScripts } from '../../edge/program/bundle.ts';
import { loadProgram, programEntries } from '../../edge/program/program.ts';
import { root, sourcePackage } from '../source-package.ts';
import { builtInProgram } from './built-in-program.ts';
import { leastNode, opening } from './opening.ts';

const entry = `${root}client/main.ts`;

export interface CommandBundle {
  /** JavaScript, with a first line by which it is run as a program. */
  readonly script: string;
  /** Paths, relative to the repository, of the files that something in it is from, the Worker that it has built in too. */
  readonly files: readonly string[];
}

/** The text of the script. Throws as `buildCommand` does. */
export async function bundleCommand(): Promise<string> {
  return (await buildCommand()).script;
}

/** The same sources and packages give the same octets. Throws an error of one line when the sources do not build. */
export async function buildCommand(): Promise<CommandBundle> {
  // Before the other build, which would end with it.
  const program = await loadProgram();
  const filesOfProgram = await filesInScripts(programEntries);
  const built = build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: `node${leastNode}`,
    define: { KUBE_DOH_VERSION: JSON.stringify(sourcePackage().version) },
    banner: { js: opening() },
    plugins: [builtInProgram(program), kubeConfigAlone, builtinsByRequire],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  try {
    const { outputFiles, metafile } = await built;
    const [output] = Object.values(metafile.outputs);
    const used = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    // What the plugins below make up has a name of theirs in front.
    const files = used.map(([path]) => path).filter((path) => !path.includes(':'));
    return { script: outputFiles[0]!.text, files: [...files, ...filesOfProgram] };
  } catch (cause) {
    const [first] = (cause as BuildFailure).errors ?? [];
    const where = first?.location ? `${first.location.file}:${first.location.line}: ` : '';
    throw new Error(`kube-doh does not build: ${where}${first?.text ?? (cause as Error).message}`, { cause });
  } finally {
    // Its process would live, with nothing to do, for as long as this one.
    await stop();
  }
}

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
