/** The chart's values: each is described, and each is in the schema; the options are the agent's; the README has them all. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { withValues } from '../../../deploy/chart-readme/readme.ts';
import { valueRows } from '../../../deploy/chart-readme/values-table.ts';
import { agentOptions } from '../../../sync-agent/configuration/agent-options.ts';
import type { Option } from '../../../sync-agent/configuration/option.ts';
import { readAgentFlags } from '../../../sync-agent/options.ts';
import { chartFile, type Schema, schema } from './chart-files.ts';

const values = chartFile('values.yaml');
const rows = valueRows(values);

test('the README has them as values.yaml describes them', () => {
  // If not: node deploy/chart-readme/main.ts
  expect(chartFile('README.md')).toBe(withValues(chartFile('README.md'), values));
});

test('each is described', () => {
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter(({ description }) => !/[.…]$/.test(description)).map(({ path }) => path)).toEqual([]);
});

test('the schema knows each, and none that is not there', () => {
  const known = leavesOf(schema, parse(values)).filter((path) => path !== 'global');
  expect(known.sort()).toEqual(rows.map(({ path }) => path).sort());
});

test('the schema takes nothing that it does not know', () => {
  const lax = objectsOf(schema, '').filter(
    ([, each]) => each.properties !== undefined && each.additionalProperties !== false,
  );
  expect(lax.map(([path]) => path)).toEqual([]);
});

test('the release has one version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
  expect(parse(chartFile('Chart.yaml'))).toMatchObject({ name: 'kube-doh', version, appVersion: version });
});

describe('the options in config', () => {
  const config = schema.properties!['config']!.properties!;
  /** The chart gives them, or they make no sense for pods that go on. */
  const own = ['edge', 'key', 'config', 'kubeconfig', 'context', 'cluster', 'namespaces', 'listen', 'lease-name'];
  own.push('lease-namespace', 'leader-elect', 'dry-run', 'once');

  test('are those of the agent, but for the ones that the chart gives', () => {
    expect([...Object.keys(config), ...own].sort()).toEqual(Object.keys(agentOptions).sort());
  });

  test.each(Object.entries(config))('%s is of its kind', (name, { type, enum: choices }) => {
    const { kind } = (agentOptions as Readonly<Record<string, Option>>)[name]!;
    const kinds = { list: ['array'], switch: ['boolean'], text: ['string', 'integer', 'number'] } as const;
    expect(choices === undefined ? type : 'string').toBeOneOf([...kinds[kind]]);
  });

  const bounded = Object.entries(config).filter(([, { type }]) => type === 'integer');
  test.each(bounded)('%s has the bounds that the agent has', (name, { minimum, maximum }) => {
    for (const bound of [minimum!, maximum!]) expect(takes(name, String(bound)), `${bound}`).toBe(true);
    for (const beyond of [minimum! - 1, maximum! + 1]) expect(takes(name, String(beyond)), `${beyond}`).toBe(false);
  });

  test.each(Object.entries(config).filter(([, each]) => each.enum !== undefined))(
    '%s has the choices of the agent',
    (name, { enum: choices }) => {
      const { help, otherwise = '' } = (agentOptions as Readonly<Record<string, Option>>)[name]!;
      for (const choice of choices!) expect(`${help} ${otherwise}`).toContain(choice);
    },
  );

  function takes(name: string, text: string): boolean {
    try {
      readAgentFlags({ [name]: text });
      return true;
    } catch {
      return false;
    }
  }
});

/** Paths of what has no members, or is one value by the values. */
function leavesOf({ properties, $ref }: Schema, value: unknown, path: readonly string[] = []): string[] {
  const row = rows.find((each) => each.path === path.join('.'));
  if (properties === undefined || $ref !== undefined || row !== undefined) return [path.join('.')];
  return Object.entries(properties).flatMap(([name, member]) =>
    leavesOf(member, (value as Readonly<Record<string, unknown>>)?.[name], [...path, name]),
  );
}

function objectsOf(each: Schema, path: string): [string, Schema][] {
  const members = Object.entries({ ...each.properties, ...each.definitions });
  return [[path, each], ...members.flatMap(([name, member]) => objectsOf(member, `${path}/${name}`))];
}
