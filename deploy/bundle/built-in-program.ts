/**
 * What workerd runs, built into the command: it takes the place of edge/program/program.ts, which builds it from sources that
 * are not there where the command is shipped to.
 */
import type { Plugin } from 'esbuild';
import type { Program } from '../../edge/program/program.ts';

/** For a bundle that imports `loadProgram`. */
export function builtInProgram(program: Program): Plugin {
  return {
    name: 'built-in-program',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]edge[\\/]program[\\/]program\.ts$/ }, () => ({
        contents: `export async function loadProgram() { return ${JSON.stringify(program)}; }`,
      }));
    },
  };
}
