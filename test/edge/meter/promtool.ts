/** Prometheus's own checker, where it is installed. */
import { spawnSync } from 'node:child_process';

interface Ran {
  readonly code: number | null;
  /** All that it wrote. */
  readonly said: string;
}

const isHere = spawnSync('promtool', ['--version']).error === undefined;

/** Runs it with a text as its input; undefined when it is not here. */
export const promtool = isHere
  ? (...args: readonly string[]) =>
      (input: string): Ran => {
        const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
        return { code: status, said: stdout + stderr };
      }
  : undefined;

export function sayThatPromtoolIsMissing(): void {
  process.stdout.write(
    'skipped: promtool is not here (apt-get install prometheus); the metrics are not checked by it\n',
  );
}
