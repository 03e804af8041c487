/** docs/why.md says what `kube-doh why --json` prints, and which codes there are. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { edgeCauses } from '../../client/why/ask-edge.ts';
import { findingCodes } from '../../client/why/kube/finding.ts';
import { machineCodes } from '../../client/why/machine/machine-cause.ts';
import { type Report, reportJson, stepNames } from '../../client/why/report.ts';
import { kubeDoh } from '../client/kube-doh.ts';

const markdown = readFileSync(new URL('../../docs/why.md', import.meta.url), 'utf8');

/** The first cells of the table below a heading, without their back quotes; `first` is the title of the column. */
function firstCells(heading: string, first: string): readonly string[] {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`))!;
  const lines = section.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  expect(start, `there is no table of ${first}`).toBeGreaterThan(0);
  const rows = lines.slice(start + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => /^\| `([^`]+)`/.exec(line)![1]!);
}

const report: Report = {
  name: 'a.',
  type: 'A',
  edge: 'https://dns.example.com',
  cluster: 'prod',
  rcode: 'NXDOMAIN',
  records: 0,
  steps: [{ step: 'name', ok: false, text: 'x' }],
  cause: { code: 'NO_SERVICE', text: 'x', next: 'y', finder: 'edge' },
  suggestions: ['b.'],
};

/** As `steps[].ok`. */
function membersOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => membersOf(each, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [at, ...membersOf(inner, at)];
  });
}

test('every member of the JSON, and no other', () => {
  expect(firstCells('As JSON', 'member')).toEqual(membersOf(reportJson(report)));
});

test('every step', () => expect(firstCells('As JSON', 'step')).toEqual(stepNames));

test.each([
  ['Codes of the edge that it does not tell itself', Object.values(edgeCauses).map(({ code }) => code)],
  ['Codes of the cluster', findingCodes],
  ['Codes of this machine', machineCodes],
] as const)('%s', (heading, codes) => {
  expect(firstCells(heading, 'code')).toEqual(codes);
});

test('the options that are named are there', () => {
  const { stdout } = kubeDoh('why', '--help');
  const named = [...markdown.matchAll(/`(--[a-z-]+)/g)].map(([, flag]) => flag!);
  expect(named.length).toBeGreaterThan(4);
  // That one is of the agent.
  for (const flag of named.filter((each) => each !== '--remarks')) expect(stdout).toContain(`${flag}`);
});
