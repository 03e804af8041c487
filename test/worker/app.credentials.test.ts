/**
 * Credentials at every door: which are good, and that nothing tells the bad ones apart.
 */
import { describe, expect, test } from 'vitest';
import { createToken } from '../../worker/access/token.ts';
import { clusterId } from './support/agent.ts';
import { administratorKey, type Edge, startEdge, tokenKey } from './support/edge.ts';
import { asParameter, post, queryFor } from './support/question.ts';
import { type WholeResponse, whole } from './support/whole-response.ts';
import { webAt } from './support/zone.ts';

const name = 'web.shop.svc.cluster.local';
const question = queryFor(name);

/** A closed edge that has something to answer with. */
async function startClosedEdge(): Promise<Edge> {
  const edge = await startEdge();
  await edge.register('local');
  await edge.publish(webAt('10.0.0.1'));
  return edge;
}

/** The ways to carry a token. */
const doors = {
  Bearer: (token: string) => ({ path: '/dns-query', headers: { authorization: `Bearer ${token}` } }),
  'bearer, in another case': (token: string) => ({
    path: '/dns-query',
    headers: { authorization: `bEARER  ${token}` },
  }),
  'Basic password': (token: string) => ({
    path: '/dns-query',
    headers: { authorization: `Basic ${btoa(`anybody:${token}`)}` },
  }),
  'Basic password of nobody': (token: string) => ({
    path: '/dns-query',
    headers: { authorization: `Basic ${btoa(`:${token}`)}` },
  }),
  path: (token: string) => ({ path: `/t/${token}/dns-query`, headers: {} }),
  'Bearer, with a cluster in the path': (token: string) => ({
    path: '/c/local/dns-query',
    headers: { authorization: `Bearer ${token}` },
  }),
  'path with a cluster': (token: string) => ({ path: `/t/${token}/c/local/dns-query`, headers: {} }),
} as const;

/** How a token can be no good. */
const badTokens: Readonly<Record<string, (edge: Edge) => Promise<string> | string>> = {
  'too short': () => 'kd1',
  'of another form': () => 'x'.repeat(59),
  'the administrator key': () => administratorKey,
  'well-formed and random': () => `kd1${'a7'.repeat(28)}`,
  'with a wrong check': async (edge) => {
    const token = await edge.createToken(['local']);
    return token.slice(0, -1) + (token.endsWith('a') ? 'b' : 'a');
  },
  'with another secret and the old check': async (edge) => {
    const token = await edge.createToken(['local']);
    return token.slice(0, 11) + (token[11] === 'a' ? 'b' : 'a') + token.slice(12);
  },
  'in upper case': async (edge) => (await edge.createToken(['local'])).toUpperCase(),
  'of another Worker': async () => (await createToken('ab'.repeat(32), (octets) => octets.fill(7))).text,
  'with a right check, never stored': async () => (await createToken(tokenKey, (octets) => octets.fill(9))).text,
  expired: async (edge) => {
    const token = await edge.createToken(['local'], edge.machine.now() + 1000);
    edge.machine.advance(1000);
    return token;
  },
  revoked: async (edge) => {
    const token = await edge.createToken(['local']);
    await edge.administer('DELETE', `/v1/tokens?id=${token.slice(3, 11)}`);
    return token;
  },
  'revoked after it was used': async (edge) => {
    const token = await edge.createToken(['local']);
    expect((await askWith(edge, doors.Bearer(token))).status).toBe(200);
    await edge.administer('DELETE', `/v1/tokens?id=${token.slice(3, 11)}`);
    return token;
  },
  'stored as something that is no JSON': async (edge) => {
    const token = await edge.createToken(['local']);
    await edge.store.put(`token/${token.slice(3, 11)}`, '{');
    return token;
  },
  'stored as null': async (edge) => {
    const token = await edge.createToken(['local']);
    await edge.store.put(`token/${token.slice(3, 11)}`, 'null');
    return token;
  },
  'stored with the hash of another secret': async (edge) => {
    const token = await edge.createToken(['local']);
    const value = { name: '', clusters: ['local'], createdAt: 0, expiresAt: null, secretSha256: '0'.repeat(64) };
    await edge.store.put(`token/${token.slice(3, 11)}`, JSON.stringify(value));
    return token;
  },
};

/** Requests that carry no token at all, or none that can be read. */
const noTokens = {
  nothing: {},
  'an empty header': { authorization: '' },
  'a scheme alone': { authorization: 'Bearer' },
  'another scheme': { authorization: 'Digest username="x"' },
  'a Basic value that is no base64': { authorization: 'Basic %%%' },
  'a Basic value without a colon': { authorization: `Basic ${btoa('x')}` },
  'two tokens': { authorization: 'Bearer a b' },
} as const;

interface Carrier {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

function askWith(edge: Edge, { path, headers }: Carrier): Promise<Response> {
  return edge.fetch(path, post(question, headers));
}

/** The same by POST, GET and HEAD. */
async function askByEveryMethod(edge: Edge, carrier: Carrier): Promise<WholeResponse[]> {
  const { path, headers } = carrier;
  const search = asParameter(question);
  const responses = [
    await askWith(edge, carrier),
    await edge.fetch(path + search, { headers }),
    await edge.fetch(path + search, { method: 'HEAD', headers }),
  ];
  return Promise.all(responses.map(whole));
}

/** What every bad credential gets, by every method. */
async function refused(edge: Edge): Promise<WholeResponse[]> {
  const response = await whole(await askWith(edge, { path: '/dns-query', headers: {} }));
  expect(response.status).toBe(401);
  return [response, response, { ...response, body: '' }];
}

describe('a good token', () => {
  test.for(Object.entries(doors))('as %s', async ([, door]) => {
    const edge = await startClosedEdge();
    const token = await edge.createToken(['local']);
    const responses = await askByEveryMethod(edge, door(token));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('is good until the moment it expires', async () => {
    const edge = await startClosedEdge();
    const token = await edge.createToken(['local'], edge.machine.now() + 60_000);
    for (const [milliseconds, status] of [
      [59_999, 200],
      [1, 401],
    ] as const) {
      edge.machine.advance(milliseconds);
      expect((await askWith(edge, doors.Bearer(token))).status).toBe(status);
    }
  });

  test('in the path wins over the header', async () => {
    const edge = await startClosedEdge();
    const token = await edge.createToken(['local']);
    expect((await askWith(edge, { ...doors.path(token), headers: { authorization: 'Bearer x' } })).status).toBe(200);
    expect((await askWith(edge, { ...doors.Bearer(token), path: '/t/x/dns-query' })).status).toBe(401);
  });

  test('asks its first cluster, or the one in the path', async () => {
    const edge = await startClosedEdge();
    await edge.register('other');
    await edge.publish(webAt('10.0.0.2'), { cluster: clusterId('other') });
    const token = await edge.createToken(['other', 'local']);
    const answers = await Promise.all(
      ['', '/c/other', '/c/local'].map((cluster) => edge.ask(name, 'A', `/t/${token}${cluster}/dns-query`)),
    );
    expect(answers.map(({ answer }) => answer[0]?.split(' ').at(-1))).toEqual(['10.0.0.2', '10.0.0.2', '10.0.0.1']);
  });
});

describe('401, one and the same', () => {
  test.for(Object.entries(noTokens))('for %s', async ([, headers]) => {
    const edge = await startClosedEdge();
    expect(await askByEveryMethod(edge, { path: '/dns-query', headers })).toEqual(await refused(edge));
  });

  for (const [how, bad] of Object.entries(badTokens)) {
    test.for(Object.entries(doors))(`for a token ${how}, as %s`, async ([, door]) => {
      const edge = await startClosedEdge();
      const token = await bad(edge);
      expect(await askByEveryMethod(edge, door(token))).toEqual(await refused(edge));
    });
  }

  test.for(['too short', 'of another form', 'well-formed and random', 'with a wrong check', 'of another Worker'])(
    'a token %s costs no read of the store',
    async (how) => {
      const edge = await startClosedEdge();
      const token = await badTokens[how]!(edge);
      const before = edge.store.count('get');
      await askWith(edge, doors.Bearer(token));
      expect(edge.store.count('get')).toBe(before);
    },
  );

  test('where no key for tokens is set, for every token', async () => {
    const edge = await startEdge({ tokenKey: undefined });
    const { text } = await createToken(tokenKey, (octets) => octets.fill(1));
    expect(await askByEveryMethod(edge, doors.Bearer(text))).toEqual(await refused(edge));
  });
});

describe('403: the cluster is not in the token’s scope', () => {
  test('the same whether the cluster exists or not', async () => {
    const edge = await startClosedEdge();
    await edge.register('empty');
    const token = await edge.createToken(['other']);
    const responses = await Promise.all(
      ['local', 'empty', 'nowhere'].map(async (cluster) =>
        whole(await askWith(edge, { ...doors.Bearer(token), path: `/c/${cluster}/dns-query` })),
      ),
    );
    expect(responses[0]).toMatchObject({ status: 403, body: expect.stringContaining('CLUSTER_NOT_IN_SCOPE') });
    expect(responses[1]).toEqual(responses[0]);
    expect(responses[2]).toEqual(responses[0]);
  });

  test('is told before what is wrong with the question', async () => {
    const edge = await startClosedEdge();
    const token = await edge.createToken(['other']);
    expect((await edge.fetch(`/t/${token}/c/local/dns-query`)).status).toBe(403);
  });
});

describe('the administrator’s routes', () => {
  const routes = [
    ['GET', '/v1/clusters'],
    ['GET', '/v1/clusters/local'],
    ['PUT', '/v1/clusters/local'],
    ['DELETE', '/v1/clusters/local'],
    ['GET', '/v1/tokens'],
    ['POST', '/v1/tokens'],
    ['DELETE', '/v1/tokens'],
  ] as const;

  // A list of clusters is for tokens too.
  const his = routes.filter(([method, path]) => path !== '/v1/clusters' || method !== 'GET');

  test.for(his)('%s %s: 401 for everything but the key, always the same', async ([method, path]) => {
    const edge = await startClosedEdge();
    const headers: readonly string[] = [
      ...Object.values(noTokens).map((header) => ('authorization' in header ? header.authorization : '')),
      'Bearer x',
      `Bearer ${administratorKey}x`,
      `Bearer ${administratorKey.slice(0, -1)}`,
      `Bearer ${await edge.createToken(['local'])}`,
    ];
    const [expected] = await refused(edge);
    const calls = edge.store.calls.length;
    for (const authorization of headers) {
      expect(await whole(await edge.fetch(path, { method, headers: { authorization } }))).toEqual(expected);
    }
    expect(edge.store.calls.length).toBe(calls);
  });

  test.for(routes)('%s %s: the key opens, as Bearer and as Basic password', async ([method, path]) => {
    const edge = await startClosedEdge();
    for (const authorization of [`Bearer ${administratorKey}`, `Basic ${btoa(`admin:${administratorKey}`)}`]) {
      expect((await edge.fetch(path, { method, headers: { authorization } })).status).not.toBe(401);
    }
  });

  test.for(routes)('%s %s: closed to all where no key is set', async ([method, path]) => {
    const edge = await startEdge({ administratorKeySha256: undefined });
    expect((await edge.administer(method, path)).status).toBe(401);
  });
});
