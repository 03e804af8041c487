/** docs/operating.md says what the code does: its tables, its Roles, its alerts and the log lines that it explains. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { agentOptions } from '../../sync-agent/configuration/agent-options.ts';
import { flagOf, otherwiseOf } from '../../sync-agent/configuration/help.ts';
import type { Option } from '../../sync-agent/configuration/option.ts';
import { type ObservationScope, wholeCluster } from '../../sync-agent/kube/scope.ts';
import { frozenBoundMilliseconds } from '../../sync-agent/operations/health.ts';
import { type MetricDeclaration, metricTable } from '../../sync-agent/operations/metric-table.ts';
import { rulesFor } from '../../sync-agent/preflight/rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const markdown = readFileSync(join(root, 'docs/operating.md'), 'utf8');

test('every option is there, with its default and its meaning', () => {
  const rows = Object.entries<Option>(agentOptions).map(([name, option]) => [
    `\`${flagOf(name, option)}\``,
    otherwiseOf(option) ?? '',
    option.help,
  ]);
  expect(table('option')).toEqual(rows);
});

test('every metric is there, with its type, its labels and its meaning', () => {
  const rows = Object.entries<MetricDeclaration>(metricTable).map(([name, { type, labels, help }]) => [
    `\`${name}\``,
    type,
    labels.join(', '),
    help,
  ]);
  expect(table('metric')).toEqual(rows);
});

test('alerts ask for metrics that there are', () => {
  const suffix = /_(bucket|sum|count)$/;
  const names = table('expression').flatMap(([text = '']) => text.match(/\b[a-z]+(_[a-z]+){2,}\b/g) ?? []);
  expect(names.length).toBeGreaterThan(8);
  const known = new Set<string>([...Object.keys(metricTable), 'histogram_quantile']);
  expect(names.filter((name) => !known.has(name) && !known.has(name.replace(suffix, '')))).toEqual([]);
});

describe('the Roles', () => {
  const duties = { lease: { namespace: 'kube-doh', name: 'kube-doh-prod' }, writesEvents: true, tellsIdentity: true };
  const shop: ObservationScope = { ...wholeCluster, namespaces: { type: 'listed', names: ['shop'] } };
  const granted = (scope: ObservationScope, namespace: string | undefined) =>
    rulesFor(scope, duties, 'get').find((grant) => grant.namespace === namespace)?.rules;

  test('grant what the agent needs and no more', () => {
    const roles = parseAllDocuments(indented().join('\n')).map((document) => document.toJS());
    expect(roles.map(({ metadata: { namespace } }) => namespace)).toEqual([undefined, 'kube-doh', 'shop']);
    expect(roles.map(({ rules }) => rules)).toEqual([
      granted(wholeCluster, undefined),
      granted(wholeCluster, 'kube-doh'),
      granted(shop, 'shop'),
    ]);
  });

  /** Code blocks, as YAML documents. */
  function indented(): string[] {
    const lines = markdown.split('\n').filter((line) => line.startsWith('    '));
    return lines.flatMap((line) => (line.startsWith('    kind: ') ? ['---', line.slice(4)] : line.slice(4)));
  }
});

test('readiness has its bound', () => {
  expect(table('path').flat().join()).toContain(`in the last ${frozenBoundMilliseconds / 60_000} minutes`);
});

describe('a log line that is explained is one that there is:', () => {
  const folders = ['sync-agent', 'client'].map((folder) => join(root, folder));
  const sources = folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');

  test.each(table('line').map(([line = '']) => line))('%s', (line) => {
    // What varies is written as "…"; what stands around it need not stand together in the sources.
    const fixed = line
      .slice(1, -1)
      .split(/…|: /)
      .map((part) => part.replace(/^[:; ]+|[:; ]+$/g, ''));
    expect(fixed.filter((part) => !sources.includes(part))).toEqual([]);
    expect(fixed.join('').length).toBeGreaterThan(5);
  });
});

/** The rows of the table whose first column has this title, without the row of titles. */
function table(title: string): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${title} |`));
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end === -1 ? rest.length : end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
