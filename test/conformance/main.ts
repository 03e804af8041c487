/** `node test/conformance/main.ts [--write] [ID…]`: tries the cases with all servers. See `usage`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Case } from './case.ts';
import { topics } from './cases/all.ts';
import { columnOf } from './column.ts';
import { type Column, tables, withTables } from './table.ts';
import { startBind } from './targets/bind.ts';
import { startCoreDns } from './targets/coredns.ts';
import type { Target } from './targets/target.ts';
import { startWorker } from './targets/worker.ts';

const usage = `node test/conformance/main.ts [OPTIONS] [ID...]

Tries the conformance cases, or those whose ids begin with ID, and prints what is not as it must be.

  --only SERVER   worker, coredns or bind instead of all three
  --write         write what was seen to docs/conformance.md
`;

const page = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const servers: Readonly<Record<string, () => Promise<Target>>> = {
  worker: startWorker,
  coredns: () => startCoreDns(print),
  bind: startBind,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
const isChosen = ({ id }: Case): boolean =>
  positionals.length === 0 || positionals.some((prefix) => id.startsWith(prefix));
const chosen = topics.map(({ name, cases }) => ({ name, cases: cases.filter(isChosen) }));
const isPartial = values.only !== undefined || positionals.length > 0;
if (values.help || (values.write && isPartial) || (values.only !== undefined && !(values.only in servers))) {
  process.stderr.write(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  await main(values.only === undefined ? Object.keys(servers) : [values.only], values.write ?? false);
}

async function main(names: readonly string[], writes: boolean): Promise<void> {
  const columns: Column[] = [];
  for (const name of names) columns.push(await tryServer(name));
  if (writes) writeFileSync(page, withTables(readFileSync(page, 'utf8'), tables(topics, columns)));
}

async function tryServer(name: string): Promise<Column> {
  const column = await columnOf(servers[name]!, chosen);
  const { description, verdicts } = column;
  for (const { id, source, level } of chosen.flatMap((topic) => topic.cases)) {
    const verdict = verdicts.get(id)!;
    if (verdict.kind === 'fail') print(`${description}: ${id} (${source}, ${level}): ${verdict.complaint}`);
  }
  const count = (kind: string): number => [...verdicts.values()].filter((verdict) => verdict.kind === kind).length;
  print(`${description}: ${count('pass')} as expected, ${count('fail')} not, ${count('unfit')} not tried`);
  return column;
}
