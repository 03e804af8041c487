/** Commands as text for people. */
import type { Command } from './step.ts';

/** As a shell reads it. */
export function shownCommand(command: Command): string {
  return command.map(shownWord).join(' ');
}

export function shownWord(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word}"`;
}
