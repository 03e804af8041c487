/** Reads that are refused: with what, in which order, and that nobody without the cluster's key learns anything. */
import { describe, expect, test } from 'vitest';
import type { DoorSettings } from '../../../worker/access/settings.ts';
import { tokenDoorsOnly } from '../../../worker/access/settings.ts';
import { signatureHeader, signedOctets, snapshotPath } from '../../../zone/manifest.ts';
import { readHeader, snapshotReadOctets } from '../../../zone/snapshot-read.ts';
import { Agent, clusterId } from '../support/agent.ts';
import { administratorKey, type Edge, type EdgeOptions, startEdge } from '../support/edge.ts';
import { type ReadChange, signedFields, signedRead } from '../support/signed-read.ts';
import { refusal, type WholeResponse, whole } from '../support/whole-response.ts';
import { webAt } from '../support/zone.ts';

const key = 'cluster/local/snapshot';
const path = snapshotPath(clusterId('local'));
const limit = 300_000;

async function startPublished(options: EdgeOptions = {}): Promise<Edge> {
  const edge = await startEdge(options);
  await edge.register('local');
  await edge.publish(webAt('10.0.0.1'), { serial: 5 });
  return edge;
}

/** The same by GET and HEAD. HEAD tells no body, and all else. */
async function byBoth(edge: Edge, headers: Record<string, string>, at = path): Promise<WholeResponse> {
  const [get, head] = await Promise.all(
    ['GET', 'HEAD'].map(async (method) => whole(await edge.fetch(at, { method, headers }))),
  );
  expect(head).toEqual({ ...get, body: '' });
  return get!;
}

function codeOf({ status, body }: WholeResponse): string {
  return `${status} ${JSON.parse(body).code}`;
}

describe('without a signature', () => {
  test.for<[string, (edge: Edge) => Promise<Record<string, string>>]>([
    ['nothing', async () => ({})],
    ['a statement alone', async (edge) => ({ [readHeader]: (await signedFields(edge))[readHeader]! })],
    ['a signature alone', async (edge) => ({ [signatureHeader]: (await signedFields(edge))[signatureHeader]! })],
    ['a manifest that is signed', async (edge) => manifestFields(edge)],
    ["the administrator's key", async () => ({ authorization: `Bearer ${administratorKey}` })],
    ['a token', async (edge) => ({ authorization: `Bearer ${await edge.createToken(['local'])}` })],
  ])('%s: 401, the same for a cluster that is not there', async ([, make]) => {
    const edge = await startPublished();
    const headers = await make(edge);
    const response = await byBoth(edge, headers);
    expect(codeOf(response)).toBe('401 NO_SIGNATURE');
    expect(response.headers).toContainEqual(['www-authenticate', 'Kube-DoH-Signature realm="kube-doh"']);
    expect(JSON.parse(response.body).error).toBe('a read needs the headers kube-doh-read and kube-doh-signature');
    expect(await byBoth(edge, headers, snapshotPath(clusterId('nowhere')))).toEqual(response);
  });

  test('nor where questions are open', async () => {
    const edge = await startPublished({ isOpen: true });
    expect(codeOf(await byBoth(edge, {}))).toBe('401 NO_SIGNATURE');
  });
});

/** Each with a statement and a signature; wrong ones. */
const wrong: readonly (readonly [string, (edge: Edge) => Promise<Record<string, string>>])[] = [
  ['a signature that is none', changed((fields) => ({ ...fields, [signatureHeader]: 'x' }))],
  [
    'a signature that is cut',
    changed((fields) => ({ ...fields, [signatureHeader]: fields[signatureHeader]!.slice(2) })),
  ],
  ['a changed signature', changed((fields) => ({ ...fields, [signatureHeader]: flipped(fields[signatureHeader]!) }))],
  [
    'a statement that was changed',
    changed((fields) => ({ ...fields, [readHeader]: fields[readHeader]!.replace('{', '{ ') })),
  ],
  ['the signature of another moment', signatureFrom((edge) => signedFields(edge, { at: edge.machine.now() - 1 }))],
  ["a stranger's signature", async (edge) => signedFields(edge, { agent: await Agent.create() })],
  ["another cluster's key", (edge) => ofAnother(edge)],
  ['the statement of another cluster', (edge) => signedFields(edge, { cluster: 'other' })],
  ['a statement that is none', (edge) => signedFields(edge, { text: 'x' })],
  [
    'a statement that says more',
    (edge) => signedFields(edge, { text: `{"cluster":"local","at":${edge.machine.now()},"x":1}` }),
  ],
  ['a statement without a time', (edge) => signedFields(edge, { text: '{"cluster":"local"}' })],
  [
    'a statement that is signed as a manifest',
    async (edge) => {
      const text = (await signedFields(edge))[readHeader]!;
      return { [readHeader]: text, [signatureHeader]: await edge.agent.sign(signedOctets(text)) };
    },
  ],
  [
    'a signed manifest in the place of a statement',
    async (edge) => {
      const { manifestText, signature } = await edge.agent.publication(webAt('10.0.0.1'), { serial: 6 });
      return { [readHeader]: manifestText, [signatureHeader]: signature };
    },
  ],
  ['a stranger long after', async (edge) => signedFields(edge, { agent: await Agent.create(), at: 0 })],
];

describe('with a wrong signature', () => {
  test.for(wrong)('%s: 403, and nothing of the snapshot is read', async ([, make]) => {
    const edge = await startPublished();
    const headers = await make(edge);
    edge.store.calls.length = 0;
    const response = await byBoth(edge, headers);
    expect(codeOf(response)).toBe('403 WRONG_SIGNATURE');
    expect(edge.store.calls.filter((call) => call.includes(key))).toEqual([]);
    expect(response.body).not.toContain('10.0.0.1');
    // The agent that has the key is let in at the same moment.
    expect((await signedRead(edge, { method: 'HEAD' })).status).toBe(200);
  });

  test('all are refused with the same octets, and so is everybody who reads a cluster that is not there', async () => {
    const edge = await startPublished();
    const responses = [];
    for (const [, make] of wrong) responses.push(await byBoth(edge, await make(edge)));
    for (const change of [{}, { at: 0 }, { text: 'x' }] satisfies ReadChange[]) {
      const fields = await signedFields(edge, { cluster: 'nowhere', ...change });
      responses.push(await byBoth(edge, fields, snapshotPath(clusterId('nowhere'))));
    }
    for (const response of responses) expect(response).toEqual(responses[0]);
  });

  test.for(['x', '{"cluster":"other","at":1}'])('a guess that says %s asks no object', async (text) => {
    const edge = await startPublished();
    const headers = await signedFields(edge, { text, agent: await Agent.create() });
    const before = edge.objects.registryCalls;
    expect(codeOf(await byBoth(edge, headers))).toBe('403 WRONG_SIGNATURE');
    expect(edge.objects.registryCalls).toBe(before);
    await signedRead(edge, { method: 'HEAD' });
    expect(edge.objects.registryCalls).toBe(before + 1);
  });
});

describe('a read cannot pass for a publish', () => {
  test('by its headers, or by its signature over a manifest', async () => {
    const edge = await startPublished();
    const publication = await edge.agent.publication(webAt('10.0.0.2'), { serial: 6 });
    const read = await signedFields(edge, { text: publication.manifestText });
    expect(await refusal(await edge.send(publication, { bare: true, headers: read }))).toBe('401 NO_SIGNATURE');
    const signature = await edge.agent.sign(snapshotReadOctets(publication.manifestText));
    expect(await refusal(await edge.send({ ...publication, signature }))).toBe('403 WRONG_SIGNATURE');
    expect((await edge.send(publication)).status).toBe(200);
  });
});

describe('a read counts for five minutes', () => {
  test.for([
    ['now', 0, 200],
    ['5 minutes ago', -limit, 200],
    ['in 5 minutes', limit, 200],
    ['more than 5 minutes ago', -limit - 1, 403],
    ['in more than 5 minutes', limit + 1, 403],
    ['at the beginning of time', Number.NEGATIVE_INFINITY, 403],
    ['at the end of it', Number.POSITIVE_INFINITY, 403],
  ] as const)('signed %s', async ([, milliseconds, status]) => {
    const edge = await startPublished();
    const at = Math.min(Math.max(edge.machine.now() + milliseconds, 0), Number.MAX_SAFE_INTEGER);
    const response = await byBoth(edge, await signedFields(edge, { at }));
    expect(response.status).toBe(status);
    if (status === 403) {
      expect(JSON.parse(response.body)).toEqual({
        error:
          "it is 2026-11-21T12:00:00.000Z here, and the read was not signed within 5 minutes of that; set the agent's clock",
        code: 'READ_EXPIRED',
        now: edge.machine.now(),
      });
    }
  });

  test('and whether there is a snapshot is told after that', async () => {
    const edge = await startEdge();
    await edge.register('local');
    expect(codeOf(await byBoth(edge, await signedFields(edge, { at: 0 })))).toBe('403 READ_EXPIRED');
    expect(codeOf(await byBoth(edge, await signedFields(edge)))).toBe('404 NO_SNAPSHOT');
  });
});

describe('keys, which the registry says and not KV', () => {
  test('a new one reads at once, and one that was taken away does not', async () => {
    const edge = await startPublished();
    expect((await signedRead(edge, { method: 'HEAD' })).status).toBe(200);
    const successor = await Agent.create();
    const late = await edge.store.capture('registry');
    await edge.register('local', ['cluster.local'], [successor.publicKey]);
    late();
    expect(await refusal(await signedRead(edge))).toBe('403 WRONG_SIGNATURE');
    const response = await signedRead(edge, { agent: successor });
    expect(response.status).toBe(200);
    await response.body!.cancel();
  });

  test('a cluster that was taken away is not read', async () => {
    const edge = await startPublished();
    expect((await signedRead(edge, { method: 'HEAD' })).status).toBe(200);
    await edge.administer('DELETE', '/v1/clusters/local');
    expect(await refusal(await signedRead(edge))).toBe('403 WRONG_SIGNATURE');
  });
});

describe('without a good snapshot', () => {
  test.for<[string, string, (edge: Edge) => Promise<void> | void]>([
    ['one that KV does not show', '404 NO_SNAPSHOT', (edge) => edge.store.delete(key)],
    [
      'one with another body',
      '503 DAMAGED_SNAPSHOT',
      (edge) => edge.store.tamper(key, ({ octets }) => ({ octets: octets.with(20, 0) })),
    ],
    ['one with no manifest', '503 DAMAGED_SNAPSHOT', (edge) => edge.store.tamper(key, () => ({ metadata: {} }))],
    [
      'one that a stranger signed',
      '503 DAMAGED_SNAPSHOT',
      async (edge) => {
        const { manifestText: manifest, body, signature } = await (await Agent.create()).publication(webAt('10.6.6.6'));
        await edge.store.put(key, body, { metadata: { manifest, signature } });
      },
    ],
    ['one that KV does not give', '503 STORE_UNAVAILABLE', (edge) => edge.store.fail('get')],
  ])('%s', async ([, expected, spoil]) => {
    const edge = await startPublished();
    await spoil(edge);
    const response = await byBoth(edge, await signedFields(edge));
    expect(codeOf(response)).toBe(expected);
    expect(response.headers.some(([name]) => name.startsWith('kube-doh'))).toBe(false);
  });

  test('what was good before goes on being told, and its body is not that of what is damaged', async () => {
    const edge = await startPublished();
    expect((await signedRead(edge, { method: 'HEAD' })).status).toBe(200);
    await edge.publish(webAt('10.0.0.2'), { serial: 6 });
    await edge.store.tamper(key, ({ octets }) => ({ octets: octets.with(20, 0) }));
    edge.machine.advance(1000);
    const head = await signedRead(edge, { method: 'HEAD' });
    expect(head.headers.get('kube-doh-manifest')).toContain('"serial":5');
    expect(await refusal(await signedRead(edge))).toBe('503 STORE_UNAVAILABLE');
  });

  test('what is damaged is told with what to do', async () => {
    const edge = await startPublished();
    await edge.store.tamper(key, () => ({ metadata: {} }));
    const response = await signedRead(edge);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({
      error: 'what is stored failed a check and is not answered from; publish a newer snapshot',
      code: 'DAMAGED_SNAPSHOT',
    });
  });
});

test('without the Durable Objects nothing is read, and a missing signature is told first', async () => {
  const edge = await startEdge({ objects: undefined });
  expect(codeOf(await byBoth(edge, {}))).toBe('401 NO_SIGNATURE');
  expect(codeOf(await byBoth(edge, await signedFields(edge)))).toBe('503 NOT_CONFIGURED');
});

test('while an object is out of reach: 503, and the log says why', async () => {
  const edge = await startPublished();
  Object.defineProperty(edge.objects, 'registry', {
    get: () => {
      throw new Error('the object is gone');
    },
  });
  expect(codeOf(await byBoth(edge, await signedFields(edge)))).toBe('503 STORE_UNAVAILABLE');
  expect(edge.machine.lines).toContain('request failed: the object is gone');
});

describe('refusals are logged', () => {
  test("a stranger's by code, an agent's by cluster, and neither is remembered as a publish", async () => {
    const edge = await startPublished();
    edge.machine.lines.length = 0;
    for (let i = 0; i < 2; i += 1) {
      await edge.fetch(path);
      await signedRead(edge, { agent: await Agent.create() });
      await signedRead(edge, { cluster: 'nowhere' });
      await signedRead(edge, { at: 0 });
    }
    expect(edge.machine.lines).toEqual([
      'refused a read without a good signature: NO_SIGNATURE',
      'refused a read without a good signature: WRONG_SIGNATURE',
      'refused a read of cluster local: READ_EXPIRED',
    ]);
    const listed = await (await edge.administer('GET', '/v1/clusters/local')).json();
    expect(listed).not.toHaveProperty('lastRefusal');
  });
});

describe('rates', () => {
  /** Lets so many of each key through. */
  function startLimited(most: number) {
    const keys: string[] = [];
    const limiter = {
      limit: async ({ key: of }: { key: string }) => {
        keys.push(of);
        return { success: of.startsWith('administrator') || keys.filter((other) => other === of).length <= most };
      },
    };
    const doors: DoorSettings = { ...tokenDoorsOnly, rateByToken: limiter, rateByAddress: limiter };
    return { keys, starting: startPublished({ doors }) };
  }

  test('a good signature counts with the publishes of its cluster', async () => {
    const { keys, starting } = startLimited(3);
    const edge = await starting;
    keys.length = 0;
    const statuses = [];
    for (const change of [{}, { at: 0 }, { method: 'HEAD' }, {}] satisfies ReadChange[]) {
      statuses.push((await signedRead(edge, change)).status);
    }
    expect(statuses).toEqual([200, 403, 200, 429]);
    expect(keys).toEqual(Array(4).fill('cluster local'));
  });

  test.for<[string, (edge: Edge) => Promise<Response>, number]>([
    ['none', (edge) => edge.fetch(path), 401],
    ["a stranger's", async (edge) => signedRead(edge, { agent: await Agent.create() }), 403],
    ["a publish's", async (edge) => edge.fetch(path, { headers: await manifestFields(edge) }), 401],
  ])('%s counts by address with other publishes, and one too many asks no object', async ([, ask, status]) => {
    const { keys, starting } = startLimited(2);
    const edge = await starting;
    keys.length = 0;
    expect([(await ask(edge)).status, (await ask(edge)).status]).toEqual([status, status]);
    const before = edge.objects.registryCalls;
    expect((await ask(edge)).status).toBe(429);
    expect(edge.objects.registryCalls).toBe(before);
    expect(keys).toEqual(Array(3).fill('publish address unknown'));
  });
});

function changed(change: (fields: Record<string, string>) => Record<string, string>) {
  return async (edge: Edge) => change(await signedFields(edge));
}

function signatureFrom(make: (edge: Edge) => Promise<Record<string, string>>) {
  return async (edge: Edge) => ({
    ...(await signedFields(edge)),
    [signatureHeader]: (await make(edge))[signatureHeader]!,
  });
}

function flipped(signature: string): string {
  return (signature[0] === 'A' ? 'B' : 'A') + signature.slice(1);
}

async function ofAnother(edge: Edge): Promise<Record<string, string>> {
  const agent = await Agent.create();
  await edge.register('other', ['cluster.local'], [agent.publicKey]);
  return signedFields(edge, { agent });
}

async function manifestFields(edge: Edge): Promise<Record<string, string>> {
  const { manifestText, signature } = await edge.agent.publication(webAt('10.0.0.1'), { serial: 6 });
  return { 'kube-doh-manifest': manifestText, [signatureHeader]: signature };
}
