/** docs/health-checkers.md shows what `kube-doh config` prints, and names commands, options, jobs and alerts that there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { tokenFile } from '../../client/recipes/health/token-place.ts';
import type { Watched } from '../../client/recipes/health/watched.ts';
import type { Target } from '../../client/recipes/table.ts';
import { writeRecipe } from '../../client/recipes/write-recipe.ts';
import { prod, setupOf } from '../client/recipes/example-profiles.ts';

const markdown = readFileSync(new URL('../../docs/health-checkers.md', import.meta.url), 'utf8');

const redis: Watched = { namespace: 'cache', service: 'redis-headless', minReady: 3 };
const watchedBy: Readonly<Partial<Record<Target, Watched>>> = {
  prometheus: { ...redis, port: 'redis' },
  'prometheus-rules': {},
  blackbox: {},
  alloy: { ...redis, port: 'redis' },
  gatus: redis,
  'uptime-kuma': redis,
};
const printed = Object.entries(watchedBy).map(
  ([target, watched]) => writeRecipe(target as Target, setupOf([prod]), watched).text,
);

const blocks = [...markdown.matchAll(/(?:^ {4}.*\n(?:\n(?= {4}))?)+/gm)].map(([block]) => block.replace(/^ {4}/gm, ''));
const commands = blocks.flatMap((block) => block.split('\n')).filter((line) => line.startsWith('kube-doh '));
const snippets = blocks.filter((block) => !/^(kube-doh|curl) /.test(block));

/** Whether the lines stand there one after the other, set in by the same more spaces. */
function isPart(snippet: string, text: string): boolean {
  const lines = snippet.trimEnd().split('\n');
  const all = text.split('\n');
  return all.some((line, at) => {
    const more = line.length - line.trimStart().length - (lines[0]!.length - lines[0]!.trimStart().length);
    return more >= 0 && lines.every((each, i) => all[at + i] === `${' '.repeat(more)}${each}`);
  });
}

test('there are some of each', () => {
  expect([snippets.length, commands.length]).toEqual([5, 8]);
});

test.each(snippets)('%s is what the command prints', (snippet) => {
  expect(printed.filter((text) => isPart(snippet, text)).length).toBeGreaterThan(0);
});

test('what it does not print is found', () => {
  expect(isPart('refresh_interval: 30s\n', printed[0]!)).toBe(true);
  expect(isPart('refresh_interval: 31s\n', printed[0]!)).toBe(false);
});

test.each(commands.filter((command) => command.includes('config ')))('%s is what is shown', (command) => {
  const [, target] = /--for (\S+)/.exec(command)!;
  const watched = watchedBy[target as Target]!;
  const flags = {
    '--namespace': watched.namespace,
    '--service': watched.service,
    '--port': watched.port,
    '--min-ready': watched.minReady,
  };
  const written = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${value}`]));
  expect(command.replace(/ --out \S+/, '')).toBe(['kube-doh config --for', target, ...written].join(' '));
});

describe('the tables', () => {
  const firstCells = (title: string): readonly string[] => {
    const lines = markdown.split('\n');
    const rows = lines.slice(lines.indexOf(title) + 2);
    const end = rows.findIndex((line) => !line.startsWith('|'));
    return rows.slice(0, end).map((line) => /^\| `([^`]+)`/.exec(line)![1]!);
  };

  test('name every job', () => {
    const { scrape_configs: jobs } = parse(writeRecipe('prometheus', setupOf([prod])).text);
    expect(firstCells('| job | asks | tells |')).toEqual(jobs.map((job: { job_name: string }) => job.job_name));
  });

  test('name every alert', () => {
    const { groups } = parse(writeRecipe('prometheus-rules', setupOf([prod])).text);
    const alerts = groups[0].rules.map((rule: { alert: string }) => rule.alert);
    expect(firstCells('| alert | when |')).toEqual(alerts);
  });
});

test('the file of the token is the one that is printed', () => {
  expect(markdown).toContain(`\`${tokenFile}\``);
});
