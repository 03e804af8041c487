/** `node deploy/cost/main.ts`: prints what an edge on Cloudflare costs in a month, as docs/deploying-the-worker.md has it. */
import { costTables } from './tables.ts';

process.stdout.write(`${costTables().join('\n')}\n`);
