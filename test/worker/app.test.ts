/**
 * The order of refusal on every route: no such path, wrong method, no valid credential, anything else. What counts as a
 * credential is in app.credentials.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { administratorKey, type Edge, startEdge, startOpenEdge } from './support/edge.ts';
import { askFor, asParameter, post, queryFor } from './support/question.ts';
import { refusal, whole } from './support/whole-response.ts';
import { webAt } from './support/zone.ts';

const question = asParameter(queryFor('web.shop.svc.cluster.local'));

/** Every path there is, and the methods that it takes. */
const routes = [
  ['/healthz', ['GET', 'HEAD']],
  ['/dns-query', ['GET', 'HEAD', 'POST', 'OPTIONS']],
  ['/c/local/dns-query', ['GET', 'HEAD', 'POST', 'OPTIONS']],
  ['/t/kd1/dns-query', ['GET', 'HEAD', 'POST', 'OPTIONS']],
  ['/t/kd1/c/local/dns-query', ['GET', 'HEAD', 'POST', 'OPTIONS']],
  ['/resolve', ['GET', 'HEAD', 'OPTIONS']],
  ['/c/local/resolve', ['GET', 'HEAD', 'OPTIONS']],
  ['/t/kd1/resolve', ['GET', 'HEAD', 'OPTIONS']],
  ['/t/kd1/c/local/resolve', ['GET', 'HEAD', 'OPTIONS']],
  ['/v1/clusters', ['GET', 'HEAD']],
  ['/v1/clusters/local', ['GET', 'HEAD', 'PUT', 'DELETE']],
  ['/v1/clusters/local/snapshot', ['GET', 'HEAD', 'PUT']],
  ['/v1/clusters/local/remarks', ['PUT']],
  ['/v1/why', ['GET', 'HEAD']],
  ['/t/kd1/v1/why', ['GET', 'HEAD']],
  ['/v1/names', ['GET', 'HEAD']],
  ['/t/kd1/v1/names', ['GET', 'HEAD']],
  ['/v1/tokens', ['GET', 'HEAD', 'POST', 'DELETE']],
] as const;

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const;

const pairs = routes.flatMap(([path, allowed]) =>
  methods.map((method) => ({ path, method, allowed: allowed as readonly string[] })),
);

function credentials(edge: Edge): Promise<string[]> {
  return Promise.all(['', `Bearer ${administratorKey}`, edge.createToken(['local']).then((text) => `Bearer ${text}`)]);
}

describe('404: there is nothing at the path', () => {
  test.for([
    '/',
    '/dns-query/',
    '/dns-query/x',
    '/x/dns-query',
    '//dns-query',
    '/DNS-QUERY',
    '/dns-queryx',
    '/healthz/',
    '/resolve/',
    '/resolve/web.shop.svc.cluster.local',
    '/RESOLVE',
    '/t/resolve',
    '/c/Local/resolve',
    '/t/dns-query',
    '/t//dns-query',
    '/t/a/b/dns-query',
    '/c/dns-query',
    '/c/Local/dns-query',
    '/c/a.b/dns-query',
    '/c/_/dns-query',
    `/c/${'a'.repeat(33)}/dns-query`,
    '/c/local/t/kd1/dns-query',
    '/v1',
    '/v1/clusters/',
    '/v1/clusters/Local',
    `/v1/clusters/${'a'.repeat(33)}`,
    '/v1/clusters/local/',
    '/v1/clusters/local/snapshots',
    '/v1/tokens/x',
    '/v1/why/',
    '/v1/names/x',
    '/c/local/v1/why',
    '/t/kd1/v1/clusters',
    '/v1/clusters/local/remarks/',
    '/constructor',
    '/__proto__',
  ])('%s, whatever the method and the credential', async (path) => {
    const edge = await startEdge();
    for (const authorization of await credentials(edge)) {
      for (const method of methods.filter((other) => other !== 'HEAD')) {
        expect(await refusal(await edge.fetch(path, { method, headers: { authorization } }))).toBe('404 NOT_FOUND');
      }
    }
  });

  test('a cluster id of 32 characters is one', async () => {
    const edge = await startEdge();
    expect((await edge.fetch(`/c/${'a'.repeat(32)}/dns-query`)).status).toBe(401);
  });
});

describe('405: the path does not take the method', () => {
  test.for(pairs.filter(({ method, allowed }) => !allowed.includes(method)))(
    '$method $path, whatever the credential',
    async ({ path, method, allowed }) => {
      const edge = await startEdge();
      for (const authorization of await credentials(edge)) {
        const response = await edge.fetch(path, { method, headers: { authorization } });
        expect(response.headers.get('allow')).toBe(allowed.join(', '));
        if (method === 'HEAD') expect(response.status).toBe(405);
        else expect(await refusal(response)).toBe('405 METHOD_NOT_ALLOWED');
      }
    },
  );

  test.for(pairs.filter(({ method, allowed }) => allowed.includes(method)))(
    'not for $method $path',
    async ({ path, method }) => {
      const edge = await startEdge();
      expect((await edge.fetch(path, { method })).status).not.toBe(405);
    },
  );
});

test.for(['/healthz', '/dns-query', '/resolve', '/nothing-here', '/v1/tokens'])(
  'HEAD %s has the fields of GET and no body',
  async (path) => {
    const edge = await startEdge();
    const [get, head] = [await edge.fetch(path), await edge.fetch(path, { method: 'HEAD' })];
    expect(head.status).toBe(get.status);
    expect([...head.headers]).toEqual([...get.headers]);
    expect(head.headers.get('content-length')).toBe(String((await get.text()).length));
    expect(await head.text()).toBe('');
  },
);

describe('without a credential', () => {
  const closed = pairs.filter(
    ({ path, method, allowed }) => path !== '/healthz' && method !== 'OPTIONS' && allowed.includes(method),
  );

  test.for(closed)('$method $path is 401, and nothing is read', async ({ path, method }) => {
    const edge = await startEdge();
    const response = await edge.fetch(`${path}${question}`, { method });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).not.toBeNull();
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(edge.store.calls).toEqual([]);
  });

  test.for(closed.filter(({ path }) => /^\/v1\/(clusters|tokens)/.test(path)))(
    '$method $path is 401 also where questions are open',
    async ({ path, method }) => {
      const edge = await startEdge({ isOpen: true });
      expect((await edge.fetch(path, { method })).status).toBe(401);
    },
  );

  test('the credential comes before what is wrong with the request', async () => {
    const edge = await startEdge();
    const wrong: RequestInit[] = [
      { method: 'GET' },
      { method: 'POST', body: 'x' },
      post(new Uint8Array(70_000)),
      post(new Uint8Array(3)),
    ];
    for (const init of wrong) expect((await edge.fetch('/dns-query', init)).status).toBe(401);
    expect((await edge.fetch('/resolve?name=..')).status).toBe(401);
    expect((await edge.fetch('/v1/tokens', { method: 'POST', body: '{' })).status).toBe(401);
    expect((await edge.fetch('/v1/clusters/local', { method: 'PUT', body: '{' })).status).toBe(401);
  });
});

describe('what needs no credential', () => {
  test.for([
    ['as it is', {}],
    ['with a credential that is none', { authorization: 'Bearer x' }],
  ] as const)('/healthz %s: ok, and nothing else', async ([, headers]) => {
    const edge = await startEdge();
    expect(await whole(await edge.fetch('/healthz?x=1', { headers }))).toEqual({
      status: 200,
      headers: [
        ['cache-control', 'no-store'],
        ['content-length', '3'],
        ['content-type', 'text/plain;charset=UTF-8'],
      ],
      body: 'ok\n',
    });
    expect(edge.store.calls).toEqual([]);
  });

  test.for(['/dns-query', '/c/nowhere/dns-query', '/t/nothing/dns-query'])('OPTIONS %s: the methods', async (path) => {
    const edge = await startEdge();
    expect(await whole(await edge.fetch(path, { method: 'OPTIONS' }))).toEqual({
      status: 204,
      headers: [
        ['allow', 'GET, HEAD, POST, OPTIONS'],
        ['cache-control', 'no-store'],
      ],
      body: '',
    });
    expect(edge.store.calls).toEqual([]);
  });

  test.for(['/dns-query', '/c/local/dns-query', '/t/anything/dns-query'])(
    '%s where questions are open',
    async (path) => {
      const edge = await startOpenEdge(webAt('10.0.0.1'));
      expect((await edge.ask('web.shop.svc.cluster.local', 'A', path)).answer).toEqual([
        'web.shop.svc.cluster.local 30 IN A 10.0.0.1',
      ]);
    },
  );
});

test.for([
  ['an answer', `/dns-query${question}`],
  ['no such name', `/dns-query${asParameter(queryFor('nope.cluster.local'))}`],
  ['a refusal', `/dns-query${asParameter(queryFor('example.com'))}`],
  ['a wrong parameter', '/dns-query?dns=%'],
  ['an answer in JSON', '/resolve?name=web.shop.svc.cluster.local'],
  ['a wrong name', '/resolve?name=..'],
  ['no such path', '/nothing'],
  ['a wrong credential', '/v1/tokens'],
  ['a reason', '/v1/why?name=wbe.shop.svc.cluster.local'],
  ['the names', '/v1/names'],
  ['health', '/healthz'],
] as const)('HEAD is GET without a body: %s', async ([, path]) => {
  const edge = await startOpenEdge(webAt('10.0.0.1'));
  const get = await whole(await edge.fetch(path));
  expect(get.body).not.toBe('');
  expect(await whole(await edge.fetch(path, { method: 'HEAD' }))).toEqual({ ...get, body: '' });
});

describe('when the store fails', () => {
  test.for([
    ['get', 'POST', '/dns-query'],
    ['put', 'POST', '/v1/tokens'],
    ['delete', 'DELETE', '/v1/tokens?id=aaaaaaaa'],
    ['list', 'GET', '/v1/clusters'],
    ['list', 'GET', '/v1/tokens'],
  ] as const)('%s: %s %s is 503 and says when to try again', async ([operation, method, path]) => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    const init = path === '/dns-query' ? askFor('web.shop.svc.cluster.local') : {};
    const headers = {
      'content-type': 'application/dns-message',
      authorization: `Bearer ${path === '/dns-query' ? token : administratorKey}`,
    };
    const body = method === 'GET' ? {} : { body: JSON.stringify({ name: 'x', clusters: ['local'] }) };
    edge.store.fail(operation, 'KV failed: 429 Too Many Requests');

    const response = await edge.fetch(path, { method, ...body, ...init, headers });
    expect(response.headers.get('retry-after')).toBe('1');
    const text = await response.text();
    expect({ status: response.status, ...(JSON.parse(text) as object) }).toEqual({
      status: 503,
      code: 'STORE_UNAVAILABLE',
      error: 'the store did not take or give a value; try again',
    });
    expect(edge.machine.lines).toContain('request failed: KV failed: 429 Too Many Requests');

    edge.store.recover();
    edge.machine.advance(1000);
    expect((await edge.fetch(path, { method, ...body, ...init, headers })).status).not.toBe(503);
  });
});
