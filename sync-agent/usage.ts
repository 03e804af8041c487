/**
 * Command lines: what `parseArgs` and the readers of single flags find wrong, told as one line.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A command line that makes no sense. The message is one line that says what to pass instead. */
export class UsageError extends Error {
  readonly code = 'USAGE';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** As `parseArgs`, but throws UsageError; `help` is the command that lists the flags. */
export function parseCommandLine<T extends ParseArgsConfig>(config: T, help: string): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // The sentences that follow tell how to escape, which nobody meant to.
    const [firstSentence] = (error as Error).message.split(/\.\s/);
    throw new UsageError(`${firstSentence}; see ${help}`);
  }
}

/** Reads one flag after the other and remembers what is wrong, so that all of it can be told at once. */
export class FlagChecks {
  readonly #problems: string[] = [];

  /** What `read` returns; undefined when it throws UsageError. */
  read<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#problems.push(error.message);
      return undefined;
    }
  }

  get failed(): boolean {
    return this.#problems.length > 0;
  }

  /** All that was wrong, in one line; behind it what may be why. */
  error(hints: readonly string[] = []): UsageError {
    return new UsageError([...this.#problems, ...hints].join('; ').replace(/[\r\n]+/g, ' '));
  }
}
