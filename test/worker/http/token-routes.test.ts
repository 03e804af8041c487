/** `/v1/tokens`: making, listing and revoking tokens. */
import { describe, expect, test } from 'vitest';
import { administratorKey, type Edge, startEdge } from '../support/edge.ts';
import { refusal } from '../support/whole-response.ts';

const good = { name: 'laptops', clusters: ['local', 'other'], namespaces: null, zone: null, expiresAt: null };

async function list(edge: Edge): Promise<{ id: string }[]> {
  const body = (await (await edge.administer('GET', '/v1/tokens')).json()) as { tokens: { id: string }[] };
  return body.tokens;
}

describe('POST', () => {
  test('gives the token and says what it allows', async () => {
    const edge = await startEdge();
    const response = await edge.administer('POST', '/v1/tokens', good);
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = (await response.json()) as { token: string };
    expect(body).toEqual({
      id: body.token.slice(3, 11),
      token: expect.stringMatching(/^kd1[a-z2-7]{56}$/),
      ...good,
      createdAt: edge.machine.now(),
    });
  });

  test('stores a hash and nothing that opens', async () => {
    const edge = await startEdge();
    const token = await edge.createToken(['local']);
    const [put] = edge.store.calls;
    expect(put).toBe(`put token/${token.slice(3, 11)}`);
    const stored = await edge.store.get(put!.slice(4), { type: 'text' });
    expect(stored).toMatch(/"secretSha256":"[0-9a-f]{64}"/);
    expect(stored).not.toContain(token.slice(11, 43));
    expect(JSON.stringify(await list(edge))).not.toContain('secret');
    expect(edge.machine.lines).toEqual([`audit: administrator made token ${token.slice(3, 11)}`]);
  });

  test.for([
    ['no expiry', { name: 'x', clusters: ['local'] }],
    ['an empty name', { name: '', clusters: ['local'] }],
    ['a name of 64 characters', { name: 'é'.repeat(64), clusters: ['local'] }],
    ['16 clusters of 32 characters', { name: '"'.repeat(64), clusters: Array(16).fill('a'.repeat(32)) }],
    ['namespaces', { ...good, namespaces: ['shop', 'kube-system', '0'] }],
    ['a zone', { ...good, zone: 'prod.k8s.example.com' }],
    ['31 namespaces', { ...good, namespaces: Array.from({ length: 31 }, (_, i) => `a-namespace-number-${i}`) }],
  ] as const)('takes %s', async ([, body]) => {
    const edge = await startEdge();
    expect((await edge.administer('POST', '/v1/tokens', body)).status).toBe(201);
  });

  test.for([
    ['no object', [null, 1, 'x', []]],
    ['no name', [{ clusters: ['local'] }]],
    ['a name that is no text', [{ ...good, name: 1 }]],
    ['a name of 65 characters', [{ ...good, name: 'x'.repeat(65) }]],
    [
      'a name with a control character',
      [
        { ...good, name: 'a\nb' },
        { ...good, name: '\ud800' },
      ],
    ],
    ['no clusters', [{ name: 'x' }, { ...good, clusters: [] }, { ...good, clusters: 'local' }]],
    ['a cluster that is none', [['Local'], [''], [1], [null], [['local']], ['local', 'a.b']].map(withClusters)],
    ['17 clusters', [withClusters(Array(17).fill('local'))]],
    ['no namespace at all', [{ ...good, namespaces: [] }]],
    [
      'a namespace that is none',
      [1, 'shop', ['Shop'], ['a.b'], [''], ['-a'], ['a-'], [1], ['a'.repeat(64)], {}].map((namespaces) => ({
        ...good,
        namespaces,
      })),
    ],
    ['a zone that is none', [1, '', '.', 'a..b', ['a'], 'a'.repeat(64)].map((zone) => ({ ...good, zone }))],
    ['what does not fit', [{ ...good, namespaces: Array.from({ length: 40 }, (_, i) => `a-namespace-number-${i}`) }]],
    ['a slip in a restriction', [{ ...good, namespace: ['shop'] }]],
    ['an expiry that is no time', ['soon', -1, 1.5, 2 ** 60, true].map((expiresAt) => ({ ...good, expiresAt }))],
    ['an expiry in the past', [0, 1_795_000_000, Date.parse('2026-11-21T12:00:00Z')].map(withExpiry)],
  ] as const)('refuses %s', async ([, bodies]) => {
    const edge = await startEdge();
    for (const body of bodies) {
      expect(await refusal(await edge.administer('POST', '/v1/tokens', body))).toBe('400 BAD_REQUEST');
    }
    expect(edge.store.calls).toEqual([]);
  });

  test('says how much too much it is', async () => {
    const edge = await startEdge();
    const namespaces = Array.from({ length: 40 }, (_, i) => `a-namespace-number-${i}`);
    const response = await edge.administer('POST', '/v1/tokens', { ...good, namespaces });
    expect(((await response.json()) as { error: string }).error).toMatch(
      /^the token would say \d{4} octets of JSON, and 960 are kept; name fewer clusters or namespaces/,
    );
  });

  test('refuses a body that is no JSON, and one that is too long', async () => {
    const edge = await startEdge();
    const headers = { authorization: `Bearer ${administratorKey}` };
    const post = async (body: string | Uint8Array<ArrayBuffer>) =>
      refusal(await edge.fetch('/v1/tokens', { method: 'POST', headers, body }));
    expect(await post('')).toBe('400 BAD_REQUEST');
    expect(await post('{')).toBe('400 BAD_REQUEST');
    expect(await post(Uint8Array.of(0x22, 0xff, 0x22))).toBe('400 BAD_REQUEST');
    expect(await post(JSON.stringify({ ...good, note: 'x'.repeat(16 * 1024) }))).toBe('413 TOO_LARGE');
  });

  test('says what is missing where no key for tokens is set', async () => {
    const edge = await startEdge({ tokenKey: undefined });
    const response = await edge.administer('POST', '/v1/tokens', good);
    expect(await response.clone().text()).toContain('TOKEN_KEY');
    expect(await refusal(response)).toBe('503 NOT_CONFIGURED');
  });
});

describe('GET', () => {
  test('lists every token with what it allows', async () => {
    const edge = await startEdge();
    expect(await list(edge)).toEqual([]);
    await edge.administer('POST', '/v1/tokens', good);
    await edge.administer('POST', '/v1/tokens', { ...good, name: 'ci', expiresAt: edge.machine.now() + 1 });
    const listed = await list(edge);
    const all = [
      { ...good, id: expect.any(String), createdAt: edge.machine.now() },
      { ...good, id: expect.any(String), createdAt: edge.machine.now(), name: 'ci', expiresAt: edge.machine.now() + 1 },
    ];
    expect(listed).toHaveLength(2);
    expect(listed).toEqual(expect.arrayContaining(all));
  });

  test('names a value that is no grant, so that it can be revoked', async () => {
    const edge = await startEdge();
    await edge.store.put('token/aaaaaaaa', '{', { metadata: 'x' });
    expect(await list(edge)).toEqual([{ id: 'aaaaaaaa' }]);
  });
});

describe('DELETE', () => {
  test('revokes, also what is not there', async () => {
    const edge = await startEdge();
    const id = (await edge.createToken(['local'])).slice(3, 11);
    for (let i = 0; i < 2; i += 1) {
      const response = await edge.administer('DELETE', `/v1/tokens?id=${id}`);
      expect(await response.json()).toEqual({ id, revoked: true });
    }
    expect(await list(edge)).toEqual([]);
  });

  test.for(['', '?id=', '?id=AAAAAAAA', '?id=aaaaaaaaa', '?id=../x', '?name=aaaaaaaa'])(
    'refuses "%s", which names no token',
    async (query) => {
      const edge = await startEdge();
      expect(await refusal(await edge.administer('DELETE', `/v1/tokens${query}`))).toBe('400 BAD_REQUEST');
      expect(edge.store.calls).toEqual([]);
    },
  );
});

function withClusters(clusters: readonly unknown[]) {
  return { ...good, clusters };
}

function withExpiry(expiresAt: number) {
  return { ...good, expiresAt };
}
