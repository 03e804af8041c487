/**
 * `node test/bench/stub/main.ts [--quick] [--check]`: the stub resolver beside unbound, both on one core. Needs unbound, dnsperf
 * and taskset. With `--check` it exits with 1 when a figure misses its bar.
 */
import { parseArgs } from 'node:util';
import { fullEffort, measureStub, quickEffort } from './measuring.ts';
import { stubTable } from './table.ts';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
});
// By `exit` and not by the signal itself, so that the servers end too.
for (const ending of ['SIGINT', 'SIGTERM'] as const) process.once(ending, () => process.exit(1));
const log = (line: string): unknown => process.stderr.write(`${line}\n`);
try {
  const { lines, missed } = stubTable(await measureStub(flags.quick ? quickEffort : fullEffort, log));
  process.stdout.write(`${lines.join('\n')}\n`);
  if (flags.check && missed > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
