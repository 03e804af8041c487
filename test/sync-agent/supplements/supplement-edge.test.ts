/** Against a server on this machine that answers as a test says. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import { HttpSupplementEdge } from '../../../sync-agent/supplements/supplement-edge.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { supplementSignedOctets } from '../../../zone/supplement/manifest.ts';
import { type SupplementKind, supplementKinds } from '../../../zone/supplement/supplement.ts';

const body = new Uint8Array([1, 2, 3]);
const never = new AbortController().signal;
const key = SigningKey.generate();

let server: Server;
let received: { readonly head: Pick<IncomingMessage, 'method' | 'url' | 'headers'>; readonly body: Buffer }[];
let answer: RequestListener;
let url: URL;

beforeEach(async () => {
  received = [];
  answering(200, JSON.stringify({ result: 'stored' }));
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url: path, headers } = request;
    received.push({ head: { method, url: path, headers }, body: Buffer.concat(chunks) });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ignored`);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function answering(status: number, text: string): void {
  answer = (_, response) => response.writeHead(status).end(text);
}

function put(kind: SupplementKind = 'endpoints', signal = never, timeoutMilliseconds?: number) {
  const edge = new HttpSupplementEdge(url, key, timeoutMilliseconds);
  return edge.putSupplement({ kind, cluster: 'prod' as ClusterId, generatedAt: 1_763_000_123_456, body }, signal);
}

test.for(supplementKinds)('it sends %s under a manifest that it signed', async (kind) => {
  expect(await put(kind)).toEqual({ kind: 'stored' });
  const sha256 = createHash('sha256').update(body).digest('hex');
  const manifest = `{"format":1,"cluster":"prod","generatedAt":1763000123456,"length":3,"sha256":"${sha256}"}`;
  expect(received).toMatchObject([
    {
      head: {
        method: 'PUT',
        url: `/v1/clusters/prod/${kind}`,
        headers: {
          'content-type': `application/vnd.kube-doh.${kind}`,
          'content-length': '3',
          'kube-doh-manifest': manifest,
          'kube-doh-signature': key.sign(supplementSignedOctets(kind, manifest)),
        },
      },
      body: Buffer.from(body),
    },
  ]);
});

test.for<[status: number, text: string, kind: string, reason: string]>([
  [403, '{"error":"no","code":"WRONG_SIGNATURE"}', 'refused', 'the edge answered 403: no'],
  [404, '{"error":"there is nothing here"}', 'refused', 'the edge answered 404: there is nothing here'],
  [409, '{"error":"newer ones are stored"}', 'refused', 'the edge answered 409: newer ones are stored'],
  [503, 'full', 'unavailable', 'the edge answered 503: it gives no reason; check its address'],
  [200, 'hello', 'refused', 'the edge answered 200: it does not say what it stored; check its address'],
])('an answer of %i', async ([status, text, kind, reason]) => {
  answering(status, text);
  expect(await put()).toMatchObject({ kind, reason });
});

test('one that is as new, or newer, is stored', async () => {
  answering(409, '{"error":"as new","code":"NOT_NEWER","generatedAt":1763000123457}');
  expect(await put()).toEqual({ kind: 'not-newer', generatedAt: 1_763_000_123_457 });
});

test('an edge that is not there', async () => {
  await new Promise((resolve) => server.close(resolve));
  expect(await put()).toMatchObject({
    kind: 'unavailable',
    reason: expect.stringMatching(/^cannot reach the edge at http:\/\/127\.0\.0\.1:\d+ \(/),
  });
});

test('an edge that says nothing', async () => {
  answer = () => {};
  expect(await put('endpoints', never, 50)).toMatchObject({
    kind: 'unavailable',
    reason: expect.stringMatching(/no answer in time/),
  });
});

test('the signal ends it', async () => {
  const stop = new AbortController();
  answer = () => stop.abort(new Error('over'));
  await expect(put('endpoints', stop.signal)).rejects.toThrow('over');
});
