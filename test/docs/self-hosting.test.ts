/** docs/self-hosting.md names options and metrics that there are, all of them. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { edgeFlags, readEdgeFlags, usage } from '../../client/commands/edge/edge-options.ts';
import { Meter } from '../../edge/meter/meter.ts';
import { parsePoints } from '../../edge/meter/point.ts';

const markdown = readFileSync(new URL('../../docs/self-hosting.md', import.meta.url), 'utf8');

/** The cells of the table that begins with this one. */
function table(first: string): string[][] {
  const lines = markdown.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${first} |`)) + 2;
  const rows = lines.slice(at, lines.indexOf('', at));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('every option is there, and in the help', () => {
  const named = table('option').map(([option]) => /^`--([a-z-]+)/.exec(option!)?.[1]);
  expect(named.toSorted()).toEqual(Object.keys(edgeFlags).toSorted());
  for (const name of named) expect(usage).toContain(`  --${name} `.trimEnd());
});

test('defaults are what is said', () => {
  const { listen, variables } = readEdgeFlags({ data: 'd' });
  const said = new Map(table('option').map(([option, value]) => [/^`(--[a-z-]+)/.exec(option!)![1], value]));
  expect(said.get('--listen')).toBe(`${listen.host}:${listen.port}`);
  expect(said.get('--outside-zone')).toBe(variables['OUTSIDE_ZONE']);
});

test('every metric is there, with its type, labels and help', () => {
  const meter = new Meter();
  const point = (what: string) => ({ blobs: [what, 'r', 's', 'c', 'p'], doubles: [1] });
  meter.take(parsePoints(JSON.stringify(['requests', 'answers', 'loads', 'age'].map(point)))!);
  meter.noteStoreOperation({ operation: 'read', result: 'ok' });
  const text = meter.text();
  const rows = [...text.matchAll(/^# HELP (\S+) (.+)\n# TYPE \S+ (\S+)\n\S+?(?:\{(.*)\})? \S+$/gm)].map(
    ([, name, help, type, labels = '']) => [
      `\`${name}\``,
      type,
      labels.replace(/="[^"]*"/g, '').replace(/,/g, ', '),
      help,
    ],
  );
  expect(rows.length).toBe(10);
  expect(table('metric')).toEqual(rows);
});
