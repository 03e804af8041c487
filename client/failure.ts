/** The end of a program that failed: one line for its user, an exit code for its caller. */
import { UsageError } from '../sync-agent/usage.ts';

const exitCodes = { failure: 1, usage: 2 } as const;

/** Writes the line to stderr, and gives the exit code: 2 for a wrong command line, otherwise 1. */
export function tellFailure(error: unknown): number {
  // What comes after the first line is for programmers, as the excerpts of a parser are.
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
  process.stderr.write(`kube-doh: ${line}\n`);
  return error instanceof UsageError ? exitCodes.usage : exitCodes.failure;
}
