/** Bindings: what is wrong counts as absent and is said, and never opens anything. */
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { readBindings, StoreError, withNamedFailures } from '../../worker/environment.ts';
import { parseName } from '../../zone/name.ts';
import { startEdge } from './support/edge.ts';
import { ObservedStore } from './support/observed-store.ts';
import { outcome } from './support/outcome.ts';

const { STORE, REGISTRY, PUBLICATIONS, JOURNAL } = env;
/** What every Worker needs. */
const bound = { STORE, REGISTRY, PUBLICATIONS, JOURNAL };
const hexadecimal = '0aF1'.repeat(16);

test('nothing but the store: all is closed, and nothing is wrong', () => {
  const { configuration, problems } = readBindings(bound);
  expect(configuration).toEqual({
    store: STORE,
    objects: expect.anything(),
    administratorKeySha256: undefined,
    tokenKey: undefined,
    isOpen: false,
    defaultCluster: undefined,
    endpointHosts: [],
    outside: { policy: { kind: 'refuse' }, endpointHost: undefined },
  });
  expect(problems).toEqual([]);
});

test('everything: hexadecimal in either case', () => {
  const bindings = {
    ...bound,
    ENDPOINT_HOST: 'DNS.example.com',
    TOKEN_HOST_SUFFIX: 'DoH.example.com',
    ADMIN_KEY_SHA256: hexadecimal,
    TOKEN_KEY: hexadecimal,
    OPEN: 'true',
    DEFAULT_CLUSTER: 'a',
    OUTSIDE_ZONE: 'forward:https://resolver.example.net/dns-query',
  };
  const { configuration, problems } = readBindings(bindings);
  expect(configuration).toEqual({
    store: STORE,
    objects: expect.anything(),
    administratorKeySha256: hexadecimal.toLowerCase(),
    tokenKey: hexadecimal.toLowerCase(),
    isOpen: true,
    defaultCluster: 'a',
    endpointHosts: ['dns.example.com', 'doh.example.com'].map(parseName),
    outside: {
      policy: { kind: 'forward', upstream: 'https://resolver.example.net/dns-query' },
      endpointHost: parseName('dns.example.com'),
    },
  });
  expect(problems).toEqual([]);
});

describe('what is wrong', () => {
  test.for([
    ['ADMIN_KEY_SHA256', '', 'administratorKeySha256'],
    ['ADMIN_KEY_SHA256', hexadecimal.slice(1), 'administratorKeySha256'],
    ['ADMIN_KEY_SHA256', `${hexadecimal}\n`, 'administratorKeySha256'],
    ['TOKEN_KEY', 'secret', 'tokenKey'],
    ['TOKEN_KEY', `${hexadecimal}00`, 'tokenKey'],
    ['DEFAULT_CLUSTER', 'Prod', 'defaultCluster'],
    ['DEFAULT_CLUSTER', '', 'defaultCluster'],
  ] as const)('%s "%s" counts as absent', ([name, value, field]) => {
    const { configuration, problems } = readBindings({ ...bound, [name]: value });
    expect(configuration[field]).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining(name)]);
    expect(problems[0]).not.toContain(hexadecimal.slice(1));
  });

  test('ENDPOINT_HOST "dns..example.com" counts as absent', () => {
    const { configuration, problems } = readBindings({ ...bound, ENDPOINT_HOST: 'dns..example.com' });
    expect(configuration.endpointHosts).toEqual([]);
    expect(problems).toEqual([expect.stringContaining('ENDPOINT_HOST')]);
  });

  test.for(['TRUE', '1', 'yes', '', 'true '])('OPEN "%s" does not open', (OPEN) => {
    const { configuration, problems } = readBindings({ ...bound, OPEN });
    expect(configuration.isOpen).toBe(false);
    expect(problems).toEqual([expect.stringContaining('OPEN')]);
  });

  test.for([
    { STORE },
    { STORE, REGISTRY, JOURNAL },
    { STORE, PUBLICATIONS, JOURNAL },
    { STORE, REGISTRY, PUBLICATIONS },
  ])('an object that is missing', (bindings) => {
    const { configuration, problems } = readBindings(bindings);
    expect(configuration.objects).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining('REGISTRY, PUBLICATIONS and JOURNAL')]);
  });

  test('no store: it is said, alive is answered, and the rest fails by name', async () => {
    const { configuration, problems } = readBindings({
      REGISTRY,
      PUBLICATIONS,
      JOURNAL,
      OPEN: 'true',
      DEFAULT_CLUSTER: 'local',
    });
    expect(problems).toEqual([expect.stringContaining('STORE')]);
    const edge = await startEdge(configuration);
    expect((await edge.fetch('/healthz')).status).toBe(200);
    expect(outcome(await edge.ask('web.shop.svc.cluster.local'))).toBe('SERVFAIL EDE 23');
    expect(edge.machine.lines).toContain('cluster local is not read: no KV namespace is bound as STORE');
  });
});

test('whatever the store throws is a StoreError', async () => {
  const observed = new ObservedStore();
  const store = withNamedFailures(observed);
  for (const operation of ['get', 'put', 'delete', 'list'] as const) observed.fail(operation, 'no');
  const calls = [
    store.get('k', { type: 'text' }),
    store.getWithMetadata('k', { type: 'stream' }),
    store.put('k', 'v'),
    store.delete('k'),
    store.list({ prefix: '' }),
  ];
  for (const call of calls) await expect(call).rejects.toThrow(StoreError);
  observed.recover();
  await store.put('k', 'v', { metadata: { m: 1 } });
  expect(await store.get('k', { type: 'text' })).toBe('v');
  expect(await store.list({ prefix: 'k' })).toMatchObject({ keys: [{ name: 'k', metadata: { m: 1 } }] });
});
