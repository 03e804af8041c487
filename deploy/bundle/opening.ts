/**
 * What the one script does before the commands: it refuses a Node that is too old, in one line where it would fail somewhere
 * in the middle, and starts the agent with the flags that it runs best with.
 */
import { nodeFlags } from './node-flags.ts';

/** The oldest Node that the script runs on, and that it is tested with. */
export const leastNode = '22.19.0';

/**
 * JavaScript, for the beginning of the script. Its first line names no flags, since the `env` of Alpine and of the BSDs can
 * pass none on; so the agent replaces its own process, by execve(2), with one that has them. Windows has no execve(2).
 */
export function opening(): string {
  return [requireForCommonJs, refusal, agentFlags].join('\n');
}

/** Packages in CommonJS call it for Node's own modules; a module has none. */
const requireForCommonJs =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

const [leastMajor, leastMinor] = leastNode.split('.').map(Number);
const least = `${leastMajor}.${leastMinor}`;

const refusal = `{
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < ${leastMajor} || (major === ${leastMajor} && minor < ${leastMinor})) {
    process.stderr.write('kube-doh: this needs Node ${least} or newer, and this is ' + process.versions.node + ': put a newer one first in PATH\\n');
    process.exit(1);
  }
}`;

const agentFlags = `{
  const flags = ${JSON.stringify(nodeFlags)};
  const { argv, execArgv, execPath, platform } = process;
  if (argv[2] === 'agent' && platform !== 'win32' && !flags.every((flag) => execArgv.includes(flag))) {
    process.execve?.(execPath, [execPath, ...execArgv, ...flags, ...argv.slice(1)], process.env);
  }
}`;
