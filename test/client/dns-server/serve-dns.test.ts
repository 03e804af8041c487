import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { DoorOptions } from '../../../client/dns-server/door.ts';
import type { Resolver } from '../../../client/dns-server/resolver.ts';
import { type DnsServer, serveDns } from '../../../client/dns-server/serve-dns.ts';
import { FrameReader, framed } from '../../../client/dns-server/tcp-frames.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function serve(resolver: Resolver, more: Partial<DoorOptions> = {}): Promise<DnsServer> {
  const server = await serveDns({ host: '127.0.0.1', port: 0, allowed: () => true, resolver, ...more });
  endings.push(() => server.close());
  return server;
}

/** Answers with the transport and the message, at once, or when it is told to where the message begins with `?`. */
class Echo implements Resolver {
  readonly asked: string[] = [];
  readonly #waiting = new Map<string, () => void>();

  answer(message: Uint8Array, transport: string): Uint8Array | undefined | Promise<Uint8Array> {
    const text = Buffer.from(message).toString();
    this.asked.push(text);
    const answer = Buffer.from(`${transport} ${text}`);
    if (text.startsWith('!')) return undefined;
    if (!text.startsWith('?')) return answer;
    return new Promise((resolve) => this.#waiting.set(text, () => resolve(answer)));
  }

  release(text: string): void {
    this.#waiting.get(text)!();
  }

  async heard(count: number): Promise<void> {
    while (this.asked.length < count) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function udpClient(server: DnsServer) {
  const { host, port } = server.address;
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  endings.push(() => socket.close());
  const received: string[] = [];
  socket.on('message', (message) => received.push(message.toString()));
  return {
    received,
    send: (text: string) => socket.send(text, port, host),
    next: async () => String((await once(socket, 'message'))[0]),
  };
}

class TcpClient {
  readonly socket: Socket;
  readonly ended: Promise<unknown>;
  readonly #frames = new FrameReader();

  constructor({ address: { host, port } }: DnsServer) {
    this.socket = connect({ host, port, allowHalfOpen: true });
    this.ended = Promise.race([once(this.socket, 'end'), once(this.socket, 'close')]);
    this.socket.on('error', () => {});
    endings.push(() => this.socket.destroy());
  }

  send(...texts: readonly string[]): void {
    this.socket.write(Buffer.concat(texts.map((text) => framed(Buffer.from(text)))));
  }

  async next(): Promise<string> {
    for (;;) {
      const message = this.#frames.next();
      if (message !== undefined) return Buffer.from(message).toString();
      const [chunk] = await once(this.socket, 'data');
      this.#frames.push(chunk);
    }
  }
}

test.for(['127.0.0.1', '::1'])('on %s it answers over UDP and TCP, on one port', async (host) => {
  const server = await serve(new Echo(), { host });
  const udp = await udpClient(server);
  udp.send('a');
  expect(await udp.next()).toBe('udp a');
  const tcp = new TcpClient(server);
  tcp.send('b');
  expect(await tcp.next()).toBe('tcp b');
});

test('over UDP, questions are answered as soon as each can be, and some never', async () => {
  const echo = new Echo();
  const server = await serve(echo);
  const udp = await udpClient(server);
  for (const text of ['?slow', '!odd', 'quick']) udp.send(text);
  expect(await udp.next()).toBe('udp quick');
  echo.release('?slow');
  expect(await udp.next()).toBe('udp ?slow');
  expect(udp.received).toEqual(['udp quick', 'udp ?slow']);
});

test('an answer that comes when the server has gone is dropped', async () => {
  const echo = new Echo();
  const server = await serve(echo);
  const udp = await udpClient(server);
  const tcp = new TcpClient(server);
  udp.send('?a');
  tcp.send('?b');
  await echo.heard(2);
  await server.close();
  endings.splice(0, 1);
  echo.release('?a');
  echo.release('?b');
  await tcp.ended;
  expect(udp.received).toEqual([]);
});

test('who is not allowed is not answered', async () => {
  const echo = new Echo();
  const verdicts: string[] = [];
  let isOpen = false;
  const allowed = (address: string): boolean => {
    verdicts.push(address);
    return isOpen;
  };
  const server = await serve(echo, { allowed });
  const udp = await udpClient(server);
  udp.send('a');
  const tcp = new TcpClient(server);
  await tcp.ended;
  while (verdicts.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect([echo.asked, verdicts]).toEqual([[], ['127.0.0.1', '127.0.0.1']]);
  isOpen = true;
  udp.send('b');
  expect(await udp.next()).toBe('udp b');
  expect(echo.asked).toEqual(['b']);
});

describe('one TCP connection', () => {
  test('questions in one packet are answered in any order', async () => {
    const echo = new Echo();
    const tcp = new TcpClient(await serve(echo));
    tcp.send('?first', '?second', 'third');
    expect(await tcp.next()).toBe('tcp third');
    echo.release('?second');
    expect(await tcp.next()).toBe('tcp ?second');
    echo.release('?first');
    expect(await tcp.next()).toBe('tcp ?first');
  });

  test('a question may come octet by octet', async () => {
    const tcp = new TcpClient(await serve(new Echo()));
    tcp.socket.setNoDelay(true);
    for (const octet of framed(Buffer.from('slowly'))) {
      tcp.socket.write(Uint8Array.of(octet));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await tcp.next()).toBe('tcp slowly');
  });

  test('a client that has ended its side still gets its answer, and then the end', async () => {
    const echo = new Echo();
    const tcp = new TcpClient(await serve(echo));
    tcp.send('?late');
    tcp.socket.end();
    await echo.heard(1);
    echo.release('?late');
    expect(await tcp.next()).toBe('tcp ?late');
    await tcp.ended;
  });

  test('what is no question ends it', async () => {
    const tcp = new TcpClient(await serve(new Echo()));
    tcp.send('a', '!garbage');
    expect(await tcp.next()).toBe('tcp a');
    await tcp.ended;
  });

  test('no more questions are read than may be under way', async () => {
    const echo = new Echo();
    const tcp = new TcpClient(await serve(echo, { tcp: { idleMilliseconds: 10_000, maxUnderWay: 2 } }));
    tcp.send('?1', '?2', '?3', 'last');
    await echo.heard(2);
    const probe = new TcpClient(await serve(echo));
    probe.send('probe');
    expect(await probe.next()).toBe('tcp probe');
    expect(echo.asked).toEqual(['?1', '?2', 'probe']);
    echo.release('?2');
    expect(await tcp.next()).toBe('tcp ?2');
    await echo.heard(4);
    echo.release('?1');
    const rest = [await tcp.next(), await tcp.next()];
    expect(rest).toEqual(expect.arrayContaining(['tcp ?1', 'tcp last']));
    echo.release('?3');
    expect(await tcp.next()).toBe('tcp ?3');
  });

  test.for([
    ['nothing', Buffer.alloc(0)],
    ['half a question', framed(Buffer.from('half')).subarray(0, 4)],
    ['the start of something else', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ] as const)('after %s it ends when it was idle', async ([, octets]) => {
    const tcp = new TcpClient(await serve(new Echo(), { tcp: { idleMilliseconds: 30, maxUnderWay: 2 } }));
    tcp.socket.write(octets);
    tcp.socket.resume();
    await tcp.ended;
  });
});

describe('TCP connections at the same time', () => {
  test('whoever is new takes the place of the one that was used least lately', async () => {
    const server = await serve(new Echo(), { seats: { maxConnections: 2, maxFromOneSource: 1 } });
    const [first, second] = [new TcpClient(server), new TcpClient(server)];
    for (const client of [first, second, first]) {
      client.send('a');
      expect(await client.next()).toBe('tcp a');
    }
    const third = new TcpClient(server);
    await second.ended;
    for (const client of [third, first]) {
      client.send('b');
      expect(await client.next()).toBe('tcp b');
    }
  });
});

describe('an address that cannot be had', () => {
  test('a port that another program has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    endings.push(() => other.close());
    const { port } = other.address() as { port: number };
    await expect(serve(new Echo(), { port })).rejects.toMatchObject({
      code: 'LISTEN',
      message: `cannot listen on 127.0.0.1:${port}: another program has the port, perhaps another kube-doh dns; end it, or choose another port with --listen`,
    });
  });

  test('an address of another machine', async () => {
    await expect(serve(new Echo(), { host: '192.0.2.1', port: 5300 })).rejects.toThrow(
      'cannot listen on 192.0.2.1:5300: this machine does not have the address; choose one that it has with --listen',
    );
  });
});
