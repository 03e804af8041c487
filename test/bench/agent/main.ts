/**
 * `node test/bench/agent/main.ts [--quick] [--check]`: the table of what an agent costs by itself; `--quick` has changes for half a
 * minute instead of five, `--small` a small cluster. `npm run bench` has it all.
 */
import { parseArgs } from 'node:util';
import { measureAgent } from './measuring.ts';
import { fullSizes, quickSizes, smallSizes } from './sizes.ts';
import { agentTable } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    small: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
// By `exit` and not by the signal itself, so that what was started ends too.
for (const ending of ['SIGINT', 'SIGTERM'] as const) process.once(ending, () => process.exit(1));
const log = (line: string): unknown => process.stderr.write(`${line}\n`);
try {
  const figures = await measureAgent(flags.small ? smallSizes : flags.quick ? quickSizes : fullSizes, log);
  const { lines, missed } = agentTable(figures);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (missed > 0) process.stdout.write(`\nFigures that miss their bars: ${missed}\n`);
  if (flags.check && missed > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
