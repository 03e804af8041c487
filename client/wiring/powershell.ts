/** Lines of PowerShell as a command. */
import type { Command } from './step.ts';

/** Windows would take a program of its bare name from the current folder first, and an administrator runs this. */
const program = `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;

/** Ends with the first line that fails. */
export function powershell(lines: readonly string[]): Command {
  const script = ["$ErrorActionPreference = 'Stop'", ...lines].join('\n');
  return [program, '-NoProfile', '-NonInteractive', '-Command', script];
}

/** The lines of such a command; undefined for another. */
export function scriptOf(command: Command): readonly string[] | undefined {
  return command[0] === program ? command.at(-1)?.split('\n') : undefined;
}

/** A text as PowerShell reads it: nothing in it counts but the quote itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
