/** How HTTP carries messages, and which are taken. */
import { gzipSync } from 'node:zlib';
import type { Topic } from '../case.ts';
import { answers, isNotAnswered, messageOf, rcode } from '../checks/dns.ts';
import { hasField, hasNoBody, lacksField, lengthIsTrue, refused, status } from '../checks/http.ts';
import { field, type HttpAnswer } from '../http/exchange.ts';
import { base64Url, endpoint, get, mediaType, post, request } from '../http/request.ts';
import { query, uint16 } from '../message/query.ts';
import { webAddresses as addresses, api, apiAddress, web } from './names.ts';

const ask = query(web, 'A');
const answered = [status(200), answers(...addresses)];
const typed = (type: string) => post(ask, { headers: { 'content-type': type } });
const withVariables = (variables: string) =>
  request({ path: `${endpoint}?${variables}`, headers: { accept: mediaType } });
const refusedQuery = [refused(400)];

/** A query with so much padding that it has this many octets. */
function padded(octets: number): Uint8Array {
  const without = query(api, 'A', { edns: { options: [[12, []]] } }).length;
  return query(api, 'A', { edns: { options: [[12, new Uint8Array(octets - without)]] } });
}

function sameAnswer(seen: readonly HttpAnswer[]): string | undefined {
  const texts = seen.map((answer) => messageOf(answer)?.answer.toSorted().join('\n'));
  return texts.every((text) => text === texts[0]) ? undefined : 'the answers differ';
}

export const httpMessages: Topic = {
  name: 'Messages in HTTP',
  cases: [
    {
      id: 'http-get',
      source: 'RFC 8484 §4.1',
      level: 'must',
      title: 'A question in the variable "dns" of a GET is answered.',
      ask: get(ask),
      checks: answered,
    },
    {
      id: 'http-post',
      source: 'RFC 8484 §4.1',
      level: 'must',
      title: 'A question in the body of a POST is answered.',
      ask: post(ask),
      checks: answered,
    },
    {
      id: 'http-get-as-post',
      source: 'RFC 8484 §4.1',
      level: 'must',
      title: 'GET and POST give the same answer.',
      ask: [get(ask), post(ask)],
      checks: answered,
      together: sameAnswer,
    },
    {
      id: 'http-media-type',
      source: 'RFC 8484 §6',
      level: 'must',
      title: 'The answer is of the media type application/dns-message, which has no parameters.',
      ask: [get(ask), post(ask)],
      checks: [status(200), hasField('content-type', /^application\/dns-message$/)],
    },
    {
      id: 'http-content-length',
      source: 'RFC 9110 §8.6',
      level: 'should',
      title: 'The length of the answer is said, and true.',
      ask: [get(ask), post(ask)],
      checks: [status(200), hasField('content-length', /^\d+$/), lengthIsTrue],
    },
    {
      id: 'http-all-rcodes-200',
      source: 'RFC 8484 §4.2.1',
      level: 'must',
      title: 'Every DNS answer comes with status 200, be it NXDOMAIN or REFUSED.',
      ask: [post(query(`missing.${web}`, 'A')), post(query('www.example.com', 'A'))],
      checks: [status(200), rcode('NXDOMAIN', 'REFUSED')],
    },
    {
      id: 'http-format-error-200',
      source: 'RFC 8484 §4.2.1',
      level: 'open',
      title: 'A message that has a header and is malformed behind it gets FORMERR, with status 200.',
      ask: [post(query(web, 'A', { counts: [2, 0, 0, 0] })), post(ask.slice(0, 20))],
      checks: [status(200), rcode('FORMERR')],
    },
    {
      id: 'http-not-implemented-200',
      source: 'RFC 8484 §4.2.1',
      level: 'must',
      title: 'So does NOTIMP.',
      ask: post(query(web, 'SOA', { opcode: 2 })),
      checks: [status(200), rcode('NOTIMP', 'REFUSED')],
    },
    {
      id: 'http-type-in-capitals',
      source: 'RFC 9110 §8.3.1',
      level: 'must',
      title: 'The media type of a POST is understood in any letter case.',
      ask: typed('Application/DNS-Message'),
      checks: answered,
    },
    {
      id: 'http-type-with-parameters',
      source: 'RFC 9110 §8.3.1',
      level: 'open',
      title: 'Parameters of the media type, of which there are none, mean nothing.',
      ask: typed('application/dns-message; charset=utf-8'),
      checks: answered,
    },
    {
      id: 'http-wrong-type',
      source: 'RFC 9110 §15.5.16',
      level: 'should',
      title: 'A POST of another media type is refused with 415.',
      ask: [typed('application/json'), typed('application/dns-messages'), typed('text/plain')],
      checks: [refused(415)],
    },
    {
      id: 'http-wrong-type-unanswered',
      source: 'RFC 8484 §6',
      level: 'should',
      title: 'A POST of another media type is not taken for a DNS message.',
      ask: [typed('application/json'), typed('text/plain')],
      checks: [refused(400, 406, 415, 501)],
    },
    {
      id: 'http-no-type',
      source: 'RFC 9110 §8.3',
      level: 'open',
      title: 'A POST without a media type is refused with 415.',
      ask: request({ method: 'POST', body: ask }),
      checks: [refused(415)],
    },
    {
      id: 'http-oblivious-type',
      source: 'RFC 9230 §4',
      level: 'open',
      title: 'A message of Oblivious DoH, which is not offered, is refused with 415.',
      ask: typed('application/oblivious-dns-message'),
      checks: [refused(415)],
    },
    {
      id: 'http-content-encoding',
      source: 'RFC 9110 §8.4',
      level: 'open',
      title: 'A compressed body is refused with 415.',
      ask: post(gzipSync(ask), { headers: { 'content-encoding': 'gzip' } }),
      checks: [refused(415)],
    },
    {
      id: 'http-accept-anything',
      source: 'RFC 9110 §12.5.1',
      level: 'open',
      title: 'A client that accepts anything, says nothing, or names another type gets a DNS message.',
      ask: [{}, { accept: '*/*' }, { accept: 'text/html' }, { accept: `${mediaType}, application/json;q=0.5` }].map(
        (headers) => request({ path: `${endpoint}?dns=${base64Url(ask)}`, headers }),
      ),
      checks: answered,
    },
    {
      id: 'http-head',
      source: 'RFC 9110 §9.1',
      level: 'should',
      title: 'HEAD gives what GET gives, without the body.',
      ask: get(ask, { method: 'HEAD' }),
      checks: [status(200), hasNoBody, hasField('content-type', /^application\/dns-message$/)],
    },
    {
      id: 'http-head-fields',
      source: 'RFC 9110 §9.3.2',
      level: 'should',
      title: 'HEAD says the same length and freshness as GET.',
      ask: [get(query(api, 'A')), get(query(api, 'A'), { method: 'HEAD' })],
      checks: [status(200)],
      together: ([whole, head]) => {
        const names = ['content-type', 'content-length', 'cache-control'];
        const different = names.filter((name) => field(whole!, name) !== field(head!, name));
        return different.length === 0 ? undefined : `${different.join(', ')}: different`;
      },
    },
    {
      id: 'http-unknown-variables',
      source: 'RFC 8484 §4.1',
      level: 'open',
      title: 'Variables that mean nothing here are passed over.',
      ask: [
        withVariables(`dns=${base64Url(ask)}&ct=application/dns-message&random_padding=xyz`),
        withVariables(`foo=bar&dns=${base64Url(ask)}`),
      ],
      checks: answered,
    },
    {
      id: 'http-dns-before-name',
      source: 'RFC 8484 §4.1',
      level: 'open',
      title: 'With "dns" and "name" in one URL, "dns" is the question and the answer a message.',
      ask: withVariables(`name=example.com&type=MX&dns=${base64Url(ask)}`),
      checks: answered,
    },
    {
      id: 'http-post-ignores-url',
      source: 'RFC 8484 §4.1',
      level: 'open',
      title: 'The body of a POST is the question, whatever its URL says.',
      ask: post(ask, { path: `${endpoint}?dns=${base64Url(query(api, 'A'))}&name=example.com` }),
      checks: answered,
    },
    {
      id: 'http-percent-encoding',
      source: 'RFC 3986 §6.2.2.2',
      level: 'should',
      title: 'Percent-encoded letters in "dns" are those letters.',
      ask: withVariables(`dns=${base64Url(ask).replace(/^A/, '%41').replace(/B/, '%42')}`),
      checks: answered,
    },
    {
      id: 'http-no-question',
      source: 'RFC 8484 §4.1',
      level: 'should',
      title: 'A GET without a question is refused with 400.',
      ask: [withVariables(''), withVariables('dns='), request({})],
      checks: refusedQuery,
    },
    {
      id: 'http-two-questions',
      source: 'RFC 8484 §4.1',
      level: 'open',
      title: 'A GET with "dns" twice is refused with 400.',
      ask: withVariables(`dns=${base64Url(ask)}&dns=${base64Url(ask)}`),
      checks: refusedQuery,
    },
    {
      id: 'http-wrong-alphabet',
      source: 'RFC 4648 §3.3',
      level: 'must',
      title: 'What is not base64url is refused with 400: other letters, a space, a stray dot.',
      ask: ['!', '%20', '.', '%00', '%C3%A9'].map((wrong) => withVariables(`dns=${base64Url(ask)}${wrong}AAA`)),
      checks: refusedQuery,
    },
    {
      id: 'http-standard-alphabet',
      source: 'RFC 8484 §6',
      level: 'should',
      title: 'The "/" and "+" of the other base64 alphabet are refused with 400.',
      ask: ['/', '%2B', '%2F'].map((wrong) => withVariables(`dns=${base64Url(ask)}${wrong}AAA`)),
      checks: refusedQuery,
    },
    {
      id: 'http-odd-length',
      source: 'RFC 4648 §4',
      level: 'must',
      title: 'A text of a length that base64 does not have is refused with 400.',
      ask: withVariables(`dns=${base64Url(padded(60))}A`),
      checks: refusedQuery,
    },
    {
      id: 'http-padding-tolerated',
      source: 'RFC 8484 §6',
      level: 'open',
      title: 'Padding of base64, which clients must leave out, is forgiven.',
      ask: [61, 62].map((octets) => withVariables(`dns=${base64Url(padded(octets))}${'='.repeat(3 - (octets % 3))}`)),
      checks: [status(200), answers(apiAddress)],
    },
    {
      id: 'http-short-message',
      source: 'RFC 1035 §4.1.1',
      level: 'open',
      title: 'What is shorter than a DNS header has no id to answer to, and is refused with 400.',
      ask: [post(new Uint8Array(0)), post(ask.slice(0, 11)), get(ask.slice(0, 2))],
      checks: refusedQuery,
    },
    {
      id: 'http-response-as-question',
      source: 'RFC 1035 §4.1.1',
      level: 'open',
      title: 'A message that is itself an answer is refused with 400.',
      ask: [post(query(web, 'A', { flags: ['QR', 'RD'] })), get(query(web, 'A', { flags: ['QR'] }))],
      checks: refusedQuery,
    },
    {
      id: 'http-tcp-length',
      source: 'RFC 8484 §6',
      level: 'must',
      title: 'A message with two octets of length before it, as over TCP, is not understood.',
      ask: post(Buffer.from([...uint16(ask.length), ...ask])),
      checks: [isNotAnswered],
    },
    {
      id: 'http-two-messages',
      source: 'RFC 8484 §4.1',
      level: 'open',
      title: 'Two messages in one body are one malformed message.',
      ask: post(Buffer.concat([ask, query(api, 'A')])),
      checks: [rcode('FORMERR')],
    },
    {
      id: 'http-largest-message',
      source: 'RFC 8484 §6',
      level: 'must',
      title: 'The largest message, of 65,535 octets, is taken.',
      ask: post(padded(65_535)),
      checks: [status(200), answers(apiAddress)],
    },
    {
      id: 'http-long-get',
      source: 'RFC 8484 §4.1',
      level: 'open',
      title: 'A GET may be 16,000 characters long, a message of almost 12,000 octets.',
      ask: get(padded(11_900)),
      checks: [status(200), answers(apiAddress)],
    },
    {
      id: 'http-too-long-get',
      source: 'RFC 9110 §15.5.15',
      level: 'open',
      title: 'A longer one is refused with 414.',
      ask: get(padded(14_000)),
      checks: [refused(414)],
    },
    {
      id: 'http-too-large',
      source: 'RFC 9110 §15.5.14',
      level: 'should',
      title: 'A larger body than any message is refused with 413.',
      ask: post(new Uint8Array(65_536)),
      checks: [refused(413)],
    },
    {
      id: 'http-too-large-unsaid',
      source: 'RFC 9110 §15.5.14',
      level: 'should',
      title: 'So is one that does not say how large it is.',
      ask: post(new Uint8Array(70_000), { length: 'unsaid' }),
      checks: [refused(413)],
    },
    {
      id: 'http-no-sniffing',
      source: 'Fetch Standard, X-Content-Type-Options',
      level: 'open',
      title: 'Browsers are told not to guess at what an answer is.',
      ask: get(ask),
      checks: [status(200), hasField('x-content-type-options', /^nosniff$/)],
    },
    {
      id: 'http-no-cookies',
      source: 'RFC 8484 §8.2',
      level: 'should',
      title: 'No answer sets a cookie.',
      ask: [get(ask), post(ask), post(ask, { headers: { cookie: 'session=1' } })],
      checks: [status(200), lacksField('set-cookie')],
    },
  ],
};
