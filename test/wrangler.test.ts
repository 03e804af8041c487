/** What wrangler.toml must say, because the platform would otherwise keep URLs or open ways around the endpoint's host. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const text = readFileSync(fileURLToPath(new URL('../wrangler.toml', import.meta.url)), 'utf8');

/** The value of a key that stands in one place: `table.key`, or `key` at the top. */
function settingOf(path: string): string | undefined {
  let table = '';
  const values: string[] = [];
  for (const line of text.split('\n')) {
    const header = /^\[+([\w.]+)\]+$/.exec(line)?.[1];
    if (header !== undefined) table = `${header}.`;
    const [, key, value] = /^(\w+) = (.+)$/.exec(line) ?? [];
    if (value !== undefined && table + key === path) values.push(value);
  }
  return values.length === 1 ? values[0] : undefined;
}

test.for([
  ['workers_dev', 'false'],
  ['preview_urls', 'false'],
  ['observability.logs.invocation_logs', 'false'],
  ['observability.traces.enabled', 'false'],
  ['observability.redact_query_string', 'true'],
  // Or nobody sees what the journal writes.
  ['observability.enabled', 'true'],
] as const)('%s = %s', ([path, value]) => {
  expect(settingOf(path)).toBe(value);
});

test('there is no environment that says otherwise', () => {
  expect(text).not.toMatch(/^\[+env\b/m);
});

test('every Durable Object that is exported is bound', () => {
  const exported = [...text.matchAll(/^\[exports\.(\w+)\]$/gm)].map((match) => match[1]);
  const bound = [...text.matchAll(/^class_name = "(\w+)"$/gm)].map((match) => match[1]);
  expect(exported).toContain('Journal');
  expect(bound).toEqual(exported);
});
