/** In front of a server that answers as a test says; asked over HTTP/2 and HTTP/1.1, through TLS and without. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createServerCertificate, type ServerCertificate } from '../../../demo/edge/certificate.ts';
import { type Front, type FrontOptions, startFront } from '../../../edge/front/front.ts';
import { type Asked, beginHttp1, beginHttp2, type Exchange } from '../../demo/edge/ask.ts';

let certificate: ServerCertificate;
let upstream: Server;
let answer: RequestListener;
/** The front's connections to the server behind it. */
let inner: Set<Socket>;
let fronts: Front[];

beforeAll(async () => {
  certificate = await createServerCertificate(['127.0.0.1', 'localhost'], Date.now());
});
beforeEach(async () => {
  inner = new Set();
  fronts = [];
  answer = (_, response) => response.end('ok');
  upstream = createServer({ maxHeaderSize: 128 * 1024 }, (request, response) => answer(request, response));
  upstream.on('connection', (socket) => inner.add(socket));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await Promise.all(fronts.map((front) => front.stop()));
  upstream.closeAllConnections();
  upstream.close();
});

async function start(more: Partial<FrontOptions> = {}): Promise<Front> {
  const port = (upstream.address() as AddressInfo | null)?.port ?? 9;
  const address = { host: '127.0.0.1', port };
  const front = await startFront({ host: '127.0.0.1', port: 0, certificate, upstream: async () => address, ...more });
  fronts.push(front);
  return front;
}

/** More than the front reads before it passes a request on. */
const long = 'x'.repeat(70_000);

const protocols = [
  { protocol: 'HTTP/2 over TLS', beginRequest: beginHttp2, isPlain: false },
  { protocol: 'HTTP/1.1 over TLS', beginRequest: beginHttp1, isPlain: false },
  { protocol: 'plain HTTP/1.1', beginRequest: beginHttp1, isPlain: true },
];

describe.for(protocols)('$protocol', ({ beginRequest, isPlain }) => {
  let front: Front;

  beforeEach(async () => {
    front = await start(isPlain ? { certificate: undefined } : {});
  });

  function begin(more: Partial<Asked> = {}): Exchange {
    return beginRequest({ port: front.port, ca: isPlain ? undefined : certificate.authorityPem, ...more });
  }

  async function ask(more: Partial<Asked> & { readonly body?: string } = {}) {
    const exchange = begin(more);
    exchange.end(more.body);
    const { status, headers, text } = await exchange.answer;
    return { status, headers, text: await text };
  }

  test('method, path, fields and body go through', async () => {
    const seen: unknown[] = [];
    answer = async (request, response) => {
      const { method, url, headers } = request;
      seen.push({ method, url, type: headers['content-type'], host: headers.host, body: await textOf(request) });
      response.end();
    };
    await ask({ method: 'POST', path: '/a?b=c', headers: { 'content-type': 'x/y' }, body: 'hello' });
    const host = `127.0.0.1:${front.port}`;
    expect(seen).toEqual([{ method: 'POST', url: '/a?b=c', type: 'x/y', host, body: 'hello' }]);
  });

  test('a URL that is longer than the Worker takes goes through, so that the Worker says so', async () => {
    answer = ({ url }, response) => response.end(String(url!.length));
    expect(await ask({ path: `/${'x'.repeat(20_000)}` })).toMatchObject({ status: 200, text: '20001' });
  });

  test.for(['*', '/\u00e9'])('what is no path, such as %s, goes nowhere', async (path) => {
    const seen: unknown[] = [];
    answer = ({ url }, response) => {
      seen.push(url);
      response.end();
    };
    const exchange = begin({ method: 'OPTIONS', path });
    exchange.end();
    // Node refuses some by itself.
    expect([400, 404]).toContain((await exchange.answer).status);
    expect(seen).toEqual([]);
  });

  test.for([
    [200, { 'content-length': '5', 'cache-control': 'private, max-age=30' }],
    [401, { 'content-length': '5', 'www-authenticate': 'Bearer realm="x"' }],
    [405, { 'content-length': '5', allow: 'GET, POST' }],
    [503, { 'content-length': '5', 'retry-after': '1' }],
  ] as const)('an answer of status %i comes back as it is', async ([status, fields]) => {
    answer = (_, response) => response.writeHead(status, fields).end('hello');
    expect(await ask()).toMatchObject({ status, headers: fields, text: 'hello' });
  });

  test('so does one without a body', async () => {
    answer = (_, response) => response.writeHead(200, { 'content-length': '5' }).end();
    expect(await ask({ method: 'HEAD' })).toMatchObject({ status: 200, headers: { 'content-length': '5' }, text: '' });
    answer = (_, response) => response.writeHead(204).end();
    expect(await ask()).toMatchObject({ status: 204, text: '' });
  });

  test('fields of the inner connection do not', async () => {
    answer = (_, response) => {
      response.writeHead(200, { connection: 'x-own', 'x-own': '1', 'keep-alive': 'timeout=7', 'x-other': '2' }).end();
    };
    const { headers } = await ask();
    expect(headers).toMatchObject({ 'x-other': '2' });
    expect([headers['x-own'], headers['keep-alive']]).not.toContain('1');
    expect(headers['keep-alive']).not.toBe('timeout=7');
  });

  test('what only the network in front of a Worker may say does not go through', async () => {
    const seen: string[] = [];
    answer = ({ headers }, response) => {
      seen.push(...Object.keys(headers));
      response.end();
    };
    const control = ['MF-Original-URL', 'mf-route-override', 'MF-Op', 'CF-IPCountry', 'cf-ray', 'X-Forwarded-For'];
    const others = ['mfa', 'x-cf-a', 'x-forwarded', 'kube-doh-manifest', 'authorization'];
    await ask({ headers: Object.fromEntries([...control, ...others].map((name) => [name, 'http://x/'])) });
    expect(seen).toEqual(expect.arrayContaining(others));
    expect(seen.filter((name) => control.some((each) => each.toLowerCase() === name))).toEqual([]);
  });

  test('who asks is the peer, whatever is said', async () => {
    const seen: unknown[] = [];
    answer = ({ headers }, response) => {
      seen.push(headers['cf-connecting-ip']);
      response.end();
    };
    await ask({ headers: { 'CF-Connecting-IP': '192.0.2.1', 'X-Forwarded-For': '192.0.2.2' } });
    expect(seen).toEqual(['127.0.0.1']);
  });

  test.for([
    [undefined, '127.0.0.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['203.0.113.9, 192.0.2.1', '192.0.2.1'],
    ['192.0.2.1 , 2001:db8::1', '2001:db8::1'],
    ['192.0.2.1, unknown', '127.0.0.1'],
    ['192.0.2.1,', '127.0.0.1'],
  ] as const)('behind a proxy that says %j it is %s', async ([told, expected]) => {
    const seen: unknown[] = [];
    answer = ({ headers }, response) => {
      seen.push(headers['cf-connecting-ip'], headers['x-forwarded-for']);
      response.end();
    };
    const { port } = await start({ isBehindProxy: true, ...(isPlain ? { certificate: undefined } : {}) });
    const exchange = beginRequest({
      port,
      ca: isPlain ? undefined : certificate.authorityPem,
      headers: { 'CF-Connecting-IP': '198.51.100.7', ...(told === undefined ? {} : { 'X-Forwarded-For': told }) },
    });
    exchange.end();
    expect((await exchange.answer).status).toBe(200);
    expect(seen).toEqual([expected, undefined]);
  });

  test('while there is no server, a request waits for it, and is 503 when none comes', async () => {
    const { port } = upstream.address() as AddressInfo;
    const waiting: ((isThere: boolean) => void)[] = [];
    const late = () =>
      new Promise<{ host: string; port: number } | undefined>((resolve) => {
        waiting.push((isThere) => resolve(isThere ? { host: '127.0.0.1', port } : undefined));
      });
    const own = await start({ upstream: late, ...(isPlain ? { certificate: undefined } : {}) });
    const beginOwn = (method: string) =>
      beginRequest({ port: own.port, ca: isPlain ? undefined : certificate.authorityPem, method });
    const first = beginOwn('GET');
    first.end();
    const second = beginOwn('POST');
    second.end(long);
    await expect.poll(() => waiting.length).toBe(2);
    for (const tell of waiting.splice(0)) tell(true);
    expect([(await first.answer).status, (await second.answer).status]).toEqual([200, 200]);
    const third = beginOwn('GET');
    third.end();
    await expect.poll(() => waiting.length).toBe(1);
    waiting[0]!(false);
    const { status, headers, text } = await third.answer;
    expect([status, headers['cache-control'], await text]).toEqual([
      503,
      'no-store',
      'the Worker is starting; try again\n',
    ]);
  });

  test.for([
    '/cdn-cgi/local/scheduled',
    '/cdn-cgi/',
    '/cdn-cgi',
    '/cdn-cgi?a=b',
    '//cdn-cgi/x',
    '/a/../cdn-cgi/x',
    '/./cdn-cgi/x',
    '/%2e/cdn-cgi/x',
    '/CDN-CGI/x',
    '/\\cdn-cgi/x',
  ])('%s is nothing, and is not passed on', async (path) => {
    let count = 0;
    answer = (_, response) => {
      count += 1;
      response.end();
    };
    expect(await ask({ path })).toMatchObject({ status: 404, headers: { 'cache-control': 'no-store' } });
    expect(await ask({ path, method: 'POST', body: 'hello' })).toMatchObject({ status: 404 });
    expect(count).toBe(0);
  });

  test.for(['/cdn-cgix', '/t/cdn-cgi/dns-query', '/dns-query?dns=/cdn-cgi/'])('%s is passed on', async (path) => {
    expect(await ask({ path })).toMatchObject({ status: 200, text: 'ok' });
  });

  test('a long request is passed on as it comes', async () => {
    let seen = '';
    answer = (request, response) => {
      request.setEncoding('utf8').on('data', (part) => {
        seen += part;
      });
      request.on('end', () => response.end());
    };
    const exchange = begin({ method: 'POST' });
    exchange.write(long);
    await expect.poll(() => seen).toBe(long);
    exchange.end('second');
    await exchange.answer;
    expect(seen).toBe(`${long}second`);
  });

  test('a short request takes no connection before it is whole', async () => {
    const stalled = begin({ method: 'POST' });
    stalled.write('first');
    answer = async (request, response) => response.end(await textOf(request));
    expect(await ask({ method: 'POST', body: 'whole' })).toMatchObject({ text: 'whole' });
    expect(inner.size).toBe(1);
    stalled.end('second');
    expect(await (await stalled.answer).text).toBe('firstsecond');
  });

  test('an answer is passed on as it comes', async () => {
    let finish = (): void => {};
    answer = (_, response) => {
      response.write('first');
      finish = () => response.end('second');
    };
    const exchange = begin();
    exchange.end();
    const { firstPart, text } = await exchange.answer;
    expect(await firstPart).toBe('first');
    finish();
    expect(await text).toBe('firstsecond');
  });

  test.for([
    ['closed', 'with a length', { 'content-length': '100' }],
    ['closed', 'in chunks', {}],
    ['reset', 'with a length', { 'content-length': '100' }],
    ['reset', 'in chunks', {}],
  ] as const)('an answer that breaks off, %s, %s, breaks off for the client', async ([how, , fields]) => {
    answer = (_, response) => {
      response.writeHead(200, fields);
      response.write('first', () => (how === 'reset' ? response.socket?.resetAndDestroy() : response.destroy()));
    };
    const exchange = begin();
    exchange.end();
    await expect(exchange.answer.then(({ text }) => text)).rejects.toThrow();
  });

  test('a long request that is refused for its fields gets the refusal', async () => {
    let received = 0;
    upstream.on('checkContinue', (request, response) => {
      request.on('data', (part: Buffer) => {
        received += part.length;
      });
      response.writeHead(413).end('too much');
    });
    const exchange = begin({ method: 'POST' });
    exchange.write(long);
    const { status, text } = await exchange.answer;
    expect([status, await text, received]).toEqual([413, 'too much', 0]);
  });

  test('without an answer it is 502, which nobody keeps', async () => {
    answer = (request) => request.socket.destroy();
    const nothing = { status: 502, headers: { 'cache-control': 'no-store' }, text: 'the Worker does not answer\n' };
    expect(await ask()).toMatchObject(nothing);
    upstream.close();
    upstream.closeAllConnections();
    expect(await ask({ method: 'POST', body: 'hello' })).toMatchObject(nothing);
  });

  test('a client that leaves ends the inner request', async () => {
    let isLeft = false;
    answer = (request) => {
      request.on('close', () => {
        isLeft = true;
      });
    };
    const exchange = begin();
    exchange.answer.catch(() => {});
    exchange.end();
    await expect.poll(() => inner.size).toBe(1);
    expect(isLeft).toBe(false);
    exchange.abandon();
    await expect.poll(() => isLeft).toBe(true);
    answer = (_, response) => response.end('ok');
    expect(await ask()).toMatchObject({ text: 'ok' });
  });

  test('requests one after the other share an inner connection', async () => {
    for (let i = 0; i < 5; i += 1) expect(await ask()).toMatchObject({ text: 'ok' });
    expect(inner.size).toBe(1);
  });

  test('it ends with what is open', async () => {
    answer = () => {};
    const exchange = begin();
    exchange.answer.catch(() => {});
    exchange.end();
    await expect.poll(() => inner.size).toBe(1);
    answer = (_, response) => response.end('ok');
    await ask();
    expect(inner.size).toBe(2);
    await front.stop();
    await expect(exchange.answer).rejects.toThrow();
    await expect.poll(() => [...inner].every(({ destroyed }) => destroyed)).toBe(true);
    await start({ port: front.port });
  });
});

test.for([
  ['laptop.example:8443', 'laptop.example:8443'],
  ['[::1]:8443', '[::1]:8443'],
  ['::1', undefined],
  ['::1:8443', undefined],
] as const)(
  'what dig and kdig call the server, such as %s, is passed on if it can be understood',
  async ([name, host]) => {
    const hosts: unknown[] = [];
    answer = ({ headers }, response) => {
      hosts.push(headers.host);
      response.end();
    };
    const { port } = await start();
    const exchange = beginHttp2({ port, ca: certificate.authorityPem, headers: { ':authority': name } });
    exchange.end();
    expect((await exchange.answer).status).toBe(200);
    expect(hosts).toEqual([host ?? 'localhost']);
  },
);

test.for([
  ['HTTP/2', beginHttp2],
  ['HTTP/1.1', beginHttp1],
] as const)('whoever does not trust the authority is not answered over %s', async ([, begin]) => {
  const other = await createServerCertificate(['127.0.0.1'], Date.now());
  const { port } = await start();
  const exchange = begin({ port, ca: other.authorityPem });
  exchange.end();
  await expect(exchange.answer).rejects.toMatchObject({ code: expect.stringMatching(/SIGNATURE|VERIFY|SELF_SIGNED/) });
});

describe('a client that reads nothing of its answer', () => {
  /** More than systems keep for a connection. */
  const answerLength = 64 * 1024 * 1024;

  test.for(['HTTP/1.1', 'HTTP/2'] as const)(
    'is cut off, over %s, so that others get its connection',
    async (protocol) => {
      answer = (_, response) => response.end(Buffer.alloc(answerLength));
      const front = await start({
        stalledMilliseconds: 200,
        ...(protocol === 'HTTP/1.1' && { certificate: undefined }),
      });
      const left = protocol === 'HTTP/1.1' ? stallHttp1(front.port) : stallHttp2(front.port);
      await expect.poll(() => inner.size).toBe(1);
      await expect.poll(() => [...inner].every(({ destroyed }) => destroyed), { timeout: 10_000 }).toBe(true);
      left();
    },
  );

  test('and one that reads gets all of it, however long the server takes to begin', async () => {
    const { port } = await start({ certificate: undefined, stalledMilliseconds: 200 });
    answer = (_, response) => void setTimeout(() => response.end(Buffer.alloc(answerLength)), 500);
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect((await response.arrayBuffer()).byteLength).toBe(answerLength);
  });

  function stallHttp1(port: number): () => void {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    return () => socket.destroy();
  }

  function stallHttp2(port: number): () => void {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: certificate.authorityPem });
    const stream = session.request({ ':path': '/' });
    for (const each of [session, stream]) each.on('error', () => {});
    return () => session.destroy();
  }
});

describe('clients that vanish or speak something else harm nobody', () => {
  test.for([
    '',
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n',
    '\x16\x03\x01',
    '\0',
  ])('%j', async (first) => {
    const ports = [(await start()).port, (await start({ certificate: undefined })).port];
    for (const port of ports) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await new Promise((resolve) => socket.write(first, resolve));
      socket.resetAndDestroy();
    }
    const exchange = beginHttp2({ port: ports[0]!, ca: certificate.authorityPem });
    exchange.end();
    expect(await (await exchange.answer).text).toBe('ok');
  });
});

describe('an address that cannot be had is told in one line', () => {
  test('because it is taken', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({
      code: 'LISTEN',
      message: `cannot listen on 127.0.0.1:${port}: another program listens there: stop it, or choose another with --listen HOST:PORT`,
    });
  });

  test.for([
    ['203.0.113.1', '203.0.113.1:0'],
    ['2001:db8::1', '[2001:db8::1]:0'],
  ] as const)('because %s is not this machine’s', async ([host, shown]) => {
    await expect(start({ host })).rejects.toMatchObject({
      code: 'LISTEN',
      message: expect.stringMatching(`^cannot listen on ${shown.replace(/[[\].]/g, '\\$&')}: .*: choose another`),
    });
  });
});
