/** What requests cost, as text: questions in rows, servers in columns. */
import { median } from '../statistics.ts';
import { type Cell, layOut, limited, plain, type Table, type Row as TableRow } from '../text-table.ts';
import type { Rounds } from './contest.ts';
import type { HttpFigures } from './figures.ts';
import type { RowFigures } from './measuring.ts';

/** Of the minified script. */
const maxScriptOctets = 150 * 1024;

export function httpTable({ rows, hasCoreDns, scriptOctets }: HttpFigures): Table {
  const columns = [...ownColumns, hasCoreDns ? 'CoreDNS' : 'CoreDNS (left out: npm run cluster builds it)'];
  const sections = [...new Set(rows.map(({ row }) => row.section))];
  const script = [
    limited(scriptOctets, maxScriptOctets, kibibytes),
    ...Array.from({ length: columns.length - 1 }, () => plain('')),
  ];
  return layOut([
    { label: '', cells: columns.map(plain) },
    ...sections.flatMap((section): TableRow[] => [
      { heading: section },
      ...rows.filter(({ row }) => row.section === section).map(tableRow),
    ]),
    { heading: 'What is deployed' },
    { label: 'the script, minified', cells: script },
  ]);
}

const ownColumns = ['the Worker', 'against a route, least to most', 'a hono route', 'an empty Worker'];

function tableRow({ row, worker, route, empty, coredns }: RowFigures): TableRow {
  const costs = [route, empty, coredns].map(costOf);
  return { label: row.label, cells: [costOf(worker), ratioOf(worker, route, row.maxRatio), ...costs] };
}

function costOf(rounds: Rounds | undefined): Cell {
  return plain(rounds === undefined ? '–' : `${median(rounds).toFixed(1)} µs`);
}

/** Of the two in the same round, since what disturbs a round disturbs both. */
function ratioOf(worker: Rounds, route: Rounds, bar: number | undefined): Cell {
  const ratios = worker.map((one, i) => one / route[i]!);
  const { text, isMissed } = limited(median(ratios), bar, times);
  return { text: `${text}, ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`, isMissed };
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

function kibibytes(octets: number): string {
  return `${(octets / 1024).toFixed(1)} KiB`;
}
