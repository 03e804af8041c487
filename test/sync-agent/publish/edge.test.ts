/** Against a server on this machine that answers as a test says. */

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HttpEdge } from '../../../sync-agent/publish/edge.ts';
import { SigningKey } from '../../../sync-agent/publish/signing-key.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { formatManifest, type Manifest, signedOctets } from '../../../zone/manifest.ts';
import { snapshotReadOctets } from '../../../zone/snapshot-read.ts';

const manifest: Manifest = {
  format: 1,
  cluster: 'prod' as ClusterId,
  epoch: 1_700_000_000,
  serial: 7,
  generatedAt: 1_700_000_123_456,
  length: 3,
  sha256: '0'.repeat(64),
};
const body = new Uint8Array([1, 2, 3]);
const never = new AbortController().signal;

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Uint8Array;
}

let server: Server;
let received: Received[];
let answer: RequestListener;
let url: URL;
const key = SigningKey.generate();

beforeEach(async () => {
  received = [];
  answer = (_, response) => response.end(JSON.stringify({ result: 'stored', epoch: 1_700_000_000, serial: 7 }));
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url: path, headers } = request;
    received.push({ method, url: path, headers, body: Buffer.concat(chunks) });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function put(signal = never, timeoutMilliseconds?: number, octets = body) {
  return new HttpEdge(url, key, timeoutMilliseconds).put(manifest, octets, signal);
}

function answering(status: number, text: string, headers: Record<string, string> = {}): void {
  answer = (_, response) => response.writeHead(status, headers).end(text);
}

test('it sends the body under a manifest that it signed', async () => {
  expect(await put()).toEqual({ kind: 'stored' });
  expect(received).toHaveLength(1);
  const [request] = received;
  expect(request).toMatchObject({ method: 'PUT', url: '/v1/clusters/prod/snapshot', body: Buffer.from(body) });
  expect(request!.headers).toMatchObject({
    'content-type': 'application/vnd.kube-doh.snapshot',
    'content-length': '3',
    'kube-doh-manifest': formatManifest(manifest),
    'kube-doh-signature': key.sign(signedOctets(formatManifest(manifest))),
  });
});

const said = JSON.stringify({ error: 'a reason', code: 'CODE' });

describe('what the edge answers', () => {
  test.for([
    [200, '{"result":"repeated","epoch":1700000000,"serial":7}', { kind: 'stored' }],
    [409, '{"error":"x","epoch":9,"serial":8}', { kind: 'not-newer', stored: { epoch: 9, serial: 8 } }],
    [400, said, { kind: 'refused', reason: 'the edge answered 400: a reason', code: 'CODE' }],
    [401, said, { kind: 'refused', reason: 'the edge answered 401: a reason', code: 'CODE' }],
    [403, said, { kind: 'refused', reason: 'the edge answered 403: a reason', code: 'CODE' }],
    [404, said, { kind: 'refused', reason: 'the edge answered 404: a reason', code: 'CODE' }],
    [413, said, { kind: 'refused', reason: 'the edge answered 413: a reason', code: 'CODE' }],
    [422, said, { kind: 'refused', reason: 'the edge answered 422: a reason', code: 'CODE' }],
    [408, said, { kind: 'unavailable', reason: 'the edge answered 408: a reason', retryAfterSeconds: undefined }],
    [500, said, { kind: 'unavailable', reason: 'the edge answered 500: a reason', retryAfterSeconds: undefined }],
    [503, said, { kind: 'unavailable', reason: 'the edge answered 503: a reason', retryAfterSeconds: undefined }],
  ] as const)('%i is understood', async ([status, text, expected]) => {
    answering(status, text);
    expect(await put()).toEqual(expected);
  });

  test.for([
    ['7', 7],
    ['0', 0],
    ['-1', undefined],
    ['', undefined],
    ['soon', undefined],
    ['Sat, 21 Nov 2026 12:00:00 GMT', undefined],
  ] as const)('Retry-After "%s" counts as %s', async ([text, retryAfterSeconds]) => {
    answering(429, said, { 'retry-after': text });
    expect(await put()).toEqual({ kind: 'unavailable', reason: 'the edge answered 429: a reason', retryAfterSeconds });
  });

  test.for([
    ['a 200 of somebody else', 200, '<html>welcome</html>', 'it does not say what it stored'],
    ['a 200 about another snapshot', 200, '{"result":"stored","epoch":1,"serial":7}', 'it does not say what it stored'],
    [
      'a 200 about an earlier one',
      200,
      '{"result":"stored","epoch":1700000000,"serial":6}',
      'it does not say what it stored',
    ],
    ['a 404 of somebody else', 404, 'Not Found', 'it gives no reason'],
    ['a 409 without what is stored', 409, '{"epoch":"9","serial":8}', 'it gives no reason'],
    ['a 409 with what cannot be', 409, '{"epoch":-9,"serial":8.5}', 'it gives no reason'],
    ['JSON that is no object', 403, 'null', 'it gives no reason'],
    ['an error that is no text', 403, '{"error":{}}', 'it gives no reason'],
    ['nothing', 403, '', 'it gives no reason'],
  ] as const)('%s is told apart', async ([, status, text, reason]) => {
    answering(status, text);
    expect(await put()).toEqual({
      kind: 'refused',
      reason: `the edge answered ${status}: ${reason}; check its address`,
    });
  });

  test('a long reason is cut, and is one line', async () => {
    answering(403, JSON.stringify({ error: `wrong\r\n\tkey \u0000\u001b[31m${'x'.repeat(10_000)}` }));
    const answered = await put();
    if (answered.kind !== 'refused') throw new Error(answered.kind);
    expect(answered.reason).toMatch(/^the edge answered 403: wrong key \[31mx+…$/);
    expect(answered.reason.length).toBeLessThan(550);
  });

  test('a page without end is not read to its end', async () => {
    answer = (_, response) => {
      response.writeHead(403);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(100_000)));
      };
      response.on('drain', more);
      more();
    };
    expect(await put()).toMatchObject({ kind: 'refused' });
  });
});

test.for([301, 302, 307, 308])('a redirect with %i is not followed', async (status) => {
  answering(status, '', { location: `${url}elsewhere` });
  expect(await put()).toEqual({
    kind: 'refused',
    reason: `the edge answered ${status}: it redirects, and a snapshot is not sent elsewhere; check its address`,
  });
  expect(received.map((request) => request.url)).toEqual(['/v1/clusters/prod/snapshot']);
});

describe('no answer', () => {
  test('because nobody listens', async () => {
    server.close();
    expect(await put()).toEqual({
      kind: 'unavailable',
      reason: `cannot reach the edge at ${url.origin} (connect ECONNREFUSED ${url.host})`,
      retryAfterSeconds: undefined,
    });
  });

  test('because the connection breaks', async () => {
    answer = (_, response) => response.socket?.destroy();
    expect(await put()).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining(url.origin) });
  });

  test.for([
    ['the first octet', () => {}],
    ['the last octet', (_: unknown, response: Parameters<RequestListener>[1]) => response.write('{')],
  ] as const)('in time: %s does not come', async ([, silence]) => {
    answer = silence as RequestListener;
    expect(await put(never, 50)).toEqual({
      kind: 'unavailable',
      reason: `cannot reach the edge at ${url.origin} (no answer in time)`,
      retryAfterSeconds: undefined,
    });
  });
});

test('a long body has more time than a short one', async () => {
  const { promise: timePassed, resolve } = Promise.withResolvers<void>();
  const answerAtOnce = answer;
  answer = async (request, response) => {
    await timePassed;
    answerAtOnce(request, response);
  };
  const long = put(never, 50, new Uint8Array(4_000_000));
  expect(await put(never, 50)).toMatchObject({ reason: expect.stringContaining('no answer in time') });
  await new Promise((passed) => setTimeout(passed, 100));
  resolve();
  expect(await long).toEqual({ kind: 'stored' });
});

test('it ends with the signal, and only then throws', async () => {
  const stop = new AbortController();
  answer = () => stop.abort(new Error('enough'));
  await expect(put(stop.signal)).rejects.toThrow('enough');
});

test('a body that is refused for its fields is not sent, and the refusal arrives', async () => {
  let sent = 0;
  server.on('checkContinue', (request, response) => {
    request.on('data', (part: Buffer) => {
      sent += part.length;
    });
    response.writeHead(403).end(JSON.stringify({ error: 'wrong key' }));
  });
  const long = new Uint8Array(8 * 1024 * 1024);
  expect(await put(never, undefined, long)).toEqual({
    kind: 'refused',
    reason: 'the edge answered 403: wrong key',
  });
  expect(sent).toBe(0);
});

test('a body is sent to a server that does not answer the question', async () => {
  server.on('checkContinue', (request, response) => {
    let octets = 0;
    request.on('data', (part: Buffer) => {
      octets += part.length;
    });
    request.on('end', () => response.end(JSON.stringify({ epoch: manifest.epoch, serial: octets === 3 ? 7 : 0 })));
  });
  expect(await put()).toEqual({ kind: 'stored' });
});

describe('what is answered from there', () => {
  const image = new Uint8Array([1, 2, 3, 4]);
  const compressed = gzipSync(image);
  const sha256 = createHash('sha256').update(compressed).digest('hex');
  const kept: Manifest = { ...manifest, length: compressed.length, sha256 };

  function showing(shown: Manifest, octets: Uint8Array): void {
    answer = (_, response) => response.writeHead(200, { 'kube-doh-manifest': formatManifest(shown) }).end(octets);
  }

  const edge = () => new HttpEdge(url, key);
  const stored = () => edge().stored(manifest.cluster, never);
  const served = () => edge().served(manifest.cluster, never);

  test('is asked for with a statement that is signed with the time', async () => {
    const before = Date.now();
    await stored();
    await served();
    expect(received.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      'GET /v1/clusters/prod/snapshot',
      'HEAD /v1/clusters/prod/snapshot',
    ]);
    for (const { headers } of received) {
      const text = String(headers['kube-doh-read']);
      const { cluster, at } = JSON.parse(text) as { cluster: string; at: number };
      expect(cluster).toBe('prod');
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(Date.now());
      expect(headers['kube-doh-signature']).toBe(key.sign(snapshotReadOctets(text)));
    }
  });

  test('is read and inflated', async () => {
    showing(kept, compressed);
    const answered = await stored();
    if (answered.kind !== 'stored') throw new Error(answered.kind);
    expect(answered.manifest).toEqual(kept);
    expect(new Uint8Array(await answered.image())).toEqual(image);
    expect(await served()).toEqual({ kind: 'served', manifest: kept });
  });

  const other = gzipSync(new Uint8Array([9, 9, 9, 9]));
  const broken = Buffer.from('no gzip');
  test.for([
    ['another body', kept, other, 'the body is not that of its manifest'],
    [
      'a damaged body',
      { ...kept, length: broken.length, sha256: createHash('sha256').update(broken).digest('hex') },
      broken,
      'the body is compressed and damaged',
    ],
  ] as const)('%s is told', async ([, shown, octets, reason]) => {
    showing(shown, octets);
    const answered = await stored();
    if (answered.kind !== 'stored') throw new Error(answered.kind);
    await expect(answered.image()).rejects.toMatchObject({
      code: 'STORED_SNAPSHOT',
      message: expect.stringContaining(reason),
    });
  });

  describe('over a slow link', () => {
    const pieces = Array.from({ length: compressed.length }, (_, i) => compressed.subarray(i, i + 1));

    /** Sends one piece after the other with a pause before each, and says no more after `count`. */
    function dripping(count: number, pauseMilliseconds: number): void {
      answer = async (_, response) => {
        response.writeHead(200, { 'kube-doh-manifest': formatManifest(kept) });
        for (const piece of pieces.slice(0, count)) {
          response.write(piece);
          await new Promise((passed) => setTimeout(passed, pauseMilliseconds));
        }
        if (count === pieces.length) response.end();
      };
    }

    test('is read to its end, however long that takes', async () => {
      dripping(pieces.length, 30);
      expect(await new HttpEdge(url, key, 500).stored(manifest.cluster, never)).toMatchObject({ kind: 'stored' });
    });

    test('is given up when nothing more comes', async () => {
      dripping(3, 0);
      expect(await new HttpEdge(url, key, 200).stored(manifest.cluster, never)).toEqual({
        kind: 'incomplete',
        manifest: kept,
        reason: 'what is stored at the edge came in part only (no answer in time)',
      });
    });

    test('is given up when the connection breaks', async () => {
      answer = (_, response) => {
        response.writeHead(200, { 'kube-doh-manifest': formatManifest(kept), 'content-length': compressed.length });
        response.write(pieces[0], () => response.socket?.destroy());
      };
      expect(await stored()).toMatchObject({ kind: 'incomplete', manifest: kept });
    });

    test('is no snapshot when something else came in part', async () => {
      answer = (_, response) => {
        response.writeHead(200, { 'content-length': 9 });
        response.write('x', () => response.socket?.destroy());
      };
      expect(await stored()).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('cannot reach') });
    });
  });

  const unavailable = { kind: 'unavailable', reason: expect.any(String), retryAfterSeconds: undefined };
  test.for([
    ['nothing is stored', 404, '{"code":"NO_SNAPSHOT","error":"x"}', { kind: 'nothing' }, { kind: 'nothing' }],
    ['the route is not there', 404, '{"code":"NOT_FOUND"}', { kind: 'unsupported' }, { kind: 'nothing' }],
    ['the route only takes', 405, '{"code":"METHOD_NOT_ALLOWED"}', { kind: 'unsupported' }, { kind: 'unsupported' }],
    [
      'the key is wrong',
      403,
      said,
      { kind: 'refused', reason: 'the edge answered 403: a reason' },
      { kind: 'refused' },
    ],
    [
      'what is stored is damaged',
      503,
      '{"code":"DAMAGED_SNAPSHOT","error":"it failed"}',
      { kind: 'damaged', reason: 'it failed' },
      unavailable,
    ],
    ['the store is away', 503, said, { ...unavailable, reason: 'the edge answered 503: a reason' }, unavailable],
    ['it is no edge', 200, '<html>', { kind: 'refused' }, { kind: 'refused' }],
  ] as const)('%s', async ([, status, text, ofGet, ofHead]) => {
    answering(status, text);
    expect(await stored()).toMatchObject(ofGet);
    expect(await served()).toMatchObject(ofHead);
  });

  test('the reason of damage is one line too, and cut', async () => {
    answering(503, JSON.stringify({ code: 'DAMAGED_SNAPSHOT', error: `a\nb${'x'.repeat(10_000)}` }));
    expect(await stored()).toEqual({ kind: 'damaged', reason: expect.stringMatching(/^a bx{497}…$/) });
  });

  test('a snapshot of another cluster is none of this one', async () => {
    showing({ ...kept, cluster: 'other' as ClusterId }, compressed);
    expect(await stored()).toMatchObject({ kind: 'refused' });
    expect(await served()).toMatchObject({ kind: 'refused' });
  });

  test('an agent whose clock is wrong signs with the time of the edge, from then on at once', async () => {
    const edgeNow = Date.now() - 3_600_000;
    answer = (request, response) => {
      const { at } = JSON.parse(String(request.headers['kube-doh-read'])) as { at: number };
      const isExpired = Math.abs(at - edgeNow) > 300_000;
      const text = JSON.stringify({ code: 'READ_EXPIRED', error: 'set the clock', now: edgeNow });
      if (isExpired) response.writeHead(403).end(text);
      else response.writeHead(200, { 'kube-doh-manifest': formatManifest(kept) }).end();
    };
    const wrong = edge();
    expect(await wrong.stored(manifest.cluster, never)).toMatchObject({ kind: 'stored' });
    expect(received).toHaveLength(2);
    expect(await wrong.served(manifest.cluster, never)).toMatchObject({ kind: 'served' });
    expect(received).toHaveLength(3);
  });

  test('a refusal that has nothing to do with the clock is not asked for twice', async () => {
    answering(403, JSON.stringify({ code: 'WRONG_SIGNATURE', error: 'wrong key' }));
    expect(await stored()).toEqual({
      kind: 'refused',
      reason: 'the edge answered 403: wrong key',
      code: 'WRONG_SIGNATURE',
    });
    expect(received).toHaveLength(1);
  });

  test('no answer may be had later, and the signal ends it', async () => {
    const stop = new AbortController();
    answer = () => stop.abort(new Error('enough'));
    await expect(edge().stored(manifest.cluster, stop.signal)).rejects.toThrow('enough');
    server.closeAllConnections();
    server.close();
    expect(await stored()).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining(url.origin) });
    expect(await served()).toMatchObject({ kind: 'unavailable' });
  });
});
