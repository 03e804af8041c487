import { execFile as execFileWithCallback } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createPlainServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type LookupFunction, type Socket } from 'node:net';
import { inspect, promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DohServer } from '../../../client/doh/doh-server.ts';
import { connectDoh, type DohExchange } from '../../../client/doh/exchange.ts';
import { stubPatience } from '../../../client/doh/patience.ts';
import { type AskedStream, dnsMessage, FakeEdge, respond } from './fake-edge.ts';

const token = `kd1${'a7'.repeat(28)}`;
const question = Buffer.alloc(12);
const execFile = promisify(execFileWithCallback);

let edge: FakeEdge;
const exchanges: DohExchange[] = [];
const servers: Server[] = [];

beforeEach(async () => {
  edge = await FakeEdge.start();
});
afterEach(() => {
  vi.useRealTimers();
  for (const exchange of exchanges.splice(0)) exchange.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  edge.stop();
});

function connect(more: Partial<DohServer> = {}): DohExchange {
  const { url, certificate } = edge;
  const exchange = connectDoh({ url, authorityPem: certificate.authorityPem, token, ...more });
  exchanges.push(exchange);
  return exchange;
}

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** What came to the edge, as `connection`s in the order of the questions. */
function askedOn(): number[] {
  return edge.asked.map(({ connection }) => connection);
}

async function whenAsked(times: number): Promise<void> {
  await expect.poll(() => edge.asked.length, { interval: 5, timeout: 10_000 }).toBe(times);
}

describe('over HTTP/2', () => {
  test('it asks as RFC 8484 says, with the token in a header field', async () => {
    expect(await connect().exchange(question)).toEqual(dnsMessage);
    const [asked] = edge.asked;
    expect(asked?.body).toEqual(question);
    expect(asked?.headers).toMatchObject({
      ':method': 'POST',
      ':path': '/dns-query',
      'content-type': 'application/dns-message',
      accept: 'application/dns-message',
      authorization: `Bearer ${token}`,
    });
  });

  test('20 questions at the same time share one connection', async () => {
    const exchange = connect();
    const waiting: AskedStream[] = [];
    edge.handle = (asked) => {
      // Nobody is answered before all have come.
      if (waiting.push(asked) === 20) for (const { stream, body } of waiting) respond(stream, body);
    };
    const questions = Array.from({ length: 20 }, (_, at) => Buffer.alloc(12, at));
    expect(await Promise.all(questions.map((octets) => exchange.exchange(octets)))).toEqual(questions);
    expect(edge.connections).toBe(1);
  });

  test('it keeps the connection, until it is told to connect anew', async () => {
    const exchange = connect();
    for (let at = 0; at < 3; at += 1) await exchange.exchange(question);
    expect(askedOn()).toEqual([1, 1, 1]);
    exchange.reset();
    await exchange.exchange(question);
    expect(askedOn()).toEqual([1, 1, 1, 2]);
  });

  test('what is under way when it connects anew is asked again', async () => {
    const exchange = connect();
    edge.handle = ({ stream, connection }) => connection === 2 && respond(stream, dnsMessage);
    const asking = exchange.exchange(question);
    await whenAsked(1);
    exchange.reset();
    expect(await asking).toEqual(dnsMessage);
    expect(askedOn()).toEqual([1, 2]);
  });

  test('after the server has closed the connection it is made anew', async () => {
    const exchange = connect();
    await exchange.exchange(question);
    edge.relay.cut();
    expect(await exchange.exchange(question)).toEqual(dnsMessage);
    expect(edge.connections).toBe(2);
  });

  test('it finds the host as it is told to', async () => {
    edge.stop();
    edge = await FakeEdge.start(['edge.example']);
    const asked: string[] = [];
    const lookup: LookupFunction = (host, { all }, done) => {
      asked.push(host);
      if (all) done(null, [{ address: '127.0.0.1', family: 4 }]);
      else done(null, '127.0.0.1', 4);
    };
    const exchange = connect({ url: new URL(`https://edge.example:${edge.port}/dns-query`), lookup });
    expect(await exchange.exchange(question)).toEqual(dnsMessage);
    expect(asked).toEqual(['edge.example']);
    expect(edge.serverNames).toEqual(['edge.example']);
  });
});

describe('a connection that is dead', () => {
  test('costs all who wait on it one time limit together', async () => {
    const exchange = connect();
    await exchange.exchange(question);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    edge.relay.freeze();
    const first = exchange.exchange(question);
    vi.advanceTimersByTime(1400);
    const second = exchange.exchange(question);
    vi.advanceTimersByTime(100);
    // No time passes for the second; it is answered all the same.
    expect(await Promise.all([first, second])).toEqual([dnsMessage, dnsMessage]);
    expect(await exchange.exchange(question)).toEqual(dnsMessage);
    expect(askedOn()).toEqual([1, 2, 2, 2]);
    expect(edge.relay.connections).toBe(2);
  });

  test('and another one that does not open is an error', async () => {
    const connections: Socket[] = [];
    const silent = createNetServer((socket) => connections.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = new URL(`https://127.0.0.1:${(silent.address() as AddressInfo).port}/dns-query`);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asking = connect({ url }).exchange(question);
    for (const times of [1, 2]) {
      await expect.poll(() => connections.length, { interval: 5, timeout: 10_000 }).toBe(times);
      vi.advanceTimersByTime(1500);
    }
    await expect(asking).rejects.toMatchObject({
      code: 'NO_DNS_ANSWER',
      message: `${url.origin}: it takes connections and says nothing: check the port, or try again later`,
    });
    silent.close();
  });
});

describe('a server that is slow', () => {
  /** What it takes to know that the connection lives. */
  async function doubted(): Promise<void> {
    const [{ stream }] = edge.asked.slice(-1) as [AskedStream];
    const pinged = once(stream.session!, 'ping');
    vi.advanceTimersByTime(stubPatience.doubtMilliseconds);
    await pinged;
    // The sign has come back when something that was sent behind it has.
    await new Promise((resolve) => stream.session!.ping(resolve));
  }

  test('is waited for on the connection that it has', async () => {
    const exchange = connect();
    await exchange.exchange(question);
    edge.handle = () => {};
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asking = exchange.exchange(question);
    await whenAsked(2);
    await doubted();
    vi.advanceTimersByTime(2500);
    respond(edge.asked[1]!.stream, dnsMessage);
    expect(await asking).toEqual(dnsMessage);
    expect(askedOn()).toEqual([1, 1]);
  });

  test('and not for ever', async () => {
    const exchange = connect();
    await exchange.exchange(question);
    edge.handle = () => {};
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asking = exchange.exchange(question);
    await whenAsked(2);
    await doubted();
    vi.advanceTimersByTime(2800);
    await expect(asking).rejects.toMatchObject({
      code: 'NO_DNS_ANSWER',
      message: `${edge.url.origin}: no answer in time`,
    });
    expect(askedOn()).toEqual([1, 1]);
    edge.handle = ({ stream }) => respond(stream, dnsMessage);
    expect(await exchange.exchange(question)).toEqual(dnsMessage);
  });

  test('an edge may take its two seconds also when the connection before it was dead', () => {
    const { doubtMilliseconds, signMilliseconds, wholeMilliseconds } = stubPatience;
    expect(wholeMilliseconds - doubtMilliseconds - signMilliseconds).toBeGreaterThan(2000);
  });
});

describe('a server that goes away', () => {
  test.for<[string, (asked: AskedStream) => void]>([
    ['GOAWAY, and the question is not answered any more', ({ stream }) => stream.session?.goaway(0, 1)],
    ['GOAWAY with an error', ({ stream }) => stream.session?.goaway(11)],
    ['the connection is reset', () => edge.relay.cut()],
    ['the stream is reset', ({ stream }) => stream.close(2)],
    ['the stream is cancelled', ({ stream }) => stream.close(8)],
    [
      'the connection ends within the answer',
      ({ stream }) => {
        stream.respond({ ':status': 200, 'content-type': 'application/dns-message' });
        // By then the client has most likely seen it.
        stream.write(dnsMessage, () => setTimeout(() => edge.relay.cut(), 50));
      },
    ],
    [
      'the stream is cancelled within the answer',
      ({ stream }) => {
        const headers = { ':status': 200, 'content-type': 'application/dns-message' };
        stream.respond(headers, { waitForTrailers: true });
        // What was written has left, and nothing has said that it is all.
        stream.on('wantTrailers', () => stream.close(8));
        stream.end(dnsMessage);
      },
    ],
    [
      'the answer is shorter than it says',
      ({ stream }) => {
        const length = dnsMessage.length + 1;
        stream.respond({ ':status': 200, 'content-type': 'application/dns-message', 'content-length': length });
        stream.end(dnsMessage);
      },
    ],
    ['the session ends', ({ stream }) => stream.session?.destroy()],
  ])('%s: it is asked once more', async ([, leave]) => {
    const exchange = connect();
    await exchange.exchange(question);
    edge.handle = (asked) => (asked.connection === 1 ? leave(asked) : respond(asked.stream, dnsMessage));
    expect(await exchange.exchange(question)).toEqual(dnsMessage);
    expect(askedOn()).toEqual([1, 1, 2]);
  });

  test('GOAWAY, and what came before is still answered', async () => {
    const exchange = connect();
    edge.handle = ({ stream, connection }) => {
      if (connection === 1) stream.session?.goaway(0, stream.id);
      setImmediate(respond, stream, dnsMessage);
    };
    expect(await exchange.exchange(question)).toEqual(dnsMessage);
    expect(await exchange.exchange(question)).toEqual(dnsMessage);
    expect(askedOn()).toEqual([1, 2]);
  });

  test('each time: two attempts, then an error', async () => {
    edge.handle = () => edge.relay.cut();
    await expect(connect().exchange(question)).rejects.toMatchObject({ code: 'NO_DNS_ANSWER' });
    expect(askedOn()).toEqual([1, 2]);
  });
});

describe('what is no answer', () => {
  test.for([
    [401, 'REFUSED_TOKEN', 'answered with HTTP status 401: it needs a token that it knows'],
    [403, 'REFUSED_TOKEN', 'answered with HTTP status 403: the token is not for this cluster'],
    [429, 'TOO_MANY_REQUESTS', 'answered with HTTP status 429: too many requests'],
    [302, 'NO_DNS_ANSWER', 'answered with HTTP status 302: it redirects, check the address'],
    [404, 'NO_DNS_ANSWER', 'answered with HTTP status 404'],
    [503, 'NO_DNS_ANSWER', 'answered with HTTP status 503'],
  ] as const)('status %i is %s, and is not asked again', async ([status, code, reason]) => {
    edge.handle = ({ stream }) => respond(stream, dnsMessage, status);
    const asking = connect().exchange(question);
    await expect(asking).rejects.toMatchObject({ code, message: `${edge.url.origin} ${reason}` });
    expect(edge.asked).toHaveLength(1);
  });

  test('a redirection is not followed, so the token goes nowhere else', async () => {
    const other = await FakeEdge.start();
    edge.handle = ({ stream }) => {
      stream.respond({ ':status': 307, location: other.url.href });
      stream.end();
    };
    await expect(connect().exchange(question)).rejects.toThrow('it redirects');
    expect([edge.asked.length, other.connections]).toEqual([1, 0]);
    other.stop();
  });

  test('65,535 octets are an answer, and one more is not', async () => {
    const exchange = connect();
    const longest = Buffer.alloc(65_535, 1);
    edge.handle = ({ stream }) => respond(stream, longest);
    expect(await exchange.exchange(question)).toEqual(longest);
    edge.handle = ({ stream }) => respond(stream, Buffer.alloc(65_536));
    await expect(exchange.exchange(question)).rejects.toMatchObject({
      code: 'NO_DNS_ANSWER',
      message: `${edge.url.origin}: the answer is longer than 65535 octets`,
    });
    edge.handle = ({ stream }) => respond(stream, dnsMessage);
    expect(await exchange.exchange(question)).toEqual(dnsMessage);
    expect(askedOn()).toEqual([1, 1, 1]);
  });

  test.for([
    ['another media type', { 'content-type': 'text/html' }, dnsMessage],
    ['none', {}, dnsMessage],
    ['less than a header', { 'content-type': 'application/dns-message' }, Buffer.alloc(11)],
  ] as const)('%s', async ([, headers, body]) => {
    edge.handle = ({ stream }) => {
      stream.respond({ ':status': 200, ...headers });
      stream.end(body);
    };
    await expect(connect().exchange(question)).rejects.toThrow(
      'sent something that is no DNS message: check the address',
    );
  });
});

describe('a server that cannot be had', () => {
  test('its certificate is of an authority that is not trusted', async () => {
    await expect(connect({ authorityPem: undefined }).exchange(question)).rejects.toThrow(
      `${edge.url.origin}: the certificate is not trusted (unable to verify the first certificate): if its authority is your own, pass --authority FILE`,
    );
    expect(edge.relay.connections).toBe(1);
  });

  test('its certificate is for another host', async () => {
    const other = await FakeEdge.start(['other.example']);
    const asking = connect({ url: other.url, authorityPem: other.certificate.authorityPem }).exchange(question);
    await expect(asking).rejects.toThrow(`${other.url.origin}: the certificate is for another host: check the address`);
    other.stop();
  });

  test('it does not speak TLS', async () => {
    const port = await portOf(createPlainServer());
    const asking = connect({ url: new URL(`https://127.0.0.1:${port}/dns-query`) }).exchange(question);
    await expect(asking).rejects.toThrow(': it does not speak TLS there: check the port');
  });

  test.for(['https', 'http'])('nothing listens there (%s)', async (scheme) => {
    const server = createPlainServer();
    const port = await portOf(server);
    await new Promise((resolve) => server.close(resolve));
    const asking = connect({ url: new URL(`${scheme}://127.0.0.1:${port}/dns-query`) }).exchange(question);
    await expect(asking).rejects.toThrow(': nothing listens there: check the host and the port');
  });

  test('there is no such host', async () => {
    const lookup: LookupFunction = (host, _, done) =>
      done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), []);
    const asking = connect({ url: new URL('https://no.example/dns-query'), lookup }).exchange(question);
    await expect(asking).rejects.toThrow('https://no.example: there is no such host');
  });
});

describe('the end', () => {
  const exchangeModule = new URL('../../../client/doh/exchange.ts', import.meta.url).href;

  test.for([
    ['', 1],
    ['exchange.close();', 1],
    ['exchange.reset(); await exchange.exchange(Buffer.alloc(12)); exchange.close();', 2],
  ] as const)('a process that has asked ends by itself: %s', async ([then, questions]) => {
    const script = `
      const { connectDoh } = await import(${JSON.stringify(exchangeModule)});
      const exchange = connectDoh({ url: new URL('${edge.url.href}'), authorityPem: process.env.AUTHORITY });
      process.stdout.write((await exchange.exchange(Buffer.alloc(12))).toString('hex'));
      ${then}
    `;
    const env = { ...process.env, AUTHORITY: edge.certificate.authorityPem };
    const asking = execFile(process.execPath, ['--input-type=module', '--eval', script], { env, timeout: 20_000 });
    expect(await asking).toMatchObject({ stdout: dnsMessage.toString('hex'), stderr: '' });
    expect(edge.asked).toHaveLength(questions);
  });

  test('what is under way rejects, and so does what comes later', async () => {
    edge.handle = () => {};
    const exchange = connect();
    const asking = exchange.exchange(question);
    await whenAsked(1);
    exchange.close();
    await expect(asking).rejects.toMatchObject({ code: 'NO_DNS_ANSWER' });
    await expect(exchange.exchange(question)).rejects.toThrow('the connection was closed here');
    expect(edge.connections).toBe(1);
  });
});

test('no error holds the token, wherever it is looked for', async () => {
  const url = new URL(`https://127.0.0.1:${edge.port}/t/${token}/dns-query`);
  const ways: ((asked: AskedStream) => void)[] = [
    ({ stream }) => respond(stream, dnsMessage, 401),
    ({ stream }) => respond(stream, dnsMessage, 500),
    ({ stream }) => respond(stream, Buffer.alloc(70_000)),
    ({ stream }) => respond(stream, Buffer.alloc(1)),
    ({ stream }) => stream.close(2),
    () => edge.relay.cut(),
    () => {},
  ];
  for (const way of ways) {
    edge.handle = way;
    const error: unknown = await connect({ url, patience: { ...stubPatience, wholeMilliseconds: 300 } })
      .exchange(question)
      .catch((reason: unknown) => reason);
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(token);
  }
  const closed = await connect({ url, authorityPem: undefined })
    .exchange(question)
    .catch((reason: unknown) => reason);
  expect(inspect(closed, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(token);
  // The same eyes see it where it is.
  expect(edge.asked.map(({ headers }) => headers[':path'])).toContain(url.pathname);
});
