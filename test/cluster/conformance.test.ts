/** docs/conformance.md says of every server exactly what it does. Needs BIND: apt-get install bind9. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { topics } from '../conformance/cases/all.ts';
import { columnOf } from '../conformance/column.ts';
import { type Column, rowsOf, tables, withTables } from '../conformance/table.ts';
import { startBind } from '../conformance/targets/bind.ts';
import { startCoreDns } from '../conformance/targets/coredns.ts';
import { startWorker } from '../conformance/targets/worker.ts';

test('the page is what the servers do', async () => {
  const starts = [startWorker, () => startCoreDns((line) => process.stdout.write(`${line}\n`)), startBind];
  const columns: Column[] = [];
  for (const start of starts) columns.push(await columnOf(start, topics));
  const page = readFileSync('docs/conformance.md', 'utf8');
  const seen = withTables(page, tables(topics, columns));
  const [, , bind] = columns;
  // Debian moves on to other versions of BIND, of which the page says nothing.
  const isOfThisBind = page.includes(`| ${bind!.description} |`);
  const compared = (text: string) => rowsOf(text).map((row) => (isOfThisBind ? row : row.slice(0, -1)));
  expect(compared(page)).toEqual(compared(seen));
  if (isOfThisBind) expect(page, 'write it anew: node test/conformance/main.ts --write').toBe(seen);
}, 180_000);
