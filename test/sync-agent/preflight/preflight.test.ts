/** What an operator is told of missing permissions, all at once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KubeError } from '../../../sync-agent/kube/error.ts';
import { type ObservationScope, wholeCluster } from '../../../sync-agent/kube/scope.ts';
import type { Duties } from '../../../sync-agent/preflight/needs.ts';
import { type PreflightReport, preflight, tellPreflight } from '../../../sync-agent/preflight/preflight.ts';
import { type Grant, type NamespaceAccess, rulesFor } from '../../../sync-agent/preflight/rules.ts';
import { RecordingLog } from '../recording-log.ts';
import { GrantingApi } from './granting-api.ts';

const none: Duties = { lease: undefined, writesEvents: false, tellsIdentity: false };
const all: Duties = { lease: { namespace: 'dns', name: 'kube-doh-a' }, writesEvents: true, tellsIdentity: true };
const listed = (...names: [string, ...string[]]): ObservationScope => ({
  ...wholeCluster,
  namespaces: { type: 'listed', names },
});
const signal = new AbortController().signal;

function report(scope: ObservationScope, duties: Duties, grants: readonly Grant[]): Promise<PreflightReport> {
  return preflight({ api: new GrantingApi(grants), scope, duties }, signal);
}

/** Grants without those that a test takes away. */
function without(
  grants: readonly Grant[],
  isTaken: (namespace: string | undefined, resource: string, verb: string) => boolean,
) {
  return grants.map(({ namespace, rules }) => ({
    namespace,
    rules: rules.flatMap((rule) =>
      rule.resources.flatMap((resource) =>
        rule.verbs
          .filter((verb) => !isTaken(namespace, resource, verb))
          .map((verb) => ({ ...rule, resources: [resource], verbs: [verb] })),
      ),
    ),
  }));
}

const scopes: readonly (readonly [string, ObservationScope])[] = [
  ['a whole cluster', { ...wholeCluster, observesPods: true, observesServiceImports: true }],
  ['listed namespaces', { ...listed('a', 'b'), observesPods: true }],
];

describe.each(scopes)('%s', (_, scope) => {
  test.each(['watch', 'get'] as const)('with the rules for it misses nothing (%s)', async (access: NamespaceAccess) => {
    expect(await report(scope, all, rulesFor(scope, all, access))).toEqual({
      errors: [],
      warnings: [],
      unknown: undefined,
    });
  });

  test('without any one permission misses that one', async () => {
    const grants = rulesFor(scope, all, 'get');
    const each = grants.flatMap(({ namespace, rules }) =>
      rules.flatMap((rule) =>
        rule.resources.flatMap((resource) => rule.verbs.map((verb) => [namespace, resource, verb])),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...each), async ([namespace, resource, verb]) => {
        const rest = without(grants, (...one) => one.join() === [namespace, resource, verb].join());
        const { errors, warnings } = await report(scope, all, rest);
        const lines = [...errors, ...warnings];
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) {
          expect(line).toContain(`may not ${verb} ${resource}`);
          expect(line).toContain(`grant the verb "${verb}" with`);
        }
      }),
    );
  });
});

test('a list without a watch is told as what it is', async () => {
  const rest = without(
    rulesFor(wholeCluster, none),
    (_, resource, verb) => resource === 'endpointslices' && verb === 'watch',
  );
  expect(await report(wholeCluster, none, rest)).toEqual({
    errors: [
      'may not watch endpointslices.discovery.k8s.io in the whole cluster, so their names cannot be published: ' +
        'grant the verb "watch" with a ClusterRole and a ClusterRoleBinding',
    ],
    warnings: [],
    unknown: undefined,
  });
});

test('everything that is missing is told at once', async () => {
  expect(await report({ ...wholeCluster, observesPods: true }, all, [])).toEqual({
    errors: [
      'may not list or watch namespaces, services, endpointslices.discovery.k8s.io or pods in the whole cluster, ' +
        'so their names cannot be published: ' +
        'grant the verbs "list" and "watch" with a ClusterRole and a ClusterRoleBinding',
      'may not get or update leases.coordination.k8s.io kube-doh-a in namespace dns, so this agent cannot lead: ' +
        'grant the verbs "get" and "update" with a Role and a RoleBinding in dns',
      'may not create leases.coordination.k8s.io in namespace dns, so this agent cannot lead: ' +
        'grant the verb "create" with a Role and a RoleBinding in dns',
    ],
    warnings: [
      'may not get namespaces kube-system in namespace kube-system, so the edge cannot tell this cluster from others: ' +
        'grant the verb "get" with a Role and a RoleBinding in kube-system',
      'may not create events in the whole cluster, so nobody is told of objects there that cannot be published: ' +
        'grant the verb "create" with a ClusterRole and a ClusterRoleBinding',
    ],
    unknown: undefined,
  });
});

test('what is switched off is not asked for', async () => {
  const api = new GrantingApi([]);
  await preflight({ api, scope: wholeCluster, duties: none }, signal);
  expect(api.asked.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
    'list namespaces',
    'watch namespaces',
    'list services',
    'watch services',
    'list endpointslices',
    'watch endpointslices',
  ]);
});

test('what the API server is asked', async () => {
  const api = new GrantingApi([]);
  await preflight({ api, scope: listed('a'), duties: all }, signal);
  expect(api.asked).toContainEqual({ verb: 'watch', group: '', resource: 'namespaces', name: 'a' });
  expect(api.asked).toContainEqual({ verb: 'get', group: '', resource: 'namespaces', namespace: 'a', name: 'a' });
  expect(api.asked).toContainEqual({
    verb: 'list',
    group: 'discovery.k8s.io',
    resource: 'endpointslices',
    namespace: 'a',
  });
});

describe('listed namespaces', () => {
  const scope = listed('a', 'b');
  const grants = rulesFor(scope, none, 'get');
  const line = (resources: string, name: string) =>
    `may not list or watch ${resources} in namespace ${name}, so their names cannot be published: ` +
    `grant the verbs "list" and "watch" with a Role and a RoleBinding in ${name}`;

  test('of which one is refused go on without it', async () => {
    const rest = without(grants, (namespace) => namespace === 'b');
    expect(await report(scope, none, rest)).toEqual({
      errors: [],
      warnings: [
        'may not get namespaces b in namespace b, so their names cannot be published: ' +
          'grant the verb "get" with a Role and a RoleBinding in b',
        line('services or endpointslices.discovery.k8s.io', 'b'),
      ],
      unknown: undefined,
    });
  });

  test('of which all are refused are an error', async () => {
    const rest = without(grants, (_, resource) => resource === 'services');
    expect(await report(scope, none, rest)).toEqual({
      errors: [line('services', 'a'), line('services', 'b')],
      warnings: [],
      unknown: undefined,
    });
  });
});

describe('when it cannot be found out', () => {
  test.for([
    ['the API server is away', new KubeError('UNREACHABLE', 'no route')],
    ['it may not even ask', new KubeError('FORBIDDEN', 'it may not ask')],
  ] as const)('because %s, it goes on', async ([, failure]) => {
    const api = new GrantingApi([]);
    api.failure = failure;
    expect(await preflight({ api, scope: listed('a', 'b', 'c'), duties: all }, signal)).toEqual({
      errors: [],
      warnings: [],
      unknown: failure,
    });
    expect(api.asked.length).toBeLessThanOrEqual(8);
  });

  test('because the answer is none, it goes on', async () => {
    const api = new GrantingApi([]);
    api.status = { allowed: 'yes' };
    const { unknown } = await preflight({ api, scope: wholeCluster, duties: all }, signal);
    expect(unknown).toMatchObject({ code: 'BAD_RESPONSE' });
  });

  test('because it was told to end, it ends', async () => {
    const stop = new AbortController();
    const asked = preflight({ api: new GrantingApi([]), scope: wholeCluster, duties: all }, stop.signal);
    stop.abort('enough');
    await expect(asked).rejects.toBe('enough');
  });
});

test('eight questions are asked at once', async () => {
  const api = new GrantingApi([]);
  const names = Array.from({ length: 50 }, (_, i) => `n${i}`) as [string, ...string[]];
  await preflight({ api, scope: listed(...names), duties: all }, signal);
  expect(api.mostInFlight).toBe(8);
});

describe('the log', () => {
  const told = (told: Partial<PreflightReport>) => {
    const log = new RecordingLog();
    tellPreflight({ errors: [], warnings: [], unknown: undefined, ...told }, log);
    return log.entries.map(({ level, message }) => `${level} ${message}`);
  };

  test('has errors and warnings', () => {
    expect(told({ errors: ['a'], warnings: ['b'] })).toEqual(['error a', 'warn b']);
  });

  test('has nothing when all is well', () => {
    expect(told({})).toEqual([]);
  });

  test('is not filled', () => {
    const lines = told({ errors: Array(70).fill('x'), warnings: ['y'] });
    expect(lines).toEqual([...Array(20).fill('error x'), 'warn y', 'warn and 50 more permissions that are missing']);
  });

  test('says why nothing is known', () => {
    expect(told({ unknown: new KubeError('UNREACHABLE', 'no route') })).toEqual([
      'warn it is not known which permissions the agent has, it goes on without knowing: no route',
    ]);
  });
});
