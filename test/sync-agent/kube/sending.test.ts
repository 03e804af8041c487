/** What goes over the wire when something is written, and what becomes of the answer. */
import http, { type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KubeConnection } from '../../../sync-agent/kube/connection.ts';
import { ConfigurationFolder } from './kubeconfig-file.ts';

interface Sent {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const path = '/apis/coordination.k8s.io/v1/namespaces/dns/leases';
const lease = { kind: 'Lease', metadata: { name: 'é漢🦊' } };

let sent: Sent[];
let answer: (response: ServerResponse) => void;
let server: Server;
let folder: ConfigurationFolder;
let client: KubeConnection;
let stop: AbortController;

beforeEach(async () => {
  sent = [];
  server = http.createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    sent.push({ method: request.method, path: request.url, headers: request.headers, body });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = new ConfigurationFolder();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new KubeConnection({ type: 'file', path: folder.kubeconfig({ server: url }), context: undefined });
  stop = new AbortController();
});
afterEach(async () => {
  client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  folder.remove();
});

const answering = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  answer = (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
};

const post = (timeoutMilliseconds = 5000) =>
  client.send('POST', path, lease, { signal: stop.signal, timeoutMilliseconds });

test.for([
  ['POST', 'application/json', 201],
  ['PUT', 'application/json', 200],
  ['PATCH', 'application/merge-patch+json', 200],
] as const)('a %s carries its object as %s', async ([method, contentType, status]) => {
  answering(status, { stored: true });
  const limits = { signal: stop.signal, timeoutMilliseconds: 5000 };
  expect(await client.send(method, `${path}/a?x=1`, lease, limits)).toEqual({ stored: true });
  expect(sent).toEqual([{ method, path: `${path}/a?x=1`, headers: expect.anything(), body: JSON.stringify(lease) }]);
  expect(sent[0]!.headers).toMatchObject({
    'content-type': contentType,
    'content-length': String(Buffer.byteLength(JSON.stringify(lease))),
    accept: 'application/json',
    'user-agent': 'kube-doh-sync-agent',
  });
});

test('a GET carries nothing', async () => {
  answering(200, {});
  await client.request(path, { signal: stop.signal, timeoutMilliseconds: 5000 });
  expect(sent[0]).toMatchObject({ method: 'GET', body: '' });
  expect(sent[0]!.headers['content-type']).toBeUndefined();
});

test('what the server answers to a GET with 201 is no list', async () => {
  answering(201, {});
  const asked = client.request(path, { signal: stop.signal, timeoutMilliseconds: 5000 });
  await expect(asked).rejects.toMatchObject({ code: 'BAD_RESPONSE' });
});

test('one connection is used again and again', async () => {
  answering(200, {});
  await post();
  await post();
  const connections = await new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  expect(connections).toBe(1);
  expect(sent).toHaveLength(2);
});

test.for([
  ['somebody was there before', 409, { reason: 'AlreadyExists' }, 'CONFLICT'],
  ['it is not allowed', 403, { message: 'User "me" cannot create resource "leases"' }, 'FORBIDDEN'],
  ['it is not accepted', 422, { reason: 'Invalid' }, 'BAD_RESPONSE'],
  ['the server is in trouble', 503, {}, 'SERVER_ERROR'],
  ['the answer is a redirection', 302, {}, 'BAD_RESPONSE'],
  ['the answer is not JSON', 200, '<html>', 'BAD_RESPONSE'],
  ['the answer is empty', 204, '', 'BAD_RESPONSE'],
  ['the answer is far too long', 200, `"${'x'.repeat(17 * 2 ** 20)}"`, 'BAD_RESPONSE'],
] as const)('when %s it fails', async ([, status, body, code]) => {
  answering(status, body);
  await expect(post()).rejects.toMatchObject({ name: 'KubeError', code });
});

test('patience that the server asks for is told', async () => {
  answering(429, {}, { 'Retry-After': '7' });
  await expect(post()).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 7 });
});

test('an answer that does not come in time', async () => {
  answer = () => {};
  await expect(post(50)).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: 'the API server did not answer, or fell silent, when it was asked to create leases',
  });
});

test('it ends with the signal, for its reason', async () => {
  answer = () => {};
  const posted = post();
  await expect.poll(() => sent.length).toBe(1);
  stop.abort('enough');
  await expect(posted).rejects.toBe('enough');
});
