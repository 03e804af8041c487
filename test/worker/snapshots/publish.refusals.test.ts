/**
 * Publications that are refused: with which status, before what is read, and that the snapshot that is there goes on
 * answering.
 */
import { describe, expect, test } from 'vitest';
import { encodeSnapshot } from '../../../zone/image/encode.ts';
import { maxBodyOctets, maxImageOctets, maxSerialRise, takeOver, type Version } from '../../../zone/manifest.ts';
import { Agent, clusterId, gzip, type Publication, type putRequest } from '../support/agent.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { outcome } from '../support/outcome.ts';
import { refusal, whole } from '../support/whole-response.ts';
import { snapshot, webAt, webGroup } from '../support/zone.ts';

type Octets = Uint8Array<ArrayBuffer>;
type Change = NonNullable<Parameters<typeof putRequest>[1]>;

interface Attempt {
  readonly publication: Publication;
  readonly change?: Change;
}

const web = 'web.shop.svc.cluster.local';
const next = webAt('10.6.6.6');
const mebibyte = 1024 * 1024;
const day = 86_400_000;

/** Something is published with serial 5; the next of the same agent would be 6. */
async function startPublished(): Promise<Edge> {
  const edge = await startOpenEdge(webAt('10.0.0.1'));
  await edge.publish(webAt('10.0.0.1'), { epoch: 5, serial: 5 });
  return edge;
}

/** `make` gets an agent whose key is registered. */
const beforeTheBody: readonly (readonly [string, string, (edge: Edge) => Promise<Attempt>])[] = [
  ['without headers', '401 NO_SIGNATURE', async (edge) => ({ publication: await right(edge), change: only() })],
  [
    'without a signature',
    '401 NO_SIGNATURE',
    async (edge) => {
      const publication = await right(edge);
      return { publication, change: only({ 'kube-doh-manifest': publication.manifestText }) };
    },
  ],
  [
    'without a manifest',
    '401 NO_SIGNATURE',
    async (edge) => {
      const publication = await right(edge);
      return { publication, change: only({ 'kube-doh-signature': publication.signature }) };
    },
  ],
  ['with a signature that is none', '403 WRONG_SIGNATURE', withSignature(() => 'x')],
  ['with a signature that is not base64url', '403 WRONG_SIGNATURE', withSignature((s) => `+${s.slice(1)}`)],
  ['with a signature that is cut', '403 WRONG_SIGNATURE', withSignature((s) => s.slice(0, -2))],
  ['with a changed signature', '403 WRONG_SIGNATURE', withSignature((s) => (s[0] === 'A' ? 'B' : 'A') + s.slice(1))],
  [
    'with the signature of another manifest',
    '403 WRONG_SIGNATURE',
    async (edge) => {
      const { signature } = await edge.agent.publication(next, { epoch: 5, serial: 7 });
      return { publication: { ...(await right(edge)), signature } };
    },
  ],
  [
    'with a manifest that was changed after it was signed',
    '403 WRONG_SIGNATURE',
    async (edge) => {
      const publication = await right(edge);
      return { publication: { ...publication, manifestText: publication.manifestText.replace('{', '{ ') } };
    },
  ],
  [
    'signed by a stranger',
    '403 WRONG_SIGNATURE',
    async () => ({ publication: await (await Agent.create()).publication(next, { epoch: 5, serial: 6 }) }),
  ],
  [
    'signed by another cluster',
    '403 WRONG_SIGNATURE',
    async (edge) => {
      const stranger = await Agent.create();
      await edge.register('other', ['cluster.local'], [stranger.publicKey]);
      return { publication: await stranger.publication(next, { epoch: 5, serial: 6 }) };
    },
  ],
  [
    'of another cluster with the same key',
    '403 WRONG_SIGNATURE',
    async (edge) => {
      await edge.register('other');
      const publication = await edge.agent.publication(next, { cluster: clusterId('other'), epoch: 5, serial: 6 });
      return { publication, change: { cluster: 'local' } };
    },
  ],
  [
    'to a cluster that is not registered',
    '403 WRONG_SIGNATURE',
    async (edge) => ({ publication: await right(edge), change: { cluster: 'nowhere' } }),
  ],
  ['with a manifest of a later format', '422 BAD_MANIFEST', signedText((text) => text.replace(':1,', ':2,'))],
  ['with a manifest that says more', '422 BAD_MANIFEST', signedText((text) => text.replace('{', '{"x":1,'))],
  ['with a manifest that is no JSON', '422 BAD_MANIFEST', signedText((text) => text.slice(1))],
  ['with a serial that is no number', '422 BAD_MANIFEST', signedText((text) => text.replace('l":6', 'l":"6"'))],
  ['with a serial below zero', '422 BAD_MANIFEST', signedText((text) => text.replace('l":6', 'l":-6'))],
  [
    'that was made more than 5 minutes from now',
    '422 CLOCK_AHEAD',
    async (edge) => ({ publication: await right(edge, { generatedAt: edge.machine.now() + 300_001 }) }),
  ],
  [
    'that says so without a right to publish',
    '403 WRONG_SIGNATURE',
    async (edge) => {
      const generatedAt = edge.machine.now() + 300_001;
      return { publication: await (await Agent.create()).publication(next, { epoch: 5, serial: 6, generatedAt }) };
    },
  ],
  [
    'with an epoch that no clock gives for a day',
    '422 EPOCH_AHEAD',
    async (edge) => ({ publication: await right(edge, { epoch: edge.machine.now() + day + 1 }) }),
  ],
  [
    'with the highest epoch there is',
    '422 EPOCH_AHEAD',
    async (edge) => ({ publication: await right(edge, { epoch: Number.MAX_SAFE_INTEGER }) }),
  ],
  [
    'with such an epoch, without a right to publish',
    '403 WRONG_SIGNATURE',
    async () => {
      const stranger = await Agent.create();
      return { publication: await stranger.publication(next, { epoch: Number.MAX_SAFE_INTEGER, serial: 6 }) };
    },
  ],
  [
    'whose serial leaves too much out',
    '422 SERIAL_AHEAD',
    async (edge) => ({ publication: await right(edge, { serial: 5 + maxSerialRise + 1 }) }),
  ],
  [
    'with the highest serial there is',
    '422 SERIAL_AHEAD',
    async (edge) => ({ publication: await right(edge, { epoch: 6, serial: Number.MAX_SAFE_INTEGER }) }),
  ],
  ['that is older', '409 NOT_NEWER', async (edge) => ({ publication: await right(edge, { serial: 4 }) })],
  ['with the same version', '409 NOT_NEWER', async (edge) => ({ publication: await right(edge, { serial: 5 }) })],
  [
    'whose manifest says that it is too long',
    '413 TOO_LARGE',
    async (edge) => ({ publication: await right(edge, { length: maxBodyOctets + 1 }) }),
  ],
  [
    'whose Content-Length is too large',
    '413 TOO_LARGE',
    async (edge) => ({
      publication: await right(edge),
      change: { headers: { 'content-length': String(maxBodyOctets + 1) } },
    }),
  ],
];

const inTheBody: readonly (readonly [string, string, (edge: Edge) => Promise<Attempt>])[] = [
  ['truncated', '422 BODY_MISMATCH', withBody((body) => body.slice(0, -1))],
  ['empty', '422 BODY_MISMATCH', withBody(() => new Uint8Array(0))],
  ['longer', '422 BODY_MISMATCH', withBody((body) => Uint8Array.of(...body, 0))],
  ['of other octets', '422 BODY_MISMATCH', withBody((body) => body.map((octet, i) => (i === 20 ? octet ^ 1 : octet)))],
  ['compressed at another time, by its gzip header', '422 BODY_MISMATCH', withBody((body) => body.with(4, 1))],
  ['not gzip', '422 BODY_MISMATCH', ofBody(async () => encodeSnapshot(next))],
  ['no octets, as its manifest says', '422 BODY_MISMATCH', ofBody(async () => new Uint8Array(0))],
  ['gzip that is cut', '422 BODY_MISMATCH', ofBody(async () => (await gzip(encodeSnapshot(next))).slice(0, -4))],
  ['gzip with more behind it', '422 BODY_MISMATCH', ofBody(async () => [...(await gzip(encodeSnapshot(next))), 1, 2])],
  ['gzip of nothing', '422 BODY_MISMATCH', ofBody(() => gzip(new Uint8Array(0)))],
  ['gzip of something else', '422 BODY_MISMATCH', ofBody(() => gzip(new Uint8Array(100)))],
  ['an image of a later format', '422 BODY_MISMATCH', ofImage((image) => image.with(7, 2))],
  ['an image that is cut', '422 BODY_MISMATCH', ofImage((image) => image.slice(0, -1))],
  ['an image with a damaged header', '422 BODY_MISMATCH', ofImage((image) => image.with(16, 0x5b))],
  ['an image with a zone that is no name', '422 BODY_MISMATCH', ofImage((image) => replaced(image, 'r.l', 'r..'))],
  ['too long, as a stream that does not say so', '413 TOO_LARGE', streaming(maxBodyOctets / mebibyte + 1)],
  ['an alias that is not registered', '403 ZONE_NOT_REGISTERED', claiming('cluster.local', 'alias.example')],
  ['a zone below a registered one', '403 ZONE_NOT_REGISTERED', claiming('prod.cluster.local')],
  ['a zone above a registered one', '403 ZONE_NOT_REGISTERED', claiming('local')],
  ['the root', '403 ZONE_NOT_REGISTERED', claiming('.')],
];

describe('a publication', () => {
  test.for(beforeTheBody)('%s: %s, and its body is not read', async ([, expected, make]) => {
    const edge = await startPublished();
    const { publication, change } = await make(edge);
    const body = new RecordedBody(publication.body);
    const response = await edge.send(publication, { ...change, body: body.stream });
    expect(await refusal(response)).toBe(expected);
    expect(body.reads).toBe(0);
    await expectUnchanged(edge);
  });

  test.for(inTheBody)('whose body is %s: %s', async ([, expected, make]) => {
    const edge = await startPublished();
    const { publication, change } = await make(edge);
    expect(await refusal(await edge.send(publication, change))).toBe(expected);
    await expectUnchanged(edge);
  });

  test('whose body breaks off: 400', async () => {
    const edge = await startPublished();
    const body = new ReadableStream({
      pull: (controller) => controller.error(new Error('gone')),
    });
    expect(await refusal(await edge.send(await right(edge), { body }))).toBe('400 BAD_REQUEST');
    await expectUnchanged(edge);
  });

  test('that is right is read and stored', async () => {
    const edge = await startPublished();
    const publication = await right(edge);
    const body = new RecordedBody(publication.body);
    expect((await edge.send(publication, { body: body.stream })).status).toBe(200);
    expect(body.reads).toBeGreaterThan(0);
    edge.machine.advance(1000);
    expect(outcome(await edge.ask(web))).toBe('NOERROR 10.6.6.6');
  });
});

test('a stream that is too long is not read to its end', async () => {
  const edge = await startPublished();
  const body = new RecordedBody(new Uint8Array(64 * mebibyte), mebibyte);
  expect((await edge.send(await right(edge), { body: body.stream })).status).toBe(413);
  expect(body.reads).toBe(maxBodyOctets / mebibyte + 1);
});

test('what inflates to too much is not inflated to its end', async () => {
  const edge = await startPublished();
  // The end is missing. Who reads that far has more to say than that it is too large.
  const body = (await gzip(new Uint8Array(maxImageOctets + 4 * mebibyte))).slice(0, -4);
  const response = await edge.send(await edge.agent.publication(next, { epoch: 5, serial: 6, body }));
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ error: `the body inflates to more than ${maxImageOctets} octets` });
  await expectUnchanged(edge);
});

test('a refusal says what is wrong', async () => {
  const edge = await startPublished();
  const publication = await edge.agent.publication(snapshot([], { origins: ['a.example'] }), { epoch: 5, serial: 6 });
  expect(await (await edge.send(publication)).json()).toEqual({
    error: 'the snapshot claims the zone a.example. which is not registered for this cluster',
    code: 'ZONE_NOT_REGISTERED',
  });
});

test('a clock that is ahead is told by how much; what is left of a slip is let in', async () => {
  const edge = await startPublished();
  const generatedAt = edge.machine.now() + 86_400_000;
  expect(await (await edge.send(await right(edge, { generatedAt }))).json()).toEqual({
    error: "the manifest says that it was made 86400 seconds from now; set the agent's clock",
    code: 'CLOCK_AHEAD',
  });
  const slip = await right(edge, { generatedAt: edge.machine.now() + 300_000 });
  expect((await edge.send(slip)).status).toBe(200);
});

test('a version that would keep others out is told with what to do', async () => {
  const edge = await startPublished();
  expect(await (await edge.send(await right(edge, { epoch: 2e12 }))).json()).toEqual({
    error: "epoch 2000000000000 is more than a day ahead of the time in Unix milliseconds; set the writer's clock",
    code: 'EPOCH_AHEAD',
  });
  expect(await (await edge.send(await right(edge, { serial: 5e9 }))).json()).toEqual({
    error:
      'serial 5000000000 is more than 4294967296 above what is stored: epoch 5, serial 5; restart the writer, which then goes on from there',
    code: 'SERIAL_AHEAD',
    epoch: 5,
    serial: 5,
  });
});

describe('nobody can use up the versions:', () => {
  test.for([
    ['a small one', () => 6],
    ['the time in seconds', (now: number) => Math.floor(now / 1000)],
    ['the time in milliseconds', (now: number) => now],
    ['a day later in milliseconds', (now: number) => now + day],
  ] as const)('as an epoch, %s is taken, and a new writer may follow', async ([, epochAt]) => {
    const edge = await startPublished();
    await edge.publish(next, { epoch: epochAt(edge.machine.now()), serial: 6 });
    const stored = await storedVersion(edge);
    edge.machine.advance(1);
    await edge.publish(next, takeOver(stored, edge.machine.now()));
  });

  test('a serial as far ahead as it may be is taken, and a new writer may follow', async () => {
    const edge = await startEdge();
    await edge.register('local');
    await edge.publish(next, { serial: 5 });
    await edge.publish(next, { serial: 5 + maxSerialRise });
    await edge.publish(next, { serial: 5 + 2 * maxSerialRise });
    await edge.publish(next, takeOver(await storedVersion(edge), edge.machine.now()));
  });

  test.for([maxSerialRise + 5, Number.MAX_SAFE_INTEGER - 1])('the first serial may be any: %i', async (serial) => {
    const edge = await startEdge();
    await edge.register('local');
    await edge.publish(next, { serial });
    expect((await edge.send(await right(edge, { serial: serial + 1 }))).status).toBe(200);
  });
});

test('nobody learns from refusals which clusters are registered', async () => {
  const edge = await startPublished();
  const stranger = await Agent.create();
  for (const change of [only(), {}]) {
    const responses = await Promise.all(
      ['local', 'nowhere'].map(async (cluster) => {
        const publication = await stranger.publication(next, { cluster: clusterId(cluster) });
        return whole(await edge.send(publication, change));
      }),
    );
    expect(responses[0]).toEqual(responses[1]);
  }
});

describe('when the store fails', () => {
  test('for a while: 503; the old snapshot answers, and a retry succeeds', async () => {
    const edge = await startPublished();
    const publication = await right(edge);
    edge.store.fail('put');
    const response = await edge.send(publication);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await refusal(response)).toBe('503 STORE_UNAVAILABLE');
    edge.store.recover();
    await expectUnchanged(edge);
    expect(await (await edge.send(publication)).json()).toMatchObject({ result: 'stored' });
  });

  test('for too many writes: it waits, and writes', async () => {
    const edge = await startPublished();
    edge.store.fail('put', 'KV PUT failed: 429 Too Many Requests');
    const sent = edge.send(await right(edge));
    await passing(edge, 1100);
    edge.store.recover();
    await passing(edge, 1100);
    expect(await (await sent).json()).toMatchObject({ result: 'stored' });
  });

  test('for too many writes all the time: 503 after some waiting', async () => {
    const edge = await startPublished();
    edge.store.fail('put', 'KV PUT failed: 429 Too Many Requests');
    const sent = edge.send(await right(edge));
    for (let waits = 0; waits < 3; waits += 1) await passing(edge, 1100);
    expect(await refusal(await sent)).toBe('503 STORE_UNAVAILABLE');
    expect(edge.store.count('put', 'cluster/local/snapshot')).toBe(2 + 4);
  });
});

describe('the identity of a cluster', () => {
  const first = { serial: 7, identity: 'uid-1' };

  test.for([
    ['another one', 'uid-2'],
    ['none', undefined],
  ])('is bound by the first that has one; %s is refused', async ([, identity]) => {
    const edge = await startPublished();
    await edge.publish(next, { epoch: 5, ...first });
    const other = await right(edge, { serial: 8, ...(identity === undefined ? {} : { identity }) });
    const body = new RecordedBody(other.body);
    expect(await refusal(await edge.send(other, { body: body.stream }))).toBe('403 WRONG_IDENTITY');
    expect(body.reads).toBe(0);
    expect((await edge.send(await right(edge, { ...first, serial: 8 }))).status).toBe(200);
  });

  test('is not needed while none is bound', async () => {
    const edge = await startPublished();
    expect((await edge.send(await right(edge))).status).toBe(200);
    expect((await edge.send(await right(edge, first))).status).toBe(200);
  });

  test('is not bound by what is refused', async () => {
    const edge = await startPublished();
    const refused = await right(edge, { ...first, body: await gzip(new Uint8Array(20)) });
    expect((await edge.send(refused)).status).toBe(422);
    expect((await edge.send(await right(edge, { serial: 8, identity: 'uid-2' }))).status).toBe(200);
  });

  test('is told last of those who ask in another order: an old snapshot of another cluster is that of another', async () => {
    const edge = await startPublished();
    await edge.publish(next, { epoch: 5, ...first });
    expect(await refusal(await edge.send(await right(edge, { serial: 1, identity: 'uid-2' })))).toBe(
      '403 WRONG_IDENTITY',
    );
  });

  test('is free again when the cluster is registered anew', async () => {
    const edge = await startPublished();
    await edge.publish(next, { epoch: 5, ...first });
    await edge.register('local');
    expect((await edge.send(await right(edge, { serial: 8, identity: 'uid-2' }))).status).toBe(200);
    expect(await refusal(await edge.send(await right(edge, { ...first, serial: 9 })))).toBe('403 WRONG_IDENTITY');
  });
});

describe('keys and zones, which the registry says and not KV', () => {
  test('a new key signs at once, and one that was taken away does not', async () => {
    const edge = await startPublished();
    const successor = await Agent.create();
    const catchUp = await edge.store.capture('registry');
    await edge.register('local', ['cluster.local'], [successor.publicKey]);
    catchUp();
    expect(await refusal(await edge.send(await right(edge)))).toBe('403 WRONG_SIGNATURE');
    expect((await edge.send(await successor.publication(next, { epoch: 5, serial: 6 }))).status).toBe(200);
  });

  test('a zone that was taken away is refused at once', async () => {
    const edge = await startPublished();
    await edge.register('local', ['other.local']);
    expect(await refusal(await edge.send(await right(edge)))).toBe('403 ZONE_NOT_REGISTERED');
  });
});

describe('a refusal is logged and remembered', () => {
  test('with what the manifest said, and never with what was sent beside it', async () => {
    const edge = await startPublished();
    await edge.send(await right(edge, { serial: 1 }));
    expect(edge.machine.lines.filter((line) => line.startsWith('refused'))).toEqual([
      'refused a publish of cluster local: NOT_NEWER, epoch 5, serial 1',
    ]);
    expect(await lastRefusal(edge)).toEqual({ code: 'NOT_NEWER', at: edge.machine.now(), epoch: 5, serial: 1 });
  });

  test('at most once in ten seconds for each code, with how often', async () => {
    const edge = await startPublished();
    const lines = () => edge.machine.lines.splice(0).filter((line) => line.startsWith('refused'));
    for (const serial of [1, 2, 3]) await edge.send(await right(edge, { serial }));
    await edge.send((await claiming('a.example')(edge)).publication);
    await edge.send((await signedText((text) => text.slice(1))(edge)).publication);
    expect(lines()).toEqual([
      'refused a publish of cluster local: NOT_NEWER, epoch 5, serial 1',
      'refused a publish of cluster local: ZONE_NOT_REGISTERED, epoch 5, serial 6',
      'refused a publish of cluster local: BAD_MANIFEST',
    ]);
    edge.machine.advance(9999);
    await edge.send(await right(edge, { serial: 4 }));
    expect(lines()).toEqual([]);
    edge.machine.advance(1);
    await edge.send(await right(edge, { serial: 5 }));
    expect(lines()).toEqual(['refused a publish of cluster local: NOT_NEWER, epoch 5, serial 5 (4 times)']);
    await edge.register('other');
    await edge.send(await right(edge, { cluster: clusterId('other'), epoch: 2e12 }));
    expect(lines()).toEqual(['refused a publish of cluster other: EPOCH_AHEAD, epoch 2000000000000, serial 6']);
  });

  test('to a stranger at most once in a minute, with how often, and without what he names', async () => {
    const edge = await startPublished();
    const stranger = await Agent.create();
    const lines = () => edge.machine.lines.splice(0).filter((line) => line.startsWith('refused'));
    const round = async () => {
      for (const cluster of ['local', 'nowhere', 'elsewhere'].map(clusterId)) {
        const publication = await stranger.publication(next, { cluster });
        await edge.send(publication);
        await edge.send(publication, only());
      }
    };
    await round();
    expect(lines()).toEqual([
      'refused a publish without a good signature: WRONG_SIGNATURE',
      'refused a publish without a good signature: NO_SIGNATURE',
    ]);
    edge.machine.advance(59_999);
    await round();
    expect(lines()).toEqual([]);
    edge.machine.advance(1);
    await round();
    expect(lines()).toEqual([
      'refused a publish without a good signature: WRONG_SIGNATURE (6 times)',
      'refused a publish without a good signature: NO_SIGNATURE (6 times)',
    ]);
  });

  test('what anybody can cause does not hide what the agent was told, for an hour', async () => {
    const edge = await startPublished();
    const stranger = await Agent.create();
    const { publication } = await claiming('a.example')(edge);
    await edge.send(publication);
    await edge.send(await stranger.publication(next));
    expect(await lastRefusal(edge)).toMatchObject({ code: 'ZONE_NOT_REGISTERED' });
    edge.machine.advance(3_600_000);
    await edge.send(await stranger.publication(next));
    expect(await lastRefusal(edge)).toMatchObject({ code: 'WRONG_SIGNATURE' });
  });

  test('a manifest that is none is the agent’s, and is not hidden either', async () => {
    const edge = await startPublished();
    await edge.send((await signedText((text) => text.slice(1))(edge)).publication);
    await edge.send(await (await Agent.create()).publication(next));
    expect(await lastRefusal(edge)).toEqual({ code: 'BAD_MANIFEST', at: edge.machine.now() });
  });

  test('what a new writer is told as a matter of course hides nothing', async () => {
    const edge = await startPublished();
    await edge.send(await right(edge, { serial: 1 }));
    await edge.send(await (await Agent.create()).publication(next));
    expect(await lastRefusal(edge)).toMatchObject({ code: 'WRONG_SIGNATURE' });
  });

  test('nothing is remembered of clusters that nobody registered', async () => {
    const edge = await startPublished();
    await edge.send(await edge.agent.publication(next, { cluster: clusterId('nowhere') }));
    expect(edge.objects.hasPublicationsOf(clusterId('nowhere'))).toBe(false);
    expect(edge.objects.hasPublicationsOf(clusterId('local'))).toBe(true);
  });
});

describe('the registry is asked', () => {
  const malformed = ['x', '', 'A'.repeat(85), 'A'.repeat(87), `+${'A'.repeat(85)}`];

  test('for nothing that can be seen to be wrong without it', async () => {
    const edge = await startPublished();
    const publication = await right(edge);
    edge.objects.registryCalls = 0;
    for (const signature of malformed) {
      expect(await refusal(await edge.send({ ...publication, signature }))).toBe('403 WRONG_SIGNATURE');
    }
    const foreign = await edge.agent.publication(next, { cluster: clusterId('other') });
    expect(await refusal(await edge.send(foreign, { cluster: 'local' }))).toBe('403 WRONG_SIGNATURE');
    expect(edge.objects.registryCalls).toBe(0);
  });

  test('for what may be right, and for a manifest that is none, because a stranger is not told so', async () => {
    const edge = await startPublished();
    const publication = await right(edge);
    edge.objects.registryCalls = 0;
    const guess = { ...publication, signature: 'A'.repeat(86) };
    expect(await refusal(await edge.send(guess))).toBe('403 WRONG_SIGNATURE');
    expect(await refusal(await edge.send({ ...guess, manifestText: '{' }))).toBe('403 WRONG_SIGNATURE');
    expect(edge.objects.registryCalls).toBe(2);
  });
});

test('without the Durable Objects nothing is published, and it is said to those who sign', async () => {
  const edge = await startEdge({ objects: undefined });
  expect(await refusal(await edge.send(await right(edge)))).toBe('503 NOT_CONFIGURED');
  expect(await refusal(await edge.send(await right(edge), only()))).toBe('401 NO_SIGNATURE');
});

/** As a new writer learns it. */
async function storedVersion(edge: Edge): Promise<Version> {
  const refused = await edge.send(await edge.agent.publication(next, { epoch: 1, serial: 1 }));
  expect(refused.status).toBe(409);
  return (await refused.json()) as Version;
}

async function lastRefusal(edge: Edge): Promise<unknown> {
  const { clusters } = (await (await edge.administer('GET', '/v1/clusters')).json()) as {
    clusters: { lastRefusal?: unknown }[];
  };
  return clusters[0]?.lastRefusal;
}

/** Whoever is on the way to a sleep gets there, and then time passes. */
async function passing(edge: Edge, milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  edge.machine.advance(milliseconds);
}

/** No put, and the snapshot from before answers in this isolate and in a new one. */
async function expectUnchanged(edge: Edge): Promise<void> {
  edge.machine.advance(1000);
  expect(outcome(await edge.ask(web))).toBe('NOERROR 10.0.0.1');
  expect(outcome(await (await edge.newIsolate()).ask(web))).toBe('NOERROR 10.0.0.1');
}

function right({ agent }: Edge, fields: Parameters<Agent['publication']>[1] = {}): Promise<Publication> {
  return agent.publication(next, { epoch: 5, serial: 6, ...fields });
}

/** These headers and no others. */
function only(headers: Record<string, string> = {}): Change {
  return { headers, bare: true };
}

function withSignature(change: (signature: string) => string) {
  return async (edge: Edge): Promise<Attempt> => {
    const publication = await right(edge);
    return { publication: { ...publication, signature: change(publication.signature) } };
  };
}

function signedText(change: (text: string) => string) {
  return async (edge: Edge): Promise<Attempt> => {
    const { manifest, manifestText, body } = await right(edge);
    const changed = change(manifestText);
    expect(changed).not.toBe(manifestText);
    return { publication: await edge.agent.signed(manifest, changed, body) };
  };
}

/** Another body than the manifest says. */
function withBody(change: (body: Octets) => Octets) {
  return async (edge: Edge): Promise<Attempt> => {
    const publication = await right(edge);
    return { publication, change: { body: change(publication.body) } };
  };
}

/** A body that the manifest describes rightly. */
function ofBody(make: () => Promise<ArrayLike<number>>) {
  return async (edge: Edge): Promise<Attempt> => ({
    publication: await right(edge, { body: Uint8Array.from(await make()) }),
  });
}

function ofImage(change: (image: Uint8Array) => Uint8Array) {
  return ofBody(() => gzip(change(encodeSnapshot(next))));
}

function streaming(mebibytes: number) {
  return async (edge: Edge): Promise<Attempt> => {
    const body = new RecordedBody(new Uint8Array(mebibytes * mebibyte), mebibyte).stream;
    return { publication: await right(edge), change: { body } };
  };
}

function claiming(...origins: string[]) {
  return async ({ agent }: Edge): Promise<Attempt> => ({
    publication: await agent.publication(snapshot([webGroup('10.6.6.6')], { origins }), { epoch: 5, serial: 6 }),
  });
}

/** The first place of `text` in the octets overwritten by another of the same length. */
function replaced(octets: Uint8Array, text: string, other: string): Uint8Array {
  const at = String.fromCharCode(...octets).indexOf(text);
  expect(at).toBeGreaterThan(0);
  const changed = Uint8Array.from(octets);
  for (let i = 0; i < other.length; i += 1) changed[at + i] = other.charCodeAt(i);
  return changed;
}

/** A stream without a length that counts how often it is read. */
class RecordedBody {
  reads = 0;
  readonly stream: ReadableStream;

  constructor(octets: Octets, chunkOctets = 64 * 1024) {
    let at = 0;
    this.stream = new ReadableStream(
      {
        pull: (controller) => {
          this.reads += 1;
          if (at < octets.length) controller.enqueue(octets.slice(at, at + chunkOctets));
          else controller.close();
          at += chunkOctets;
        },
      },
      { highWaterMark: 0 },
    );
  }
}
