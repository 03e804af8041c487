/** Questions in JSON: where they are taken, and the header fields of their answers. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { web, zone } from '../support/json-questions.ts';
import { asParameter, post, queryFor } from '../support/question.ts';
import { refusal, whole } from '../support/whole-response.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startOpenEdge(zone);
});

describe('the path of DNS messages', () => {
  test.for([
    ['a name asks in JSON', `name=${web}`, 'application/json'],
    [
      'a message and a name ask by message',
      `name=${web}&${asParameter(queryFor(web)).slice(1)}`,
      'application/dns-message',
    ],
  ] as const)('%s', async ([, search, type]) => {
    const response = await edge.fetch(`/dns-query?${search}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
  });

  test('answers in JSON are the same there', async () => {
    const [one, other] = [await edge.fetch(`/resolve?name=${web}`), await edge.fetch(`/dns-query?name=${web}`)];
    expect(await whole(other)).toEqual(await whole(one));
  });

  test('a POST is a message, whatever its URL says', async () => {
    const response = await edge.fetch(`/dns-query?name=${web}`, post(queryFor('nope.cluster.local')));
    expect(response.headers.get('content-type')).toBe('application/dns-message');
    expect(await refusal(await edge.fetch(`/dns-query?name=${web}`, { method: 'POST' }))).toBe(
      '415 UNSUPPORTED_MEDIA_TYPE',
    );
  });
});

describe('methods', () => {
  test.for(['/resolve', '/c/nowhere/resolve', '/t/nothing/resolve'])('OPTIONS %s: the methods', async (path) => {
    expect(await whole(await edge.fetch(path, { method: 'OPTIONS' }))).toEqual({
      status: 204,
      headers: [
        ['allow', 'GET, HEAD, OPTIONS'],
        ['cache-control', 'no-store'],
      ],
      body: '',
    });
  });

  test.for([`/resolve?name=${web}`, '/resolve?name=nope.cluster.local', '/resolve?name=..', `/dns-query?name=${web}`])(
    'HEAD %s is GET without a body',
    async (path) => {
      const get = await whole(await edge.fetch(path));
      expect(get.headers).toContainEqual(['content-length', String(get.body.length)]);
      expect(await whole(await edge.fetch(path, { method: 'HEAD' }))).toEqual({ ...get, body: '' });
    },
  );
});

describe('Content-Type: application/dns-json is for those who ask for it', () => {
  test.for([
    ['nothing said', '', undefined, 'application/json'],
    ['anything', '', '*/*', 'application/json'],
    ['JSON', '', 'application/json', 'application/json'],
    ['DNS messages', '', 'application/dns-message', 'application/json'],
    ['it', '', 'application/dns-json', 'application/dns-json'],
    ['it in capitals', '', 'Application/DNS-JSON', 'application/dns-json'],
    ['it among others', '', 'text/html, application/dns-json;q=0.9, */*', 'application/dns-json'],
    ['what only begins so', '', 'application/dns-jsonp', 'application/json'],
    ['it in the URL', '&ct=application/dns-json', undefined, 'application/dns-json'],
    ['it in the URL, and something else', '&ct=application/dns-json', 'application/json', 'application/dns-json'],
    ['JSON in the URL', '&ct=application/json', 'application/dns-json', 'application/json'],
    ['something unknown in the URL', '&ct=text/html', 'application/dns-json', 'application/dns-json'],
  ] as const)('%s', async ([, search, accept, expected]) => {
    const headers = accept === undefined ? {} : { accept };
    for (const name of [web, 'nope.cluster.local', 'example.com']) {
      const response = await edge.fetch(`/resolve?name=${name}${search}`, { headers });
      expect(response.headers.get('content-type')).toBe(expected);
      expect(response.headers.get('vary')).toBe('Accept');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('Cache-Control is that of the DNS message', () => {
  const rows = [
    ['the TTL', web, 'A', 30],
    ['the lowest TTL of a chain', 'alias.shop.svc.cluster.local', 'A', 7],
    ['a long TTL', 'about.shop.svc.cluster.local', 'TXT', 28_800],
    ['NODATA', web, 'MX', 20],
    ['NXDOMAIN', 'nope.cluster.local', 'A', 20],
    ['REFUSED', 'example.com', 'A', undefined],
    ['FORMERR', web, 'OPT', undefined],
  ] as const;

  test.for(rows)('open: %s', async ([, name, type, seconds]) => {
    const response = await edge.fetch(`/resolve?name=${name}&type=${type}`);
    expect(response.headers.get('cache-control')).toBe(seconds === undefined ? 'no-store' : `max-age=${seconds}`);
    const message = await edge.fetch('/dns-query', post(queryFor(name, type)));
    expect(response.headers.get('cache-control')).toBe(message.headers.get('cache-control'));
  });

  test.for(rows)('for the asker alone where a credential was needed: %s', async ([, name, type, seconds]) => {
    const closed = await startEdge();
    await closed.register('local');
    await closed.publish(zone);
    const token = await closed.createToken(['local']);
    const expected = seconds === undefined ? 'no-store' : `private, max-age=${seconds}`;

    const inPath = await closed.fetch(`/t/${token}/resolve?name=${name}&type=${type}`);
    expect(inPath.headers.get('cache-control')).toBe(expected);
    expect(inPath.headers.get('vary')).toBe('Accept');

    const headers = { authorization: `Bearer ${token}` };
    const inHeader = await closed.fetch(`/resolve?name=${name}&type=${type}`, { headers });
    expect(inHeader.headers.get('cache-control')).toBe(expected);
    const vary = 'Authorization, Accept';
    expect(inHeader.headers.get('vary')).toBe(seconds === undefined ? 'Accept' : vary);
  });
});
