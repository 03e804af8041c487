/** DNS over HTTPS as RFC 8484 has it: what is taken, what is refused, and for how long an answer may be kept. */
import { beforeAll, describe, expect, test } from 'vitest';
import { dotted, header, message, opt, option, question, zeros } from '../message/build-query.ts';
import { decodeAnswer } from '../message/decode-answer.ts';
import { base64Url } from '../support/agent.ts';
import { type Edge, startEdge, startOpenEdge } from '../support/edge.ts';
import { outcome } from '../support/outcome.ts';
import { asParameter, post, queryFor } from '../support/question.ts';
import { refusal, whole } from '../support/whole-response.ts';
import { address, cname, group, node, plain, snapshot, txt } from '../support/zone.ts';

const web = 'web.shop.svc.cluster.local';
const query = queryFor(web);

const zone = snapshot(
  [
    group('web.shop.svc', { ttlSeconds: 30, own: [address('10.0.0.1')], nodes: [node('', { addresses: 'base' })] }),
    group('now.shop.svc', { ttlSeconds: 0, own: [address('10.0.0.2')], nodes: [node('', { addresses: 'base' })] }),
    plain('long.shop.svc', txt('x', 28_800)),
    plain('alias.shop.svc', { ...cname('web.shop.svc'), ttlSeconds: 7 }),
    plain('dangling.shop.svc', { ...cname('nothing.shop.svc'), ttlSeconds: 600 }),
    plain('outside.shop.svc', cname('example.com.')),
  ],
  { ttlSeconds: 20 },
);

let edge: Edge;
beforeAll(async () => {
  edge = await startOpenEdge(zone);
});

async function outcomeOf(response: Response): Promise<string> {
  if (response.status !== 200) return refusal(response);
  return outcome(decodeAnswer(new Uint8Array(await response.arrayBuffer())));
}

/** A query padded (RFC 7830) to exactly this many octets. */
function queryOf(octets: number): Uint8Array<ArrayBuffer> {
  const parts = [header({ counts: [1, 0, 0, 1] }), question(dotted(web))];
  const rest = octets - message(...parts, opt(option(12))).length;
  return Uint8Array.from(message(...parts, opt(option(12, zeros(rest)))));
}

describe('GET', () => {
  test.for([
    ['as it should be', asParameter(query)],
    ['with other parameters', `?ct=application/dns-message&${asParameter(query).slice(1)}&random_padding=xyz&name=a`],
    ['with one "=" behind', `?dns=${base64Url(query)}=`],
    ['with two', `?dns=${base64Url(query)}==`],
    ['with them escaped', `?dns=${base64Url(query)}%3D%3D`],
    ['escaped', `?dns=${[...base64Url(query)].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('')}`],
  ])('%s', async ([, search]) => {
    expect(await outcomeOf(await edge.fetch(`/dns-query${search}`))).toBe('NOERROR 10.0.0.1');
  });

  test.for([
    ['without "dns"', ''],
    ['with a type instead', '?type=A'],
    ['with "DNS"', `?DNS=${base64Url(query)}`],
    ['with an empty one', '?dns='],
    ['with two', `${asParameter(query)}&dns=${base64Url(query)}`],
    ['with three "="', `?dns=${base64Url(query)}===`],
    ['with "=" inside', `?dns=${base64Url(query).slice(0, 8)}=${base64Url(query).slice(8)}`],
    ['of a length that no octets have', `?dns=${'A'.repeat(17)}`],
    ['in the other alphabet', '?dns=+/+/+/+/+/+/+/+/'],
    ['with the other alphabet escaped', '?dns=%2B%2F%2B%2F%2B%2F%2B%2F%2B%2F%2B%2F%2B%2F%2B%2F'],
    ['with a space', `${asParameter(query)}%20`],
    ['with a line end', `${asParameter(query)}%0A`],
    ['with a NUL', `${asParameter(query)}%00`],
    ['of eleven octets', asParameter(query.slice(0, 11))],
    ['that is an answer', asParameter(query.with(2, 0x81))],
  ])('%s: 400', async ([, search]) => {
    expect(await refusal(await edge.fetch(`/dns-query${search}`))).toBe('400 BAD_REQUEST');
  });

  test('a URL of 16,384 octets, not one more', async () => {
    const search = asParameter(queryOf(12_000));
    const padded = (octets: number): string => `/dns-query${search}&x=${'x'.repeat(octets - search.length - 13)}`;
    expect(await outcomeOf(await edge.fetch(padded(16_384)))).toBe('NOERROR 10.0.0.1');
    const response = await edge.fetch(padded(16_385));
    expect(await response.clone().text()).toContain('16384 octets; send a long question by POST');
    expect(await refusal(response)).toBe('414 URI_TOO_LONG');
  });
});

describe('POST', () => {
  test.for([
    ['as it should be', 'application/dns-message'],
    ['in upper case', 'APPLICATION/DNS-MESSAGE'],
    ['with a parameter', 'application/dns-message; charset=utf-8'],
    ['with spaces', ' application/dns-message ;x'],
  ] as const)('Content-Type %s', async ([, type]) => {
    const response = await edge.fetch('/dns-query', post(query, { 'content-type': type }));
    expect(await outcomeOf(response)).toBe('NOERROR 10.0.0.1');
  });

  test('parameters of the URL mean nothing', async () => {
    expect(await outcomeOf(await edge.fetch('/dns-query?dns=%%%&dns=2', post(query)))).toBe('NOERROR 10.0.0.1');
  });

  test.for([
    ['no Content-Type', { 'content-type': '' }],
    ['another one', { 'content-type': 'application/octet-stream' }],
    ['JSON', { 'content-type': 'application/dns-json' }],
    ['oblivious DNS', { 'content-type': 'application/oblivious-dns-message' }],
    ['one that only begins so', { 'content-type': 'application/dns-messages' }],
    ['a list', { 'content-type': 'application/dns-message, text/plain' }],
    ['a Content-Encoding', { 'content-encoding': 'gzip' }],
  ] as const)('%s: 415', async ([, headers]) => {
    expect(await refusal(await edge.fetch('/dns-query', post(query, headers)))).toBe('415 UNSUPPORTED_MEDIA_TYPE');
  });

  test.for([
    ['nothing', new Uint8Array(0)],
    ['eleven octets', query.slice(0, 11)],
    ['an answer', query.with(2, 0x81)],
  ] as const)('%s: 400', async ([, octets]) => {
    expect(await refusal(await edge.fetch('/dns-query', post(octets)))).toBe('400 BAD_REQUEST');
  });

  test('65,535 octets, not one more', async () => {
    expect(await outcomeOf(await edge.fetch('/dns-query', post(queryOf(65_535))))).toBe('NOERROR 10.0.0.1');
    expect(await refusal(await edge.fetch('/dns-query', post(queryOf(65_536))))).toBe('413 TOO_LARGE');
    const header = { 'content-length': '65536' };
    expect(await refusal(await edge.fetch('/dns-query', post(query, header)))).toBe('413 TOO_LARGE');
  });

  test('a body without a length is read up to the limit', async () => {
    let reads = 0;
    const endless = new ReadableStream(
      {
        pull: (controller) => {
          reads += 1;
          controller.enqueue(new Uint8Array(1024));
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { 'content-type': 'application/dns-message' };
    const response = await edge.fetch('/dns-query', { method: 'POST', headers, body: endless });
    expect(await refusal(response)).toBe('413 TOO_LARGE');
    expect(reads).toBe(64);
  });

  test('a body that breaks off: 400', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) });
    const headers = { 'content-type': 'application/dns-message' };
    expect(await refusal(await edge.fetch('/dns-query', { method: 'POST', headers, body }))).toBe('400 BAD_REQUEST');
  });
});

describe('every answer', () => {
  test.for([
    ['with data', web, 'A'],
    ['NODATA', web, 'MX'],
    ['NXDOMAIN', 'nope.cluster.local', 'A'],
    ['REFUSED', 'example.com', 'A'],
    ['FORMERR', web, 'OPT'],
  ] as const)('%s is 200, a DNS message, and says its length', async ([, name, type]) => {
    for (const init of [post(queryFor(name, type)), {}]) {
      const search = 'method' in init ? '' : asParameter(queryFor(name, type));
      const { status, headers, body } = await whole(await edge.fetch(`/dns-query${search}`, init));
      expect(status).toBe(200);
      expect(Object.fromEntries(headers)).toEqual({
        'content-type': 'application/dns-message',
        'content-length': String(body.length),
        'cache-control': expect.any(String),
        'x-content-type-options': 'nosniff',
      });
    }
  });

  test('has the id of its question', async () => {
    const response = await edge.fetch('/dns-query', post(query.with(0, 0xca).with(1, 0xfe)));
    expect(decodeAnswer(new Uint8Array(await response.arrayBuffer())).id).toBe(0xcafe);
  });

  test('is padded where the question is', async () => {
    const response = await edge.fetch('/dns-query', post(queryOf(128)));
    expect(response.headers.get('content-length')).toBe('468');
    expect((await response.arrayBuffer()).byteLength).toBe(468);
  });
});

describe('Cache-Control', () => {
  const rows = [
    ['the TTL', web, 'A', 30],
    ['a long TTL', 'long.shop.svc.cluster.local', 'TXT', 28_800],
    ['a TTL of 0', 'now.shop.svc.cluster.local', 'A', 0],
    ['the lowest TTL of a chain', 'alias.shop.svc.cluster.local', 'A', 7],
    ['the TTL of a CNAME', 'outside.shop.svc.cluster.local', 'A', 30],
    ['NODATA', web, 'AAAA', 20],
    ['NXDOMAIN', 'nope.cluster.local', 'A', 20],
    ['NODATA at the end of a chain', 'alias.shop.svc.cluster.local', 'AAAA', 7],
    ['NXDOMAIN at the end of a chain', 'dangling.shop.svc.cluster.local', 'A', 20],
    ['REFUSED', 'example.com', 'A', undefined],
    ['FORMERR', web, 'OPT', undefined],
  ] as const;

  test.for(rows)('open: %s', async ([, name, type, seconds]) => {
    const response = await edge.fetch('/dns-query', post(queryFor(name, type)));
    expect(response.headers.get('cache-control')).toBe(seconds === undefined ? 'no-store' : `max-age=${seconds}`);
  });

  test.for(rows)('for the asker alone where a credential was needed: %s', async ([, name, type, seconds]) => {
    const closed = await startEdge();
    await closed.register('local');
    await closed.publish(zone);
    const token = await closed.createToken(['local']);
    const response = await closed.fetch(`/t/${token}/dns-query`, post(queryFor(name, type)));
    const expected = seconds === undefined ? 'no-store' : `private, max-age=${seconds}`;
    expect(response.headers.get('cache-control')).toBe(expected);
  });
});
