/** Commands, one after the other. */
import type { Host } from './host.ts';
import { scriptOf } from './powershell.ts';
import { shownCommand } from './shown-command.ts';
import type { Command } from './step.ts';

/** What went wrong with the first one that failed, in one line; undefined when all went well. */
export function runAll(host: Host, commands: readonly Command[]): string | undefined {
  for (const command of commands) {
    const { code, stderr } = host.run(command);
    if (code === 0) continue;
    const [said = ''] = stderr.trim().split('\n');
    const why = code === undefined ? 'it cannot be started' : said === '' ? `exit code ${code}` : said;
    return `${nameOf(command)} failed: ${why}`;
  }
  return undefined;
}

/** A script is told by its last line, which does what the others prepare. */
function nameOf(command: Command): string {
  const script = scriptOf(command);
  return script === undefined ? `"${shownCommand(command)}"` : `"${script.at(-1)}"`;
}
