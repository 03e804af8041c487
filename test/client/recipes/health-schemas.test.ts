/**
 * What is for Gatus and Uptime Kuma, held against what they document that they take. Neither is a package that a test can
 * install; test/cluster/health asks a real edge what these configurations ask.
 */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Watched } from '../../../client/recipes/health/watched.ts';
import { writeRecipe } from '../../../client/recipes/write-recipe.ts';
import { prod, setupOf, staging } from './example-profiles.ts';

const redis: Watched = { namespace: 'cache', service: 'redis-headless', minReady: 3 };
const kinds = [
  ['the snapshot', prod, {}, 1],
  ['one Service', prod, redis, 2],
  ['an edge with its own authority', staging, redis, 2],
  ['an open edge', { ...prod, token: undefined }, redis, 2],
] as const;

/** Gatus 5, README.md, "Endpoints": the members that the recipe uses, of more than these. */
const gatusMembers: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText,
  group: isText,
  url: (value) => isText(value) && /^https?:\/\//.test(value),
  // A Go duration.
  interval: (value) => isText(value) && /^(\d+(h|m|s|ms))+$/.test(value),
  headers: (value) => Object.values(value as object).every(isText),
  // README.md, "Client configuration".
  client: (value) => Object.entries(value as object).every(([name, set]) => name === 'ignore-redirect' && set === true),
  conditions: (value) => Array.isArray(value) && value.length > 0 && value.every(isCondition),
};

/** Gatus 5, README.md, "Conditions": `<VALUE> <COMPARATOR> <VALUE>` with placeholders. */
function isCondition(value: unknown): boolean {
  return isText(value) && /^\[(STATUS|BODY)\](\.\w+)* (==|!=|<|<=|>|>=) \S+$/.test(value);
}

describe('gatus', () => {
  test.each(kinds)('takes the endpoints for %s', (_, profile, watched, count) => {
    const { endpoints, ...others } = parse(writeRecipe('gatus', setupOf([profile]), watched).text);
    expect(others).toEqual({});
    expect(endpoints).toHaveLength(count);
    for (const endpoint of endpoints) {
      for (const [name, value] of Object.entries(endpoint)) {
        expect(gatusMembers[name]?.(value), `${name}: ${JSON.stringify(value)}`).toBe(true);
      }
      expect(endpoint).toMatchObject({
        name: expect.any(String),
        url: expect.any(String),
        conditions: expect.any(Array),
      });
    }
    // Group and name are what an endpoint is known by.
    const keys = endpoints.map((each: { group: string; name: string }) => `${each.group} ${each.name}`);
    expect(new Set(keys).size).toBe(count);
  });

  test('takes the token from the environment, as README.md has it', () => {
    const { endpoints } = parse(writeRecipe('gatus', setupOf([prod]), redis).text);
    for (const { headers } of endpoints) expect(headers).toEqual({ Authorization: `Bearer \${KUBE_DOH_TOKEN}` });
  });
});

/** Uptime Kuma 2, db/knex_init_db.js, the table "monitor", by the names of server/model/monitor.js; those that the recipe uses. */
const monitorMembers: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (value) => value === 'http',
  name: (value) => isText(value) && value.length <= 150,
  url: (value) => isText(value) && URL.canParse(value),
  method: (value) => value === 'GET',
  // JSON in a text.
  headers: (value) => isText(value) && Object.values(JSON.parse(value)).every(isText),
  interval: (value) => Number.isInteger(value) && (value as number) >= 20,
  retryInterval: (value) => Number.isInteger(value) && (value as number) >= 20,
  maxretries: (value) => Number.isInteger(value),
  maxredirects: (value) => Number.isInteger(value),
  accepted_statuscodes: (value) => Array.isArray(value) && value.every((each) => /^\d{3}(-\d{3})?$/.test(each)),
};

describe('uptime-kuma', () => {
  test.each(kinds)('takes the monitors for %s', (_, profile, watched, count) => {
    const text = writeRecipe('uptime-kuma', setupOf([profile]), watched).text;
    const monitors: Readonly<Record<string, unknown>>[] = JSON.parse(text.replace(/^\/\/.*$/gm, ''));
    expect(monitors).toHaveLength(count);
    for (const monitor of monitors) {
      for (const [name, value] of Object.entries(monitor)) {
        expect(monitorMembers[name]?.(value), `${name}: ${JSON.stringify(value)}`).toBe(true);
      }
      const needed = Object.keys(monitorMembers).filter((name) => name !== 'headers' || profile.token !== undefined);
      expect(Object.keys(monitor)).toEqual(needed);
    }
  });
});

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
