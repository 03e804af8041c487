/** `npm start -- --outside-zone forward:URL`, with a real server there: over the network, by the real Worker. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dnsPacket, { type StringAnswer } from 'dns-packet';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DohClient } from '../../client/doh/doh-client.ts';
import { DemoProcess } from './demo-process.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let upstream: Server;
let answer: RequestListener;
let asked: string[];
let demo: DemoProcess;
let client: DohClient;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((listening) => upstream.listen(0, '127.0.0.1', listening));
  const { port } = upstream.address() as AddressInfo;
  demo = new DemoProcess(['--http', '--open', '--outside-zone', `forward:http://127.0.0.1:${port}/dns-query`]);
  client = new DohClient({ url: new URL((await demo.ready()).doh) });
});
afterAll(async () => {
  client.close();
  upstream.closeAllConnections();
  upstream.close();
  await demo.remove();
});

const addressed: RequestListener = async (request, response) => {
  const body: Buffer[] = [];
  for await (const part of request) body.push(part as Buffer);
  const { questions } = dnsPacket.decode(Buffer.concat(body));
  const answers: StringAnswer[] = [{ name: questions![0]!.name, type: 'A', ttl: 60, data: '192.0.2.1' }];
  response.setHeader('content-type', 'application/dns-message');
  response.end(dnsPacket.encode({ type: 'response', id: 0, questions: questions!, answers }));
};

async function ask(name: string): Promise<{ rcode: string; data: unknown[] }> {
  asked = [];
  const { rcode, packet } = await client.ask(name, 'A');
  return { rcode, data: (packet.answers ?? []).map((record) => 'data' in record && record.data) };
}

test('a name outside is asked there', async () => {
  answer = addressed;
  expect(await ask('example.com')).toEqual({ rcode: 'NOERROR', data: ['192.0.2.1'] });
  expect(asked).toEqual(['POST /dns-query']);
});

test('a name of the cluster is not', async () => {
  expect((await ask('kubernetes.default.svc.cluster.local')).rcode).toBe('NOERROR');
  expect((await ask('nope.default.svc.cluster.local')).rcode).toBe('NXDOMAIN');
  expect((await ask('localhost')).data).toEqual(['127.0.0.1']);
  expect(asked).toEqual([]);
});

// A failure is remembered for a while, so each of these asks for a name of its own.

test('a redirect is not followed', async () => {
  answer = (_, response) => response.writeHead(307, { location: '/elsewhere' }).end();
  expect((await ask('moved.example.com')).rcode).toBe('SERVFAIL');
  expect(asked).toEqual(['POST /dns-query']);
});

test('a connection that breaks off is tried again once', async () => {
  answer = (request) => request.socket.destroy();
  expect((await ask('broken.example.com')).rcode).toBe('SERVFAIL');
  expect(asked).toEqual(['POST /dns-query', 'POST /dns-query']);
});

test('no answer is not waited for: the exchange is ended, and the asker told', async () => {
  let isEnded = false;
  answer = (request, response) => {
    response.on('close', () => {
      isEnded = true;
    });
    request.resume();
  };
  const { rcode } = await ask('silent.example.com');
  expect(rcode).toBe('SERVFAIL');
  await expect.poll(() => isEnded).toBe(true);
  await expect.poll(() => demo.stdout).toContain('edge     forwarding failed');
  expect(demo.stdout).not.toContain('example.com');
});
