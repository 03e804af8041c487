/** Methods, paths, and what HTTP/1.1 and HTTP/2 ask of a server. */
import type { Topic } from '../case.ts';
import { answers } from '../checks/dns.ts';
import { hasField, refused, status } from '../checks/http.ts';
import { field } from '../http/exchange.ts';
import { base64Url, endpoint, get, mediaType, octets, post, request } from '../http/request.ts';
import { query } from '../message/query.ts';
import { ttlSeconds } from '../zone.ts';
import { api, apiAddress, many } from './names.ts';

const ask = query(api, 'A');
const target = `${endpoint}?dns=${base64Url(ask)}`;
const answered = [status(200), answers(apiAddress)];
const host = 'Host: 127.0.0.1';
const close = 'Connection: close';
const bodyFields = [`Content-Type: ${mediaType}`, `Content-Length: ${ask.length}`];

export const httpProtocol: Topic = {
  name: 'Methods, paths and protocols',
  cases: [
    {
      id: 'protocol-method',
      source: 'RFC 9110 §15.5.6',
      level: 'should',
      title: 'Another method than GET, HEAD, POST and OPTIONS is refused with 405, which says what is taken.',
      ask: ['PUT', 'DELETE', 'PATCH'].map((method) => request({ method, path: target })),
      checks: [refused(405), hasField('allow', /GET.*POST/)],
    },
    {
      id: 'protocol-method-unanswered',
      source: 'RFC 8484 §4.1',
      level: 'should',
      title: 'Another method is not answered.',
      ask: ['PUT', 'DELETE', 'PATCH'].map((method) => request({ method, path: target })),
      checks: [refused(400, 403, 405, 501)],
    },
    {
      id: 'protocol-unknown-method',
      source: 'RFC 9110 §15.6.2',
      level: 'should',
      title: 'A method that nobody knows is refused with 501 or 405.',
      ask: request({ method: 'BREW', path: target }),
      checks: [refused(405, 501)],
    },
    {
      id: 'protocol-options',
      source: 'RFC 9110 §9.3.7',
      level: 'open',
      title: 'OPTIONS says which methods are taken.',
      ask: request({ method: 'OPTIONS' }),
      checks: [status(200, 204), hasField('allow', /GET.*POST/)],
    },
    {
      id: 'protocol-path',
      source: 'RFC 9110 §15.5.5',
      level: 'should',
      title: 'Another path is refused with 404, also one that only begins like the endpoint.',
      ask: ['/', `${endpoint}/`, `${endpoint}/x`, `${endpoint}x`, '/DNS-QUERY', '/dns'].map((path) =>
        request({ path: `${path}?dns=${base64Url(ask)}`, headers: { accept: mediaType } }),
      ),
      checks: [refused(404)],
    },
    {
      id: 'protocol-path-encoded',
      source: 'RFC 3986 §6.2.2.2',
      level: 'open',
      title: 'A path with percent-encoded letters is the same path.',
      ask: request({ path: `/dns%2Dquery?dns=${base64Url(ask)}`, headers: { accept: mediaType } }),
      checks: answered,
    },
    {
      id: 'protocol-http2',
      source: 'RFC 8484 §5.2',
      level: 'should',
      title: 'HTTP/2 is spoken.',
      ask: [get(ask), post(ask)],
      checks: answered,
    },
    {
      id: 'protocol-http2-at-once',
      source: 'RFC 8484 §5.2',
      level: 'should',
      title: 'Many questions at once on one connection are answered, each with its own answer.',
      ask: Array.from({ length: 40 }, (_, i) => post(query(`many-${i}.${many}`, 'A', { id: i }))),
      atOnce: true,
      checks: [
        (answer, asked) =>
          answers(`${nameIn(asked.body!)} ${ttlSeconds} IN A ${manyAddress(asked.body!)}`)(answer, asked),
      ],
    },
    {
      id: 'protocol-http2-unsaid-length',
      source: 'RFC 9113 §8.1.1',
      level: 'should',
      title: 'A POST over HTTP/2 needs no Content-Length.',
      ask: post(ask, { length: 'unsaid' }),
      checks: answered,
    },
    {
      id: 'protocol-http1',
      source: 'RFC 8484 §5.2',
      level: 'open',
      title: 'HTTP/1.1 is spoken too.',
      ask: [get(ask, { via: 'HTTP/1.1' }), post(ask, { via: 'HTTP/1.1' })],
      checks: answered,
    },
    {
      id: 'protocol-http1-chunked',
      source: 'RFC 9112 §7.1',
      level: 'must',
      title: 'A POST in chunks, which does not say how long it is, is read.',
      ask: post(ask, { via: 'HTTP/1.1', length: 'unsaid' }),
      checks: answered,
    },
    {
      id: 'protocol-http1-small-chunks',
      source: 'RFC 9112 §7.1',
      level: 'must',
      title: 'So is one with a chunk for every octet, and extensions that mean nothing.',
      ask: octets(
        [`POST ${endpoint} HTTP/1.1`, host, close, `Content-Type: ${mediaType}`, 'Transfer-Encoding: chunked'],
        Buffer.concat([
          ...[...ask].map((octet) => Buffer.from([...Buffer.from('1;x=y\r\n'), octet, 13, 10])),
          Buffer.from('0\r\n\r\n'),
        ]),
      ),
      checks: answered,
    },
    {
      id: 'protocol-http1-no-length',
      source: 'RFC 9112 §6.3',
      level: 'must',
      title: 'A POST that says neither a length nor chunks has no body, and is refused.',
      ask: octets([`POST ${endpoint} HTTP/1.1`, host, close, `Content-Type: ${mediaType}`]),
      checks: [refused(400, 411)],
    },
    {
      id: 'protocol-http1-length-and-chunks',
      source: 'RFC 9112 §6.3',
      level: 'should',
      title: 'A POST that says both is refused, or read in chunks; its body never becomes a second request.',
      ask: octets(
        [`POST ${endpoint} HTTP/1.1`, host, close, ...bodyFields, 'Transfer-Encoding: chunked'],
        Buffer.from(`0\r\n\r\nGET ${target} HTTP/1.1\r\n${host}\r\n\r\n`),
      ),
      checks: [
        status(200, 400),
        (answer) =>
          /HTTP\/1\.1 200/.test(field(answer, 'following')) ? 'a second answer, with status 200' : undefined,
      ],
    },
    {
      id: 'protocol-http1-expect',
      source: 'RFC 9110 §10.1.1',
      level: 'must',
      title: 'A client that asks first whether its body is wanted gets an answer.',
      ask: post(ask, { via: 'HTTP/1.1', headers: { expect: '100-continue' } }),
      checks: answered,
    },
    {
      id: 'protocol-http1-absolute',
      source: 'RFC 9112 §3.2.2',
      level: 'must',
      title: 'A request line with a whole URL is understood.',
      ask: get(ask, { via: 'HTTP/1.1', path: `{origin}${endpoint}` }),
      checks: answered,
    },
    {
      id: 'protocol-http1-no-host',
      source: 'RFC 9112 §3.2',
      level: 'must',
      title: 'HTTP/1.1 without Host is refused with 400.',
      ask: octets([`GET ${target} HTTP/1.1`, close]),
      checks: [status(400)],
    },
    {
      id: 'protocol-http1-pipeline',
      source: 'RFC 9112 §9.3.2',
      level: 'must',
      title: 'Two requests sent at once are answered, in their order.',
      ask: octets([`GET ${target} HTTP/1.1`, host, '', `GET /nothing HTTP/1.1`, host, close]),
      checks: [...answered, hasField('following', /^HTTP\/1\.1 404/)],
    },
    {
      id: 'protocol-http1-field-names',
      source: 'RFC 9110 §5.1',
      level: 'must',
      title: 'Names of fields are understood in any letter case.',
      ask: octets(
        [
          `POST ${endpoint} HTTP/1.1`,
          'HOST: 127.0.0.1',
          close,
          `cOnTeNt-TyPe: ${mediaType}`,
          `CONTENT-LENGTH: ${ask.length}`,
        ],
        ask,
      ),
      checks: answered,
    },
    {
      id: 'protocol-http1-cut-off',
      source: 'RFC 9112 §8',
      level: 'must',
      title: 'Half a message, with its client gone, is not answered as a whole one; others are answered.',
      ask: [
        { ...octets([`POST ${endpoint} HTTP/1.1`, host, close, ...bodyFields], ask.slice(0, 20)), leaves: true },
        get(ask, { via: 'HTTP/1.1' }),
      ],
      checks: [],
      together: ([half, next]) => (half!.status === 200 ? 'answered with status 200' : status(200)(next!, get(ask))),
    },
    {
      id: 'protocol-http1-0',
      source: 'RFC 9110 §2.5',
      level: 'should',
      title: 'A client of HTTP/1.0 is answered.',
      ask: octets([`GET ${target} HTTP/1.0`, host]),
      checks: answered,
    },
  ],
};

/** The position of a name in the large set, which a question has as its id. */
function positionIn(message: Uint8Array): number {
  return (message[0]! << 8) | message[1]!;
}

function nameIn(message: Uint8Array): string {
  return `many-${positionIn(message)}.${many}`;
}

function manyAddress(message: Uint8Array): string {
  return `10.244.100.${positionIn(message)}`;
}
