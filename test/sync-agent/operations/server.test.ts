import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OperationsServer, type OperationsServerOptions } from '../../../sync-agent/operations/server.ts';
import { RecordingLog } from '../recording-log.ts';

let log: RecordingLog;
let server: OperationsServer | undefined;
let failure: string | undefined;

beforeEach(() => {
  log = new RecordingLog();
  failure = undefined;
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(more: Partial<OperationsServerOptions> = {}): Promise<string> {
  server = await OperationsServer.start({
    listen: { host: '127.0.0.1', port: 0 },
    liveness: () => [{ name: 'publish-loop', failure: undefined }],
    readiness: () => [{ name: 'watches', failure }],
    metrics: async () => 'a_total 1\n',
    log,
    ...more,
  });
  return server.origin;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(url: string, method = 'GET', body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method }, async (response) => {
      resolve({ status: response.statusCode, headers: response.headers, body: await text(response) });
    });
    outgoing.on('error', reject).end(body);
  });
}

test('it answers probes and metrics', async () => {
  const origin = await start();
  expect(await ask(`${origin}/livez`)).toMatchObject({
    status: 200,
    body: 'ok',
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
  expect(await ask(`${origin}/livez?verbose`)).toMatchObject({ body: '[+]publish-loop ok\nlivez check passed\n' });
  expect(await ask(`${origin}/readyz`)).toMatchObject({ status: 200, body: 'ok' });
  expect(await ask(`${origin}/readyz?verbose=1`)).toMatchObject({ body: '[+]watches ok\nreadyz check passed\n' });
  expect(await ask(`${origin}/metrics`)).toMatchObject({
    status: 200,
    body: 'a_total 1\n',
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
  });
});

test('it says what is wrong, as it is at that moment', async () => {
  const origin = await start();
  failure = 'Service is silent';
  const body = '[-]watches failed: Service is silent\nreadyz check failed\n';
  expect(await ask(`${origin}/readyz`)).toMatchObject({ status: 503, body });
  expect(await ask(`${origin}/livez`)).toMatchObject({ status: 200 });
  failure = undefined;
  expect(await ask(`${origin}/readyz`)).toMatchObject({ status: 200 });
});

describe('it answers nothing else', () => {
  test.for([
    ['GET', '/', 404],
    ['GET', '/healthz', 404],
    ['GET', '/metrics/', 404],
    ['GET', '/debug/pprof/', 404],
    ['POST', '/nothing', 404],
    ['POST', '/metrics', 405],
    ['DELETE', '/readyz', 405],
    ['HEAD', '/readyz', 200],
    ['OPTIONS', '/livez', 405],
  ] as const)('%s %s: %i', async ([method, path, status]) => {
    const { headers, body, ...answer } = await ask(`${await start()}${path}`, method);
    expect(answer.status).toBe(status);
    expect(headers['allow']).toBe(status === 405 ? 'GET, HEAD' : undefined);
    if (method === 'HEAD') expect(body).toBe('');
  });

  test('nor a body, nor very long header fields', async () => {
    const origin = await start();
    expect((await ask(`${origin}/metrics`, 'POST', 'x'.repeat(100_000))).status).toBe(405);
    expect((await ask(`${origin}/readyz?${'x'.repeat(20_000)}`)).status).toBe(431);
    expect((await ask(`${origin}/readyz`)).status).toBe(200);
  });

  /** A connection over which so many requests go at once, and whose answers nobody reads. */
  async function pipelined(origin: string, count: number): Promise<Socket> {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(count));
    return socket;
  }

  test('many requests over one connection wait for each other, and are not all answered', async () => {
    let asked = 0;
    let answering = 0;
    let most = 0;
    const metrics = async (): Promise<string> => {
      asked += 1;
      answering += 1;
      most = Math.max(most, answering);
      await new Promise((resolve) => setImmediate(resolve));
      answering -= 1;
      return 'a_total 1\n';
    };
    const socket = await pipelined(await start({ metrics }), 3000);
    let received = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      received += part;
    });
    await expect.poll(() => received.split(' 503 ').length - 1).toBe(3000 - 32);
    socket.destroy();
    expect(asked).toBe(32);
    expect(most).toBe(1);
  });

  test('an answer that is not read is the last', async () => {
    let asked = 0;
    const metrics = async (): Promise<string> => {
      asked += 1;
      return 'x'.repeat(20_000_000);
    };
    const origin = await start({ metrics });
    const socket = await pipelined(origin, 30);
    await expect.poll(() => asked).toBe(1);
    // Whatever could follow has had its turn when another connection was answered.
    for (let i = 0; i < 3; i += 1) await ask(`${origin}/livez`);
    expect(asked).toBe(1);
    socket.destroy();
  });

  test('of very many connections the oldest is closed, and a probe is answered', async () => {
    const origin = await start();
    const sockets: Socket[] = [];
    for (let i = 0; i < 100; i += 1) {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1').on('error', () => {});
      await once(socket, 'connect');
      socket.write('GET /livez HTTP/1.1\r\n');
      sockets.push(socket.resume());
    }
    expect(await ask(`${origin}/livez`)).toMatchObject({ status: 200 });
    await expect.poll(() => sockets.filter(({ closed }) => closed).length).toBe(37);
    expect(sockets[0]!.closed).toBe(true);
    expect(sockets[99]!.closed).toBe(false);
    for (const socket of sockets) socket.destroy();
  });

  test('metrics that cannot be told are a failure that is logged', async () => {
    const origin = await start({ metrics: () => Promise.reject(new Error('no')) });
    expect(await ask(`${origin}/metrics`)).toMatchObject({ status: 500, body: 'failed\n' });
    expect(log.entries.at(-1)).toMatchObject({ level: 'error', facts: { err: 'Error: no' } });
  });
});

test('it ends with a request open', { timeout: 5000 }, async () => {
  const asked = Promise.withResolvers<void>();
  const origin = await start({
    metrics: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {}).write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n');
  await asked.promise;
  await server!.stop();
  server = undefined;
  await closed;
});

describe('where it listens', () => {
  test('is logged', async () => {
    const origin = await start();
    expect(log.lines).toEqual([`answering /livez, /readyz and /metrics on ${origin}`]);
  });

  test('beyond loopback is logged as that', async () => {
    const origin = await start({ listen: { host: '0.0.0.0', port: 0 } });
    expect(origin).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
    const told = `answering /livez, /readyz and /metrics on ${origin}; whoever reaches this address can read them`;
    expect(log.lines).toEqual([told]);
  });

  test('cannot be where another program does', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(start({ listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'CANNOT_LISTEN',
      message: `cannot listen on 127.0.0.1:${port}: something listens there already; end it, or pass another --listen`,
    });
    other.close();
  });

  test('cannot be an address of another machine', () =>
    expect(start({ listen: { host: '2001:db8::1', port: 9090 } })).rejects.toMatchObject({
      code: 'CANNOT_LISTEN',
      message: expect.stringMatching(/^cannot listen on \[2001:db8::1\]:9090: .*another --listen$/),
    }));
});
