import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import dnsPacket from 'dns-packet';
import { afterEach, expect, test } from 'vitest';
import { DohClient } from '../../../client/doh/doh-client.ts';
import { commandPatience, type Patience } from '../../../client/doh/patience.ts';
import { createServerCertificate } from '../../../demo/edge/certificate.ts';

const servers: Server[] = [];
const clients: DohClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function clientOf(answer: RequestListener, patience: Patience = commandPatience): Promise<DohClient> {
  const url = new URL(`http://${await listen(createServer(answer))}/t/secret/dns-query`);
  const client = new DohClient({ url, patience });
  clients.push(client);
  return client;
}

const nxdomain = dnsPacket.encode({ type: 'response', id: 0, flags: 3, questions: [], answers: [] });
const message = dnsPacket.encode({
  type: 'response',
  id: 0,
  questions: [{ name: 'a.example', type: 'A', class: 'IN' }],
  answers: [{ name: 'a.example', type: 'A', ttl: 30, data: '10.0.0.1' }],
});

function answerWith(octets: Buffer, response: ServerResponse): void {
  response.setHeader('content-type', 'application/dns-message');
  response.end(octets);
}

test('it asks by POST as RFC 8484 says, and gives the answer', async () => {
  const requests: unknown[] = [];
  const client = await clientOf(async (request, response) => {
    const { method, url, headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { id, flag_rd: isRecursive, questions } = dnsPacket.decode(Buffer.concat(chunks)) as dnsPacket.DecodedPacket;
    requests.push({ method, url, type: headers['content-type'], accept: headers.accept, id, isRecursive, questions });
    answerWith(message, response);
  });
  const { rcode, packet } = await client.ask('a.example', 'A');
  expect([rcode, packet.answers]).toMatchObject(['NOERROR', [{ data: '10.0.0.1', ttl: 30 }]]);
  expect(requests).toEqual([
    {
      method: 'POST',
      url: '/t/secret/dns-query',
      type: 'application/dns-message',
      accept: 'application/dns-message',
      id: 0,
      isRecursive: true,
      questions: [{ name: 'a.example', type: 'A', class: 'IN' }],
    },
  ]);
});

test('an error code is an answer too', async () => {
  const client = await clientOf((_, response) => answerWith(nxdomain, response));
  expect(await client.ask('a.example', 'A')).toMatchObject({ rcode: 'NXDOMAIN', packet: { answers: [] } });
});

test('it keeps its connection', async () => {
  const ports = new Set<number | undefined>();
  const client = await clientOf((request, response) => {
    ports.add(request.socket.remotePort);
    answerWith(message, response);
  });
  for (let i = 0; i < 3; i += 1) await client.ask('a.example', 'A');
  expect(ports.size).toBe(1);
});

test('it trusts the authority that it is given, and no other', async () => {
  const certificate = await createServerCertificate(['127.0.0.1'], Date.now());
  const { certificatePem: cert, privateKeyPem: key, authorityPem } = certificate;
  const origin = `https://${await listen(createTlsServer({ cert, key }, (_, response) => answerWith(message, response)))}`;
  const url = new URL('/dns-query', origin);
  const [trusting, careful] = [new DohClient({ url, authorityPem }), new DohClient({ url })];
  clients.push(trusting, careful);
  expect(await trusting.ask('a.example', 'A')).toMatchObject({ rcode: 'NOERROR' });
  await expect(careful.ask('a.example', 'A')).rejects.toMatchObject({
    code: 'NO_DNS_ANSWER',
    message: `${origin}: the certificate is not trusted (unable to verify the first certificate): if its authority is your own, pass --authority FILE`,
  });
});

test('no DNS message is an error that does not hold the token', async () => {
  const client = await clientOf((_, response) => answerWith(Buffer.from('<html><body>'), response));
  const asking = client.ask('a.example', 'A');
  await expect(asking).rejects.toMatchObject({
    code: 'NO_DNS_ANSWER',
    message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+ sent something that is no DNS message$/),
  });
});

test('it does not wait for ever', async () => {
  const client = await clientOf(() => {}, { ...commandPatience, wholeMilliseconds: 50 });
  await expect(client.ask('a.example', 'A')).rejects.toThrow('no answer in time');
});
