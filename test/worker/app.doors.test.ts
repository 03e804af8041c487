/**
 * Every door, with a credential in every state, at every route: what is answered, and that nobody can tell one credential
 * that is none from another. The states of tokens are told apart further in app.credentials.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { createApp } from '../../worker/app.ts';
import { refuseOutside } from '../../worker/outside/policy.ts';
import { clusterId } from './support/agent.ts';
import {
  administratorDoors,
  badStates,
  type Carried,
  doors,
  type Place,
  requestWith,
  type State,
  startPlace,
  states,
} from './support/doors.ts';
import { publishEndpoints, redis } from './support/endpoints.ts';
import { ObservedStore } from './support/observed-store.ts';
import { asParameter, post, queryFor } from './support/question.ts';
import { TestMachine } from './support/test-machine.ts';
import { type WholeResponse, whole } from './support/whole-response.ts';
import { snapshot, webAt, webGroup } from './support/zone.ts';

const question = queryFor('web.shop.svc.cluster.local');
const search = asParameter(question);
const clusterPattern = ':cluster{[a-z0-9-]{1,32}}';

/** For whom a route is. */
type Audience =
  | 'all'
  | 'readers'
  | 'readers of local'
  | 'askers'
  | 'watchers'
  | 'listers'
  | 'administrator'
  | 'signers';

interface Route {
  /** As it is declared. */
  readonly pattern: string;
  readonly method: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly audience: Audience;
}

const registration = { publicKeys: [`${'B'.repeat(42)}A`], zones: ['cluster.local'] };
const tokenTerms = { name: 'x', clusters: ['local'] };

const inJson = '?name=web.shop.svc.cluster.local';

/** `prefix` as it is declared and as it is in a path. */
function questions(prefix: string, path: string, audience: Audience): Route[] {
  const [pattern, inJsonOnly] = [`${prefix}/dns-query`, `${prefix}/resolve`];
  return [
    { pattern, method: 'GET', path: `${path}/dns-query${search}`, audience },
    { pattern, method: 'GET', path: `${path}/dns-query${inJson}`, audience },
    { pattern, method: 'HEAD', path: `${path}/dns-query${search}`, audience },
    { pattern, method: 'POST', path: `${path}/dns-query`, init: post(question), audience },
    { pattern, method: 'OPTIONS', path: `${path}/dns-query`, audience: 'all' },
    { pattern: inJsonOnly, method: 'GET', path: `${path}/resolve${inJson}`, audience },
    { pattern: inJsonOnly, method: 'HEAD', path: `${path}/resolve${inJson}`, audience },
    { pattern: inJsonOnly, method: 'OPTIONS', path: `${path}/resolve`, audience: 'all' },
  ];
}

function isQuestion({ pattern }: Route): boolean {
  return /\/(dns-query|resolve|why|names|sd|health)$/.test(pattern);
}

/** Every method of every route. Questions with a token in the path are what the door `path` makes of the others. */
const routes: readonly Route[] = [
  { pattern: '/healthz', method: 'GET', path: '/healthz', audience: 'all' },
  { pattern: '/healthz', method: 'HEAD', path: '/healthz', audience: 'all' },
  ...questions('', '', 'readers'),
  ...questions(`/c/${clusterPattern}`, '/c/local', 'readers of local'),
  ...['GET', 'HEAD'].flatMap((method): Route[] => [
    { pattern: '/sd', method, path: '/sd', audience: 'watchers' },
    { pattern: '/health', method, path: '/health', audience: 'watchers' },
    { pattern: `/c/${clusterPattern}/sd`, method, path: '/c/local/sd', audience: 'readers of local' },
    { pattern: `/c/${clusterPattern}/health`, method, path: '/c/local/health', audience: 'readers of local' },
    { pattern: '/v1/why', method, path: `/v1/why${inJson}`, audience: 'askers' },
    { pattern: '/v1/why', method, path: `/v1/why${inJson}&cluster=local`, audience: 'readers of local' },
    { pattern: '/v1/names', method, path: '/v1/names?cluster=local', audience: 'readers of local' },
  ]),
  { pattern: '/v1/clusters', method: 'GET', path: '/v1/clusters', audience: 'listers' },
  { pattern: '/v1/clusters', method: 'HEAD', path: '/v1/clusters', audience: 'listers' },
  ...['PUT', 'GET', 'HEAD', 'DELETE'].map((method): Route => {
    const init = method === 'PUT' ? { body: JSON.stringify(registration) } : {};
    return {
      pattern: `/v1/clusters/${clusterPattern}`,
      method,
      path: '/v1/clusters/spare',
      init,
      audience: 'administrator',
    };
  }),
  ...['PUT', 'GET', 'HEAD'].map((method): Route => {
    const init = method === 'PUT' ? { body: 'x' } : {};
    const pattern = `/v1/clusters/${clusterPattern}/snapshot`;
    return { pattern, method, path: '/v1/clusters/local/snapshot', init, audience: 'signers' };
  }),
  ...['remarks', 'endpoints'].map(
    (kind): Route => ({
      pattern: `/v1/clusters/${clusterPattern}/${kind}`,
      method: 'PUT',
      path: `/v1/clusters/local/${kind}`,
      init: { body: 'x' },
      audience: 'signers',
    }),
  ),
  { pattern: '/v1/tokens', method: 'GET', path: '/v1/tokens', audience: 'administrator' },
  { pattern: '/v1/tokens', method: 'HEAD', path: '/v1/tokens', audience: 'administrator' },
  {
    pattern: '/v1/tokens',
    method: 'POST',
    path: '/v1/tokens',
    init: { body: JSON.stringify(tokenTerms) },
    audience: 'administrator',
  },
  { pattern: '/v1/tokens', method: 'DELETE', path: '/v1/tokens?id=aaaaaaaa', audience: 'administrator' },
];

/** What a reader's credential in this state gets. */
function expectedStatus({ audience, method }: Route, state: State): number {
  if (audience === 'all') return method === 'OPTIONS' ? 204 : 200;
  if (audience === 'administrator' || audience === 'signers') return 401;
  if (state === 'right') return 200;
  if (state !== 'out of scope') return 401;
  // The credential's own cluster has published nothing.
  if (audience === 'watchers') return 503;
  return audience === 'readers of local' ? 403 : 200;
}

async function startWithSnapshot(state: State): Promise<Place> {
  const place = await startPlace(state);
  await place.edge.register('local');
  await place.edge.publish(webAt('10.0.0.1'));
  await publishEndpoints(place.edge, [redis]);
  return place;
}

async function send({ edge }: Place, carried: Carried, { path, method, init }: Route): Promise<WholeResponse> {
  return whole(await edge.receive(requestWith(carried, path, { ...init, method })));
}

const nothing: Carried = { secrets: [] };

/** What the log must not hold. */
function expectNoSecret({ edge }: Place, carried: Carried): void {
  const log = edge.machine.lines.join('\n');
  for (const secret of [...carried.secrets, ...Object.values(carried.headers ?? {})]) expect(log).not.toContain(secret);
}

test('the table holds every route there is', () => {
  const configuration = {
    store: new ObservedStore(),
    objects: undefined,
    endpointHosts: [],
    administratorKeySha256: undefined,
    tokenKey: undefined,
    isOpen: false,
    defaultCluster: undefined,
    outside: refuseOutside,
  };
  const declared = createApp(configuration, new TestMachine()).paths;
  const patterns = routes.map(({ pattern }) => pattern);
  const withToken = routes.filter(isQuestion).map(({ pattern }) => `/t/:token${pattern}`);
  expect(new Set(declared)).toEqual(new Set([...patterns, ...withToken]));
});

function cachingOf({ headers }: WholeResponse): readonly string[] {
  return headers.filter(([name]) => name === 'cache-control' || name === 'vary').map(([, value]) => value);
}

const forTheHeader = ['private, max-age=30', 'Authorization'];

/** A cache may give an answer to whoever shows the same credential, where it can see which one that is. */
const cachedAs: Readonly<Record<string, readonly string[]>> = {
  bearer: forTheHeader,
  basic: forTheHeader,
  access: ['no-store'],
  path: ['private, max-age=30'],
  host: ['private, max-age=30'],
  certificate: ['no-store'],
};

/** Tokens stand in the path of questions only. */
function reachableBy(door: string): readonly Route[] {
  return routes.filter((route) => door !== 'path' || isQuestion(route));
}

/** Which media type JSON has depends on what is accepted. */
function cachedInJson(name: string): readonly string[] {
  const [caching, vary] = cachedAs[name]!;
  return [caching!, vary === undefined ? 'Accept' : `${vary}, Accept`];
}

describe.each(Object.entries(doors))('the door %s', (name, door) => {
  const reachable = reachableBy(name);

  test.for(states.filter((state) => state !== 'none'))('a credential that is %s', async (state) => {
    const place = await startWithSnapshot(state);
    const carried = await door(place, state);
    for (const route of reachable) {
      const response = await send(place, carried, route);
      expect(`${route.method} ${route.pattern}: ${response.status}`).toBe(
        `${route.method} ${route.pattern}: ${expectedStatus(route, state)}`,
      );
      expect(response.headers).toContainEqual(['cache-control', expect.stringMatching(/^(no-store|private, )/)]);
      if (route.audience === 'readers' && state === 'right') {
        expect(cachingOf(response)).toEqual(route.path.endsWith(inJson) ? cachedInJson(name) : cachedAs[name]);
      }
      // Nothing but a status that says otherwise tells a credential from none.
      if (![200, 403, 503].includes(response.status)) expect(response).toEqual(await send(place, nothing, route));
    }
    expectNoSecret(place, carried);
  });

  test.for(badStates.filter((state) => state === 'malformed' || state === 'wrong'))(
    'a credential that is %s costs no read of the store',
    async (state) => {
      const place = await startWithSnapshot(state);
      const carried = await door(place, state);
      place.edge.store.calls.length = 0;
      for (const route of reachable) await send(place, carried, route);
      expect(place.edge.store.calls).toEqual([]);
    },
  );

  test('403 is the same whether the cluster exists or not', async () => {
    const place = await startWithSnapshot('out of scope');
    await place.edge.register('empty');
    const carried = await door(place, 'out of scope');
    const responses = ['local', 'empty', 'nowhere'].map((cluster) =>
      send(place, carried, {
        pattern: '',
        method: 'POST',
        path: `/c/${cluster}/dns-query`,
        init: post(question),
        audience: 'readers',
      }),
    );
    const [first, ...others] = await Promise.all(responses);
    expect(first).toMatchObject({ status: 403, body: expect.stringContaining('CLUSTER_NOT_IN_SCOPE') });
    for (const other of others) expect(other).toEqual(first);
    expectNoSecret(place, carried);
  });

  test.runIf(name !== 'path')('shows the clusters that the credential is for, and no other', async () => {
    const place = await startWithSnapshot('right');
    await place.edge.register('other');
    const listing = routes.find(({ audience }) => audience === 'listers')!;
    const { body } = await send(place, await door(place, 'right'), listing);
    const { clusters } = JSON.parse(body) as { clusters: { cluster: string }[] };
    expect(clusters.map(({ cluster }) => cluster)).toEqual(['local']);
  });
});

describe.each(Object.entries(administratorDoors))('the administrator’s key as %s', (_, carried) => {
  test('opens what is the administrator’s, and no questions', async () => {
    const place = await startWithSnapshot('right');
    for (const route of routes) {
      const { status } = await send(place, carried, route);
      const isHis = route.audience === 'administrator' || route.audience === 'listers' || route.audience === 'all';
      expect(`${route.method} ${route.pattern}: ${status < 300}`).toBe(`${route.method} ${route.pattern}: ${isHis}`);
      if (!isHis) expect(status).toBe(401);
    }
    expectNoSecret(place, carried);
  });
});

describe('what strangers use up', () => {
  /** An edge at which strangers have used up all that they have, and what it counted since. */
  async function startUsedUp() {
    const keys: string[] = [];
    const rateByAddress = {
      limit: async ({ key }: { key: string }) => {
        keys.push(key);
        return { success: false };
      },
    };
    const place = await startPlace('right', { rateByAddress });
    await place.edge.register('local');
    await place.edge.publish(webAt('10.0.0.1'));
    await publishEndpoints(place.edge, [redis]);
    return { place, keys };
  }

  const audiences: readonly Audience[] = ['readers', 'readers of local', 'watchers', 'listers'];

  test.for(Object.entries(doors))('is not counted to a good credential at the door %s', async ([name, door]) => {
    const { place, keys } = await startUsedUp();
    const carried = await door(place, 'right');
    const asked = reachableBy(name).filter(
      ({ method, audience }) => audiences.includes(audience) && method !== 'OPTIONS',
    );
    for (const route of asked) {
      expect(`${route.method} ${route.path}: ${(await send(place, carried, route)).status}`).toBe(
        `${route.method} ${route.path}: 200`,
      );
    }
    expect(keys).toEqual([]);
    // Whoever shows nothing good has nothing left there.
    for (const route of asked) expect((await send(place, nothing, route)).status).toBe(429);
    expect(keys).toHaveLength(asked.length);
  });

  test.for(Object.entries(administratorDoors))(
    'is not counted to the administrator’s key as %s',
    async ([, carried]) => {
      const { place, keys } = await startUsedUp();
      const asked = routes.filter(({ audience }) => audience === 'administrator' || audience === 'listers');
      for (const route of asked) expect((await send(place, carried, route)).status).toBeLessThan(300);
      expect(keys).toEqual([]);
      for (const route of asked) expect((await send(place, nothing, route)).status).toBe(429);
    },
  );

  test('is not counted to an agent', async () => {
    const { place, keys } = await startUsedUp();
    await place.edge.publish(webAt('10.0.0.2'), { serial: 2 });
    expect(keys).toEqual([]);
    expect((await send(place, nothing, routes.find(({ audience }) => audience === 'signers')!)).status).toBe(429);
  });
});

describe('which credential counts, when there are several', () => {
  const anyQuestion = routes.find(({ audience, method }) => audience === 'readers' && method === 'POST')!;

  async function statusOf(state: 'right' | 'wrong', first: string, second: string): Promise<number> {
    const place = await startWithSnapshot('right');
    const one = await doors[first]!(place, state);
    const other = await doors[second]!(place, state === 'right' ? 'wrong' : 'right');
    const both = { ...other, ...one, headers: { ...other.headers, ...one.headers } };
    return (await send(place, both, anyQuestion)).status;
  }

  test.for([
    ['path', 'host'],
    ['path', 'bearer'],
    ['path', 'access'],
    ['host', 'bearer'],
    ['host', 'certificate'],
    ['bearer', 'access'],
    ['basic', 'certificate'],
    ['access', 'certificate'],
  ] as const)('%s before %s', async ([first, second]) => {
    expect(await statusOf('right', first, second)).toBe(200);
    expect(await statusOf('wrong', first, second)).toBe(401);
  });
});

describe('a door that is not bound', () => {
  test.for([
    ['host', { tokenHostSuffix: undefined }],
    ['access', { access: undefined }],
    ['certificate', { certificates: undefined }],
  ] as const)('%s lets nobody in', async ([name, change]) => {
    const place = await startPlace('right', change);
    const carried = await doors[name]!(place, 'right');
    const route = routes.find(({ audience }) => audience === 'readers')!;
    const response = await send(place, carried, route);
    expect(response.status).toBe(401);
    expect(response).toEqual(await send(place, nothing, route));
    expect(place.edge.machine.fetched).toEqual([]);
  });
});

test('while the keys of Access cannot be read, its JWTs are neither good nor bad, and tokens are as ever', async () => {
  const place = await startWithSnapshot('right');
  place.team.fail(() => new Response('', { status: 500 }));
  const route = routes.find(({ audience, method }) => audience === 'readers' && method === 'GET')!;
  const refused = await send(place, await doors['access']!(place, 'right'), route);
  expect(refused).toMatchObject({ status: 503, body: expect.stringContaining('ACCESS_UNAVAILABLE') });
  expect((await send(place, await doors['bearer']!(place, 'right'), route)).status).toBe(200);
});

test('a token asks the cluster whose alias holds the name, and otherwise its first', async () => {
  const { edge } = await startPlace('right');
  for (const [cluster, alias, address] of [
    ['one', 'one.example', '10.0.0.1'],
    ['two', 'two.example', '10.0.0.2'],
    ['three', 'three.example', '10.0.0.3'],
  ] as const) {
    await edge.register(cluster, ['cluster.local', alias]);
    const published = snapshot([webGroup(address)], { origins: ['cluster.local', alias] });
    await edge.publish(published, { cluster: clusterId(cluster) });
  }
  const token = await edge.createToken(['two', 'one']);
  const asked = async (name: string, path = '') => {
    const { answer } = await edge.ask(name, 'A', `/t/${token}${path}/dns-query`);
    return answer[0]?.split(' ').at(-1);
  };
  expect(await asked('web.shop.svc.cluster.local')).toBe('10.0.0.2');
  expect(await asked('WEB.shop.svc.One.Example')).toBe('10.0.0.1');
  expect(await asked('web.shop.svc.two.example')).toBe('10.0.0.2');
  expect(await asked('web.shop.svc.three.example')).toBeUndefined();
  expect(await asked('web.shop.svc.cluster.local', '/c/one')).toBe('10.0.0.1');
  expect(await asked('web.shop.svc.two.example', '/c/one')).toBeUndefined();
});
