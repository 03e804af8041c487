import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { discoverClusters } from '../../../client/profiles/discovery.ts';

const token = `kd1${'a7'.repeat(28)}`;

let server: Server;
let edge: URL;
let answer: { readonly status: number; readonly body: string };
let asked: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(answer.status, { location: 'https://other.example/' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  edge = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('the clusters of a token', async () => {
  const body = '{"clusters":[{"cluster":"prod","registered":true,"state":"stale","zones":["a"],"clustersetZones":[]}]}';
  answer = { status: 200, body };
  expect(await discoverClusters({ edge, token, authorityPem: undefined })).toEqual([
    { cluster: 'prod', state: 'stale', zones: ['\u0001a\0'] },
  ]);
  expect(asked).toEqual([`GET /v1/clusters Bearer ${token}`]);
});

test.for<[number, string, string, string]>([
  [200, '<html>', 'NO_EDGE', 'URL is no kube-doh edge: it lists no clusters; check the address'],
  [200, '{"clusters":[{}]}', 'NO_EDGE', 'URL is no kube-doh edge: it lists no clusters; check the address'],
  [404, 'not here', 'NO_EDGE', 'URL is no kube-doh edge: it answered with HTTP status 404; check the address'],
  [401, 'log in', 'NO_EDGE', 'URL is no kube-doh edge: it answered with HTTP status 401; check the address'],
  [302, '', 'NO_EDGE', 'URL is no kube-doh edge: it redirects; check the address'],
  [502, '', 'NOT_NOW', 'URL answered with HTTP status 502: try again'],
  [
    401,
    '{"code":"UNAUTHORIZED","error":"x"}',
    'REFUSED_TOKEN',
    'the edge URL does not know this token: it has a slip, has expired, or was revoked',
  ],
  [429, '{"code":"X","error":"wait\\n\\u001b[2J"}', 'NOT_NOW', 'the edge URL answered 429: wait [2J'],
  [503, `{"code":"X","error":"for ${token}"}`, 'NOT_NOW', 'the edge URL answered 503: for (the token)'],
  [503, '{"code":"NOT_CONFIGURED","error":"no"}', 'NO_LISTING', 'the edge URL answered 503: no'],
])('%i %s: %s', async ([status, body, code, reason]) => {
  answer = { status, body };
  await expect(discoverClusters({ edge, token, authorityPem: undefined })).rejects.toMatchObject({
    code,
    message: reason.replace('URL', edge.origin),
  });
  expect(asked).toHaveLength(1);
});
