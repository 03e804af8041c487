/**
 * `node test/bench/http/main.ts [--quick] [--only WORDS]`: the table of what requests cost by itself, in a shorter time, or of
 * the rows alone whose names (rows.ts) hold the words. `npm run bench` has it all.
 */
import { parseArgs } from 'node:util';
import { fullEffort, quickEffort } from './contest.ts';
import { measureHttp } from './figures.ts';
import { httpTable } from './table.ts';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});
// By `exit` and not by the signal itself, so that the servers end too.
for (const ending of ['SIGINT', 'SIGTERM'] as const) process.once(ending, () => process.exit(1));
const log = (line: string): unknown => process.stderr.write(`${line}\n`);
const { lines } = httpTable(await measureHttp(flags.quick ? quickEffort : fullEffort, flags.only, log));
process.stdout.write(`${lines.join('\n')}\n`);
