import { once } from 'node:events';
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { DohServer } from '../../../client/doh/doh-server.ts';
import { connectDoh, type DohExchange } from '../../../client/doh/exchange.ts';
import { stubPatience } from '../../../client/doh/patience.ts';
import { createServerCertificate, type ServerCertificate } from '../../../demo/edge/certificate.ts';
import { dnsMessage } from './fake-edge.ts';

const token = `kd1${'a7'.repeat(28)}`;
const question = Buffer.alloc(12);

let certificate: ServerCertificate;
const exchanges: DohExchange[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  certificate = await createServerCertificate(['127.0.0.1'], Date.now());
});
afterEach(() => {
  for (const exchange of exchanges.splice(0)) exchange.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

function connect(server: DohServer): DohExchange {
  const exchange = connectDoh({ authorityPem: certificate.authorityPem, token, ...server });
  exchanges.push(exchange);
  return exchange;
}

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function connectHttp1(isSecure: boolean): Promise<{ exchange: DohExchange; connections: () => number }> {
  const { certificatePem: cert, privateKeyPem: key } = certificate;
  const server = isSecure ? createTlsServer({ cert, key }) : createPlainServer();
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  server.on('request', async (request, response) => {
    await once(request.resume(), 'end');
    const isAsExpected = request.httpVersion === '1.1' && request.headers.authorization === `Bearer ${token}`;
    response.setHeader('content-type', 'application/dns-message');
    response.writeHead(isAsExpected ? 200 : 400).end(dnsMessage);
  });
  const url = new URL(`http${isSecure ? 's' : ''}://127.0.0.1:${await portOf(server)}/dns-query`);
  return { exchange: connect({ url }), connections: () => connections };
}

test.for([[true], [false]] as const)('TLS %s: it keeps its first connection', async ([isSecure]) => {
  const { exchange, connections } = await connectHttp1(isSecure);
  for (let at = 0; at < 3; at += 1) expect(await exchange.exchange(question)).toEqual(dnsMessage);
  expect(connections()).toBe(1);
  exchange.reset();
  expect(await exchange.exchange(question)).toEqual(dnsMessage);
  expect(connections()).toBe(2);
});

test('questions at the same time are all answered', async () => {
  const { exchange, connections } = await connectHttp1(true);
  const answers = await Promise.all(Array.from({ length: 50 }, () => exchange.exchange(question)));
  expect(answers).toEqual(Array.from({ length: 50 }, () => dnsMessage));
  expect(connections()).toBe(32);
});

test('a kept connection that the server has closed is no error', async () => {
  let sockets = 0;
  const server = createPlainServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/dns-message').end(dnsMessage);
  });
  server.on('connection', () => {
    sockets += 1;
  });
  const exchange = connect({ url: new URL(`http://127.0.0.1:${await portOf(server)}/dns-query`) });
  await exchange.exchange(question);
  server.prependOnceListener('request', (request) => request.socket.destroy());
  expect(await exchange.exchange(question)).toEqual(dnsMessage);
  expect(sockets).toBe(2);
});

test('what speaks HTTPS and is asked over HTTP is told apart', async () => {
  const { certificatePem: cert, privateKeyPem: key } = certificate;
  const url = new URL(`http://127.0.0.1:${await portOf(createTlsServer({ cert, key }))}/dns-query`);
  await expect(connect({ url }).exchange(question)).rejects.toThrow('if it speaks HTTPS, write https:// in its URL');
});

test.for<[string, RequestListener, string, number?]>([
  ['none of it', () => {}, 'no answer in time', 50],
  ['not all of it in time', (_, response) => response.write('x'), 'no answer in time', 50],
  [
    'half of it',
    (_, response) => response.writeHead(200, { 'content-length': 50 }).end('half', () => response.destroy()),
    'it ended the connection before it answered',
  ],
  ['too much', (_, response) => response.end(Buffer.alloc(65_536)), 'the answer is longer than 65535 octets'],
  [
    'a closed door',
    (request) => request.socket.destroy(),
    'it ended the connection before it answered over HTTP: if it speaks HTTPS, write https:// in its URL',
  ],
])('%s is an error', async ([, answer, reason, wholeMilliseconds = 3800]) => {
  const url = new URL(`http://127.0.0.1:${await portOf(createPlainServer(answer))}/dns-query`);
  const asking = connect({ url, patience: { ...stubPatience, wholeMilliseconds } }).exchange(question);
  await expect(asking).rejects.toMatchObject({ code: 'NO_DNS_ANSWER', message: `${url.origin}: ${reason}` });
});
