/** What a deployment is refused for, and in which words. */
import { describe, expect, test } from 'vitest';
import { checkDeployment, type Deployment, type Finding } from '../../../deploy/worker/checks.ts';
import type { EnvironmentConfiguration } from '../../../deploy/worker/configuration.ts';

const good: EnvironmentConfiguration = {
  compatibility_date: '2026-11-01',
  workers_dev: false,
  preview_urls: false,
  routes: [{ pattern: 'dns.corp.test', custom_domain: true }],
  vars: { OUTSIDE_ZONE: 'refuse' },
  kv_namespaces: [{ binding: 'STORE', id: '0123456789abcdef0123456789abcdef' }],
  durable_objects: { bindings: ['REGISTRY', 'PUBLICATIONS', 'JOURNAL'].map((name) => ({ name })) },
  ratelimits: [
    { name: 'RATE_BY_TOKEN', namespace_id: '1' },
    { name: 'RATE_BY_ADDRESS', namespace_id: '2' },
  ],
  limits: { cpu_ms: 300 },
  observability: {
    enabled: true,
    redact_query_string: true,
    logs: { invocation_logs: false },
    traces: { enabled: false },
  },
};

const second: EnvironmentConfiguration = {
  ...good,
  routes: ['staging.corp.test/*'],
  kv_namespaces: [{ binding: 'STORE', id: 'ffffffffffffffffffffffffffffffff' }],
  ratelimits: [
    { name: 'RATE_BY_TOKEN', namespace_id: '11' },
    { name: 'RATE_BY_ADDRESS', namespace_id: '12' },
  ],
};

function check(changed: EnvironmentConfiguration, facts: Partial<Deployment> = {}): readonly Finding[] {
  return checkDeployment({
    environment: 'production',
    configuration: { ...good, ...changed },
    others: new Map([['staging', second]]),
    secrets: ['ADMIN_KEY_SHA256', 'TOKEN_KEY'],
    plan: 'paid',
    today: '2026-11-22',
    ...facts,
  });
}

function wrongOf(findings: readonly Finding[]): readonly string[] {
  return findings.filter(({ verdict }) => verdict === 'wrong').map(({ subject, text }) => `${subject}: ${text}`);
}

test('nothing is wrong with what is right, and all of it is told', () => {
  expect(check({}).map(({ subject, verdict, text }) => `${verdict} ${subject}: ${text}`)).toEqual([
    'good host: dns.corp.test',
    'good ways around: workers.dev and preview URLs are off',
    'good store: KV namespace 0123456789abcdef0123456789abcdef',
    'good objects: REGISTRY, PUBLICATIONS and JOURNAL are bound',
    'good secrets: ADMIN_KEY_SHA256 and TOKEN_KEY are set',
    'good open access: none: every question needs a credential',
    'good limits: 300 ms of CPU time for each request',
    'good rate limits: RATE_BY_TOKEN and RATE_BY_ADDRESS are bound',
    'good logs: on, without URLs',
    'good runtime: as of 2026-11-01',
  ]);
  expect(wrongOf(check(second, { environment: 'staging', others: new Map([['production', good]]) }))).toEqual([]);
});

describe('in the production', () => {
  test.for<[EnvironmentConfiguration, string]>([
    [{ routes: [] }, 'host: there is none: set routes at the top of wrangler.toml to a host of yours'],
    [{ routes: ['dns.example.com/*'] }, 'host: "dns.example.com/*" is an example: set routes to a host of yours'],
    [
      { routes: ['dns.corp.test/dns-query'] },
      'host: the route "dns.corp.test/dns-query" leaves paths out: end it in "/*", or make it a custom domain',
    ],
    [
      { routes: ['staging.corp.test/*'] },
      'host: staging has "staging.corp.test/*" too: set routes at the top of wrangler.toml',
    ],
    [
      { workers_dev: true },
      'ways around: workers_dev would be a way around the host and its rules: set workers_dev = false',
    ],
    [
      { preview_urls: true },
      'ways around: preview_urls would be a way around the host and its rules: set preview_urls = false',
    ],
    ...[{}, { id: '0'.repeat(32) }, { id: 'ID' }].map((id): [EnvironmentConfiguration, string] => [
      { kv_namespaces: [{ binding: 'STORE', ...id }] },
      'store: no KV namespace has been chosen as STORE: make one with "npx wrangler kv namespace create", and set its id in [kv_namespaces]',
    ]),
    [{ kv_namespaces: second.kv_namespaces ?? [] }, 'store: staging stores in the same KV namespace: make another'],
    [
      { durable_objects: { bindings: [{ name: 'REGISTRY' }, { name: 'PUBLICATIONS' }] } },
      'objects: nothing can be registered or published without JOURNAL: bind it in [durable_objects.bindings]',
    ],
    [{ vars: { OPEN: 'true' } }, 'open access: OPEN lets everybody ask: take it out of [vars]'],
    [{ vars: { TOKEN_KEY: 'ab' } }, 'secrets: TOKEN_KEY stands in wrangler.toml: take it out there, and set a new one'],
    [
      { limits: {} },
      'limits: a request may take as much CPU time as the plan allows, and you pay for it: set cpu_ms in [limits]',
    ],
    [
      { ratelimits: [{ name: 'RATE_BY_TOKEN', namespace_id: '1' }] },
      'rate limits: RATE_BY_ADDRESS is not bound: bind it in [ratelimits]',
    ],
    [
      { ratelimits: second.ratelimits ?? [] },
      'rate limits: staging counts with namespace_id 11 too: choose another number',
    ],
    [
      { observability: { ...good.observability, enabled: false } },
      'logs: nobody would see what fails: set enabled = true in [observability]',
    ],
    [
      { observability: { ...good.observability, logs: {} } },
      'logs: URLs would be kept, and a URL may hold a token: set invocation_logs = false in [observability.logs]',
    ],
    [
      { observability: { ...good.observability, traces: { enabled: true } } },
      'logs: URLs would be kept, and a URL may hold a token: set enabled = false in [observability.traces]',
    ],
    [
      { observability: { ...good.observability, redact_query_string: false } },
      'logs: query strings would be kept with each line: set redact_query_string = true in [observability]',
    ],
    [{ logpush: true }, 'logs: URLs would be kept, and a URL may hold a token: set logpush = false in wrangler.toml'],
    [
      { compatibility_date: '2026-11-23' },
      'runtime: compatibility_date 2026-11-23 has not come yet: set it as in the repository',
    ],
    [
      { compatibility_flags: ['nodejs_als'] },
      'runtime: the tests run without nodejs_als: leave compatibility_flags out',
    ],
  ])('%j', ([changed, told]) => {
    expect(wrongOf(check(changed))).toEqual([told]);
  });
});

test('OPEN = "false" is what it says', () => {
  expect(wrongOf(check({ vars: { OPEN: 'false' } }))).toEqual([]);
});

describe('in another environment, the words say where', () => {
  const there = { environment: 'staging', others: new Map([['production', good]]) };

  test.for<[EnvironmentConfiguration, Partial<Deployment>, string]>([
    [{ routes: good.routes ?? [] }, there, 'host: production has "dns.corp.test" too: set routes in [env.staging]'],
    [{ vars: { OPEN: 'yes' } }, there, 'open access: OPEN lets everybody ask: take it out of [env.staging.vars]'],
    [
      { compatibility_date: '2026-10-01' },
      there,
      'runtime: compatibility_date is not 2026-11-01, with which the tests run: leave it out here',
    ],
    [
      {},
      { ...there, secrets: 'absent' },
      'secrets: ADMIN_KEY_SHA256 and TOKEN_KEY are not set: "npm run secrets -- --admin-key-file FILE --env staging" makes them',
    ],
  ])('%j', ([changed, facts, told]) => {
    expect(wrongOf(check({ ...second, ...changed }, facts))).toEqual([told]);
  });
});

describe('secrets', () => {
  test.for<[Deployment['secrets'], readonly string[]]>([
    [['ADMIN_KEY_SHA256', 'TOKEN_KEY', 'ACCESS'], []],
    [['ADMIN_KEY_SHA256'], ['secrets: TOKEN_KEY is not set: "npm run secrets -- --admin-key-file FILE" makes them']],
    [
      ['ADMIN_KEY_SHA256', 'TOKEN_KEY', 'OPEN'],
      ['open access: a secret OPEN may let everybody ask: take it away with "npx wrangler secret delete OPEN"'],
    ],
    [{ failure: 'wrangler is not logged in' }, ['secrets: wrangler is not logged in']],
    ['not looked up', []],
  ])('%j', ([secrets, told]) => {
    expect(wrongOf(check({}, { secrets }))).toEqual(told);
  });
});

describe('on the free plan', () => {
  test('limits of its own are not taken', () => {
    expect(wrongOf(check({}, { plan: 'free' }))).toEqual([
      'limits: limits of your own need the paid plan: take [limits] out',
    ]);
  });

  test('there are limits all the same', () => {
    const { limits: _, ...unlimited } = good;
    const facts = { plan: 'free', configuration: unlimited } as const;
    expect(wrongOf(check({}, facts))).toEqual([]);
  });
});
