/** What is stored and is not what an agent sent: never a list with a gap that looks like one without. */
import { describe, expect, test } from 'vitest';
import { Agent, clusterId, gzip } from '../support/agent.ts';
import type { Edge } from '../support/edge.ts';
import { endpointsLine, publishEndpoints, redis, startEdgeWithEndpoints } from '../support/endpoints.ts';
import { textOf } from '../support/supplements.ts';
import { refusal } from '../support/whole-response.ts';

const key = 'cluster/local/endpoints';
const web = endpointsLine('web.shop', ['10.0.1.1 a']);

function octets(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}

async function expectTrouble(edge: Edge, reason: string | RegExp): Promise<void> {
  edge.machine.lines.length = 0;
  for (const path of ['/sd', '/sd?format=addresses', '/health?namespace=cache&service=redis-headless']) {
    const response = await edge.fetch(path);
    expect(response.headers.get('retry-after')).toBe('1');
    expect([path, await refusal(response)]).toEqual([path, '503 DAMAGED_ENDPOINTS']);
  }
  const lines = edge.machine.lines.filter((line) => line.includes('endpoints of cluster local'));
  expect(lines.join('\n')).toMatch(reason);
}

describe('a value that is not the cluster’s own', () => {
  const start = () => startEdgeWithEndpoints([redis, web]);

  test('another’s signature', async () => {
    const edge = await start();
    const stranger = await Agent.create();
    const other = await startEdgeWithEndpoints([redis]);
    await edge.register('local', ['cluster.local'], [stranger.publicKey, edge.agent.publicKey]);
    await publishEndpoints(edge, [redis], { agent: stranger, generatedAt: edge.machine.now() + 1 });
    expect((await edge.fetch('/sd')).status).toBe(200);
    await edge.register('local', ['cluster.local'], [edge.agent.publicKey]);
    edge.machine.advance(60_000);
    await expectTrouble(edge, 'no key that is registered for the cluster signed what is stored');
    expect((await other.fetch('/sd')).status).toBe(200);
  });

  test('that of another cluster with the same key', async () => {
    const edge = await start();
    await edge.register('spare');
    await publishEndpoints(edge, [web], { cluster: clusterId('spare') });
    const showSpare = await edge.store.capture('cluster/spare/endpoints');
    await edge.store.tamper(key, () => ({}));
    showSpare();
    const stolen = await edge.store.getWithMetadata('cluster/spare/endpoints', { type: 'stream' });
    await stolen.value?.cancel();
    await edge.store.tamper(key, () => ({ metadata: stolen.metadata }));
    await expectTrouble(edge, 'no key that is registered for the cluster signed what is stored');
  });

  test.for<[string, (octets: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>, string]>([
    ['one octet is another', (body) => body.with(20, body[20]! ^ 1) as Uint8Array<ArrayBuffer>, 'SHA-256'],
    ['it is cut off', (body) => body.slice(0, -1), 'octets, its manifest says'],
    ['it is longer', (body) => new Uint8Array([...body, 0]), 'longer than its manifest says'],
    ['it is gone', () => new Uint8Array(0), 'octets, its manifest says'],
  ])('%s', async ([, change, reason]) => {
    const edge = await start();
    await edge.store.tamper(key, ({ octets: body }) => ({ octets: change(body) }));
    await expectTrouble(edge, reason);
  });

  test('metadata that is none counts as nothing', async () => {
    const edge = await start();
    await edge.store.tamper(key, () => ({ metadata: { manifest: '{}', signature: '' } }));
    expect(await refusal(await edge.fetch('/sd'))).toBe('503 NO_ENDPOINTS');
  });
});

const good = JSON.stringify(redis);
const plain = (change: (text: string) => string) => `${change(good)}\n`;

describe('a value that the agent signed, and that cannot be read', () => {
  test.for<[string, () => Promise<Uint8Array<ArrayBuffer>>]>([
    ['is not gzip', async () => octets('x'.repeat(100))],
    ['is empty', async () => new Uint8Array(0)],
    ['is gzip that is cut off', async () => (await gzip(textOf([redis, web]))).slice(0, -12)],
    ['has a last line without an end', () => gzip(octets(good))],
    ['has an empty line', () => gzip(octets(`\n${good}\n`))],
    ['has a line that is no JSON', () => gzip(octets(plain((text) => text.replace('"labels":{', '"labels":{,'))))],
    ['has a line that ends early', () => gzip(octets(plain((text) => text.slice(0, -1))))],
    ['has a line that goes on', () => gzip(octets(plain((text) => `${text}}`)))],
    ['has another member behind', () => gzip(octets(plain((text) => `${text.slice(0, -1)},"x":1}`)))],
    ['has a name that is none of a Service', () => gzip(octets(plain((text) => text.replace('.svc', '.pod'))))],
    ['has the name elsewhere', () => gzip(octets(plain((text) => text.replace('{"name"', '{"x":1,"name"'))))],
    ['has a backslash in a label', () => gzip(octets(plain((text) => text.replace('"redis"', '"\\u0041"'))))],
    ['has a backslash in an endpoint', () => gzip(octets(plain((text) => text.replace('"10.0.0.1"', '"\\\\"'))))],
    ['has other than ASCII', () => gzip(octets(plain((text) => text.replace('10.0.0.1', '１'))))],
    [
      'has octets that are no UTF-8',
      async () => {
        const text = octets(plain((one) => one));
        return gzip(text.with(text.indexOf(0x31), 0xff));
      },
    ],
    ['has a control character', () => gzip(octets(plain((text) => text.replace('10.0.0.1', '\t'))))],
    ['has a number for a text', () => gzip(octets(plain((text) => text.replace('"10.0.0.1"', '10'))))],
    ['has an endpoint with too few texts', () => gzip(octets(plain((text) => text.replace('"true",', ''))))],
    ['has an endpoint with too many texts', () => gzip(octets(plain((text) => text.replace('"true",', '"true","",'))))],
    ['has an endpoint without an address', () => gzip(octets(plain((text) => text.replace('"10.0.0.1"', '""'))))],
    ['has an endpoint in no known standing', () => gzip(octets(plain((text) => text.replace('"ready"', '"steady"'))))],
    ['has an endpoint that is almost ready', () => gzip(octets(plain((text) => text.replace('"ready"', '"ready!"'))))],
    ['has endpoints side by side', () => gzip(octets(plain((text) => text.replace('],["10.0.0.2', '] ["10.0.0.2'))))],
    ['has a comma behind the last endpoint', () => gzip(octets(plain((text) => text.replace(/\]\]\}$/, '],]}'))))],
    ['has no endpoints', () => gzip(octets(plain((text) => text.replace('"endpoints"', '"ends"'))))],
    ['has a port that is none', () => gzip(octets(plain((text) => text.replace('[6379,', '[70000,'))))],
    [
      'has a label that is no name of one',
      () => gzip(octets(plain((text) => text.replaceAll('__meta_kubernetes_pod_name', 'job')))),
    ],
    [
      'has a line that is too long',
      () => gzip(octets(plain((text) => text.replace('10.0.0.1', '1'.repeat(256 * 1024))))),
    ],
  ])('%s', async ([, bodyOf]) => {
    const edge = await startEdgeWithEndpoints([web]);
    expect((await edge.fetch('/sd')).status).toBe(200);
    await publishEndpoints(edge, [], { body: await bodyOf(), generatedAt: edge.machine.now() + 1 });
    await expectTrouble(edge, /./);
  });

  test('inflates to more than it may', async () => {
    const edge = await startEdgeWithEndpoints([web]);
    const bomb = await gzip(octets(`${good}\n`.repeat(Math.ceil((64 * 1024 * 1024) / good.length))));
    expect(bomb.length).toBeLessThan(1024 * 1024);
    await publishEndpoints(edge, [], { body: bomb, generatedAt: edge.machine.now() + 1 });
    const list = await edge.fetch('/sd?service=other');
    expect(await refusal(list)).toBe('503 DAMAGED_ENDPOINTS');
    expect(edge.machine.lines.at(-1)).toContain('it inflates to more than 67108864 octets');
  }, 60_000);
});

describe('what goes wrong behind the first piece', () => {
  const many = Array.from({ length: 3000 }, (_, i) => JSON.stringify(endpointsLine(`s${i}.shop`, [`10.0.1.1 s${i}`])));

  test.for([
    ['a line that is none', `${many.join('\n')}\n{"name":"x"}\n`],
    ['a line without an end', many.join('\n')],
  ] as const)('breaks the body off: %s', async ([, text]) => {
    const edge = await startEdgeWithEndpoints([]);
    await publishEndpoints(edge, [], { body: await gzip(octets(text)), generatedAt: edge.machine.now() + 1 });
    const response = await edge.fetch('/sd');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    const lines = edge.machine.lines.filter((line) => line.includes('a list of endpoints of cluster local is cut off'));
    expect(lines).toHaveLength(1);
  });

  test('and a whole one of that length ends as it should', async () => {
    const edge = await startEdgeWithEndpoints(many);
    expect(((await (await edge.fetch('/sd')).json()) as unknown[]).length).toBe(3000);
  });

  test('a reader who goes away early is no trouble', async () => {
    const edge = await startEdgeWithEndpoints(many);
    const response = await edge.fetch('/sd');
    const reader = response.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    await reader.cancel();
    expect(edge.machine.lines.filter((line) => line.includes('cut off'))).toEqual([]);
  });
});
