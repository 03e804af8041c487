/** What wrangler.toml says, in every environment: the platform would otherwise keep URLs or open ways around the host. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkDeployment } from '../deploy/worker/checks.ts';
import { type EnvironmentConfiguration, production, readConfigurations } from '../deploy/worker/configuration.ts';

const configurations = await readConfigurations(undefined);
const topLevel = configurations.get(production)!;

test('there is a second environment', () => {
  expect([...configurations.keys()]).toEqual([production, 'staging']);
});

describe.each([...configurations])('%s', (environment, configuration) => {
  test('nothing is wrong but what its user fills in', () => {
    const others = new Map([...configurations].filter(([name]) => name !== environment));
    const secrets = ['ADMIN_KEY_SHA256', 'TOKEN_KEY'];
    const facts = { others, secrets, plan: 'paid', today: '2026-11-22' } as const;
    const findings = checkDeployment({ environment, configuration, ...facts });
    const wrong = findings.filter(({ verdict }) => verdict === 'wrong');
    expect(wrong.map(({ subject }) => subject)).toEqual(['host', 'store']);
  });

  // No environment inherits these.
  test.each([
    ['secrets', required],
    ['variables', variables],
    ['KV namespaces', namespaces],
    ['Durable Objects', objects],
    ['rate limits', rateLimits],
    ['datasets', datasets],
  ] as const)('it has the %s of the top level', (_, read) => {
    expect(read(configuration)).toEqual(read(topLevel));
    expect(read(configuration)).not.toEqual([]);
  });

  test('nothing that it counts or keeps is shared with another', () => {
    for (const [name, other] of configurations) {
      if (name === environment) continue;
      expect(datasetNames(configuration)).not.toEqual(datasetNames(other));
      expect(configuration.name).not.toBe(other.name);
    }
  });
});

test('every Durable Object that is exported is bound', () => {
  const text = readFileSync(fileURLToPath(new URL('../wrangler.toml', import.meta.url)), 'utf8');
  const exported = [...text.matchAll(/^\[exports\.(\w+)\]$/gm)].map((match) => match[1]);
  expect(exported).toContain('Journal');
  expect(objects(topLevel).map(({ class_name }) => class_name)).toEqual(exported);
});

function required({ secrets }: EnvironmentConfiguration) {
  return secrets?.required ?? [];
}

function variables({ vars = {} }: EnvironmentConfiguration) {
  return Object.entries(vars);
}

function namespaces({ kv_namespaces = [] }: EnvironmentConfiguration) {
  return kv_namespaces.map(({ binding }) => binding);
}

function objects({ durable_objects }: EnvironmentConfiguration) {
  return durable_objects?.bindings ?? [];
}

function rateLimits({ ratelimits = [] }: EnvironmentConfiguration) {
  return ratelimits.map(({ name, simple }) => ({ name, simple }));
}

function datasets({ analytics_engine_datasets = [] }: EnvironmentConfiguration) {
  return analytics_engine_datasets.map(({ binding }) => binding);
}

function datasetNames({ analytics_engine_datasets = [] }: EnvironmentConfiguration) {
  return analytics_engine_datasets.map(({ dataset }) => dataset);
}
