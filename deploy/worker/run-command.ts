/** Runs a command of this folder as the process: its output, its one line for a failure, its exit code. */
import { UsageError } from '../../sync-agent/usage.ts';

/** What a command sees of the process that runs it. */
export interface Terminal {
  readonly variables: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

/** The exit code is the command's; 2 for a wrong command line, 1 for every other failure. */
export async function runCommand(
  name: string,
  command: (args: readonly string[], terminal: Terminal) => Promise<number>,
): Promise<void> {
  try {
    const print = (line: string): unknown => process.stdout.write(`${line}\n`);
    process.exitCode = await command(process.argv.slice(2), { variables: process.env, print });
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
