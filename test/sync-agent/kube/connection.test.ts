import { getEventListeners } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentEvent, Tell } from '../../../sync-agent/agent-events.ts';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import type { KubeError } from '../../../sync-agent/kube/error.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';
import { chunks, json, reset, ScriptedApiServer, type Step, silence, status } from './scripted-api-server.ts';

const path = '/api/v1/services';
const watchPath = `${path}?watch=true`;

let api: ScriptedApiServer;
let folder: ConfigurationFolder;
let client: KubeConnection;
let stop: AbortController;

beforeEach(async () => {
  api = await new ScriptedApiServer().listen();
  folder = new ConfigurationFolder();
  client = connectionTo(api.url);
  stop = new AbortController();
});
afterEach(async () => {
  client.close();
  await api.close();
  folder.remove();
});

function connectionTo(server: string, tell?: Tell): KubeConnection {
  return new KubeConnection({ type: 'file', path: folder.kubeconfig({ server }), context: undefined }, tell);
}

const get = (timeoutMilliseconds = 5000) => client.request(path, { signal: stop.signal, timeoutMilliseconds });

/** All values of a stream, and the code of the error that ended it. */
async function read(inactivityMilliseconds = 5000): Promise<{ values: unknown[]; code: string | undefined }> {
  const values: unknown[] = [];
  try {
    for await (const value of await client.stream(watchPath, { signal: stop.signal, inactivityMilliseconds })) {
      values.push(value);
    }
  } catch (error) {
    return { values, code: (error as KubeError).code };
  }
  return { values, code: undefined };
}

describe('a request', () => {
  test('gives the JSON', async () => {
    api.on('list', path, json({ text: 'é漢🦊' }));
    expect(await get()).toEqual({ text: 'é漢🦊' });
  });

  test.for([
    ['a status', status(500, { message: 'etcd is away' }), 'SERVER_ERROR'],
    ['no JSON', json('<html>'), 'BAD_RESPONSE'],
    ['an empty answer', json(''), 'BAD_RESPONSE'],
    ['a redirection', json({}, 302, { Location: '/' }), 'BAD_RESPONSE'],
    ['a refusal of many words', status(401, { message: 'x'.repeat(200_000) }), 'UNAUTHORIZED'],
    ['a reset before the answer', reset, 'DISCONNECTED'],
    ['an answer that is cut off', chunks(['{"items":'], 'reset'), 'DISCONNECTED'],
  ] as const)('fails on %s', async ([, step, code]) => {
    api.on('list', path, step);
    await expect(get()).rejects.toMatchObject({ name: 'KubeError', code });
  });

  test.for([
    ['before the answer', silence],
    ['within the answer', chunks(['{"items":'])],
  ] as const)('fails when the server falls silent %s', async ([, step]) => {
    api.on('list', path, step);
    await expect(get(50)).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'the API server did not answer, or fell silent, when it was asked to list services',
    });
  });

  test('goes below the path of the server', async () => {
    api.on('list', `/k8s/clusters/c-1${path}`, json({}));
    client = connectionTo(`${api.url}/k8s/clusters/c-1/`);
    expect(await get()).toEqual({});
  });

  test.for([
    ['http', 'connection refused'],
    ['https', 'connection refused'],
  ] as const)('to %s where nobody listens says so', async ([scheme, why]) => {
    const { port } = api;
    await api.close();
    client = connectionTo(`${scheme}://127.0.0.1:${port}`);
    await expect(get()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      permanent: false,
      message: `cannot reach the API server at ${scheme}://127.0.0.1:${port} (${why}): check that it runs, and the address in the kubeconfig`,
    });
    await new ScriptedApiServer().listen(port).then((server) => (api = server));
  });

  test('over TLS to a server that does not speak it says so', async () => {
    client = connectionTo(api.url.replace('http:', 'https:'));
    await expect(get()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('(it does not speak TLS)'),
    });
  });
});

describe('a stream', () => {
  test('gives one value for each line until the server ends it', async () => {
    api.on('watch', path, chunks(['{"a":1}\n{"b"', ':2}\n'], 'end'));
    expect(await read()).toEqual({ values: [{ a: 1 }, { b: 2 }], code: undefined });
  });

  test('puts characters together that came in two chunks', async () => {
    const octets = Buffer.from('{"text":"é漢🦊"}\n');
    const each = Array.from({ length: octets.length }, (_, i) => octets.subarray(i, i + 1));
    api.on('watch', path, chunks(each, 'end'));
    expect(await read()).toEqual({ values: [{ text: 'é漢🦊' }], code: undefined });
  });

  test.for([
    ['ends within a line', chunks(['{"a":1}\n{"b":2}'], 'end'), 'DISCONNECTED'],
    ['is reset', chunks(['{"a":1}\n'], 'reset'), 'DISCONNECTED'],
    ['is reset within a line', chunks(['{"a":1}\n{"b"'], 'reset'), 'DISCONNECTED'],
    ['sends a line that is not JSON', chunks(['{"a":1}\nnonsense\n']), 'BAD_RESPONSE'],
    ['sends a line without end', chunks(['{"a":1}\n', Buffer.alloc(17 * 2 ** 20, 'x')]), 'BAD_RESPONSE'],
  ] as const)('that %s fails after the whole lines', async ([, step, code]) => {
    api.on('watch', path, step);
    expect(await read()).toEqual({ values: [{ a: 1 }], code });
  });

  test('that falls silent fails and is closed', async () => {
    api.on('watch', path, chunks(['{"a":1}\n']));
    expect(await read(50)).toEqual({ values: [{ a: 1 }], code: 'TIMEOUT' });
    await expect.poll(() => api.connections()).toBe(0);
  });

  test('stays open while data comes, in pieces of lines too', async () => {
    const parts = Array.from('{"a":1}\n{"a":2}\n{"a":3}\n');
    api.on('watch', path, chunks(parts, 'end', 30));
    expect(await read(500)).toMatchObject({ values: [{ a: 1 }, { a: 2 }, { a: 3 }], code: undefined });
  });

  test('that is refused fails before the first value', async () => {
    api.on('watch', path, status(403));
    await expect(client.stream(watchPath, { signal: stop.signal, inactivityMilliseconds: 5000 })).rejects.toMatchObject(
      { code: 'FORBIDDEN' },
    );
  });

  test('that is refused with many words fails for the refusal, and is closed', async () => {
    api.on('watch', path, chunks([Buffer.alloc(100_000, 'x')], 'hang', 5, 410));
    expect(await read()).toEqual({ values: [], code: 'GONE' });
    await expect.poll(() => api.connections()).toBe(0);
  });

  test('that makes no sense is closed', async () => {
    api.on('watch', path, chunks(['nonsense\n']));
    expect(await read()).toEqual({ values: [], code: 'BAD_RESPONSE' });
    await expect.poll(() => api.connections()).toBe(0);
  });

  test('closes its connection when the reader leaves', async () => {
    api.on('watch', path, chunks(['{"a":1}\n']));
    for await (const value of await client.stream(watchPath, { signal: stop.signal, inactivityMilliseconds: 5000 })) {
      expect(value).toEqual({ a: 1 });
      expect(await api.connections()).toBe(1);
      break;
    }
    await expect.poll(() => api.connections()).toBe(0);
  });
});

describe('what is told of requests', () => {
  const told: AgentEvent[] = [];
  const host = () => new URL(api.url).host;
  const requests = () => told.map((event) => ({ ...event, seconds: 0 }));
  const limits = () => ({ signal: stop.signal, timeoutMilliseconds: 5000 });

  beforeEach(() => {
    told.length = 0;
    client = connectionTo(api.url, (event) => told.push(event));
  });

  test.for<[string, string, Step, string]>([
    ['a list', path, json({}), 'LIST 200'],
    ['a list that is cut off', path, chunks(['{"items":'], 'reset'), 'LIST <error>'],
    ['a list that is not answered', path, reset, 'LIST <error>'],
    ['a refused list', path, status(429), 'LIST 429'],
    ['an object', '/api/v1/namespaces/x', json({}), 'GET 200'],
    ['an object that is not there', '/api/v1/namespaces/x', status(404), 'GET 404'],
  ])('%s', async ([, asked, step, expected]) => {
    api.on('list', asked, step);
    await client.request(asked, limits()).catch(() => undefined);
    const [verb, code] = expected.split(' ');
    expect(requests()).toEqual([{ kind: 'api-request', verb, host: host(), code, seconds: 0 }]);
  });

  test('a watch, when it is accepted and not when it ends', async () => {
    let end = (): void => undefined;
    api.on('watch', path, (response) => {
      response.writeHead(200).flushHeaders();
      end = () => response.end();
    });
    const reading = read();
    await expect
      .poll(requests)
      .toEqual([{ kind: 'api-request', verb: 'WATCH', host: host(), code: '200', seconds: 0 }]);
    end();
    await reading;
    expect(told).toHaveLength(1);
  });

  test.for(['POST', 'PUT', 'PATCH'] as const)('%s, refused and not', async (method) => {
    // The script of a path answers every method.
    api.on('list', path, json({}, 201), status(409));
    await client.send(method, path, {}, limits());
    await client.send(method, path, {}, limits()).catch(() => undefined);
    expect(told.map((event) => event.kind === 'api-request' && `${event.verb} ${event.code}`)).toEqual([
      `${method} 201`,
      `${method} 409`,
    ]);
  });
});

test('one connection serves one request after the other, and streams have one each', async () => {
  api.on('list', path, json({})).on('watch', path, chunks(['{"a":1}\n']));
  for (let i = 0; i < 5; i += 1) await get();
  expect([await api.connections(), api.connectionCount]).toEqual([1, 1]);
  const streams = await Promise.all(
    [1, 2, 3].map(() => client.stream(watchPath, { signal: stop.signal, inactivityMilliseconds: 5000 })),
  );
  for (let i = 0; i < 5; i += 1) await get();
  expect(api.connectionCount).toBe(4);
  for (const values of streams) await values[Symbol.asyncIterator]().return?.();
});

describe('stopping', () => {
  const openings = [
    ['a request', () => get()],
    ['a stream', () => read().then(({ code }) => Promise.reject(code))],
  ] as const;

  test.for(openings)('%s before it starts opens nothing', async ([, open]) => {
    stop.abort();
    await expect(open()).rejects.toBeDefined();
    expect(api.exchanges).toEqual([]);
    expect(await api.connections()).toBe(0);
  });

  test.for(openings)('%s that waits for its answer leaves nothing open', async ([, open]) => {
    api.on('list', path, silence).on('watch', path, silence);
    const opened = open().catch((error: unknown) => error);
    await expect.poll(() => api.exchanges.length).toBe(1);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    stop.abort();
    await opened;
    await expect.poll(() => api.connections()).toBe(0);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });

  test.for(openings)('%s while it connects leaves nothing open', async ([, open]) => {
    // Takes connections and never answers the TLS handshake.
    let connections = 0;
    const mute: Server = createServer((socket) => {
      connections += 1;
      socket
        .resume()
        .on('error', () => undefined)
        .on('close', () => (connections -= 1));
    });
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    client = connectionTo(`https://127.0.0.1:${(mute.address() as { port: number }).port}`);
    const opened = open().catch((error: unknown) => error);
    await expect.poll(() => connections).toBe(1);
    stop.abort();
    await opened;
    await expect.poll(() => connections).toBe(0);
    await new Promise((resolve) => mute.close(resolve));
  });

  test('throws the reason of the signal, not an error of the connection', async () => {
    api.on('list', path, silence);
    const answer = get();
    await expect.poll(() => api.exchanges.length).toBe(1);
    stop.abort('enough');
    await expect(answer).rejects.toBe('enough');
  });

  test('an ended request leaves no listener behind', async () => {
    api.on('list', path, json({}));
    await get();
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });
});
