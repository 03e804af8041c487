/**
 * `node test/bench/endpoints/main.ts`: what it costs to discover the endpoints of a large cluster. `npm run bench` has it
 * too.
 */
import { measureLists } from './measuring.ts';
import { listTable } from './table.ts';

// By `exit` and not by the signal itself, so that the servers end too.
for (const ending of ['SIGINT', 'SIGTERM'] as const) process.once(ending, () => process.exit(1));
const { lines } = listTable(await measureLists((line) => process.stderr.write(`${line}\n`)));
process.stdout.write(`${lines.join('\n')}\n`);
