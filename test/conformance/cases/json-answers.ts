/** What is answered as JSON. */
import type { Topic } from '../case.ts';
import { answers } from '../checks/dns.ts';
import { status } from '../checks/http.ts';
import { json, jsonHas } from '../checks/json.ts';
import { field, type HttpAnswer } from '../http/exchange.ts';
import { base64Url, endpoint, mediaType, request } from '../http/request.ts';
import { query } from '../message/query.ts';
import { serial } from '../zone.ts';
import { apiRecord, dataIs, google, hasComment, jsonTopic, resolve } from './json-asking.ts';
import { api, docs, foreign, gone, missing, text, web, webServices, zone } from './names.ts';

export const jsonAnswers: Topic = jsonTopic('JSON: answers', [
  {
    id: 'json-as-message',
    source: google,
    title: 'JSON says what the message says.',
    ask: [
      resolve(`name=${api}`),
      request({ path: `${endpoint}?dns=${base64Url(query(api, 'A'))}`, headers: { accept: mediaType } }),
    ],
    checks: [status(200)],
    together: sayTheSame,
  },
  {
    id: 'json-no-name',
    source: google,
    title: 'That there is no such name is Status 3, with the SOA, and status 200 of HTTP.',
    ask: resolve(`name=${missing}`),
    checks: [
      status(200),
      jsonHas({ Status: 3, Answer: undefined }),
      json((fields) =>
        JSON.stringify(fields['Authority']).includes(`ns.dns.${zone}. hostmaster.${zone}. ${serial} `)
          ? undefined
          : 'no SOA',
      ),
    ],
  },
  {
    id: 'json-no-data',
    source: google,
    title: 'A name without such a record is Status 0 without an answer.',
    ask: resolve(`name=${api}&type=AAAA`),
    checks: [jsonHas({ Status: 0, Answer: undefined })],
  },
  {
    id: 'json-refused',
    source: google,
    title: 'A name outside the zones is Status 5, with a comment that says why.',
    ask: resolve(`name=${foreign}`),
    checks: [jsonHas({ Status: 5, Answer: undefined, Authority: undefined }), hasComment],
  },
  {
    id: 'json-failure',
    source: google,
    title: 'A failure is Status 2 with status 200 of HTTP, and a comment.',
    ask: [resolve(`name=${api}`, { at: 'expired' }), resolve(`name=${api}`, { at: 'unpublished' })],
    checks: [status(200), jsonHas({ Status: 2 }), hasComment],
  },
  {
    id: 'json-no-comment',
    source: google,
    title: 'Where nothing is wrong there is no comment.',
    ask: resolve(`name=${api}`),
    checks: [jsonHas({ Comment: undefined })],
  },
  {
    id: 'json-chain',
    source: google,
    title: 'An alias comes with what it leads to.',
    ask: resolve(`name=${docs}&type=A`),
    checks: [
      json((fields) => {
        const records = fields['Answer'] as { type: number; data: string }[];
        const isRight = records.length === 4 && records[0]!.type === 5 && records[0]!.data === `${web}.`;
        return isRight ? undefined : JSON.stringify(records);
      }),
    ],
  },
  {
    id: 'json-chain-to-nothing',
    source: 'RFC 6604 §3',
    title: 'One that leads nowhere is Status 3.',
    ask: resolve(`name=${gone}`),
    checks: [jsonHas({ Status: 3 })],
  },
  {
    id: 'json-services',
    source: google,
    title: 'SRV records are written as in a zone file.',
    ask: resolve(`name=${webServices}&type=SRV`),
    checks: [dataIs([0, 1, 2].map((i) => `0 33 80 web-${i}.${web}.`))],
  },
  {
    id: 'json-text',
    source: google,
    title: 'So are TXT records, each string in quotation marks.',
    ask: resolve(`name=${text}&type=TXT`),
    checks: [dataIs(['"first" "second one"'])],
  },
  {
    id: 'json-ipv6',
    source: 'RFC 5952 §4',
    title: 'IPv6 addresses are written in their canonical form.',
    ask: resolve(`name=web-0.${web}&type=AAAA`),
    checks: [dataIs(['fd00::1:1'])],
  },
  {
    id: 'json-soa',
    source: google,
    title: 'So is the SOA record.',
    ask: resolve(`name=${zone}&type=SOA`),
    checks: [dataIs([`ns.dns.${zone}. hostmaster.${zone}. ${serial} 7200 1800 86400 600`])],
  },
  {
    id: 'json-forward',
    source: google,
    title: 'Where names outside are asked of another server, its answer is JSON all the same.',
    ask: resolve(`name=${foreign}`, { at: 'forward' }),
    checks: [jsonHas({ Status: 0, RA: true, AD: false }), dataIs(['192.0.2.53'])],
  },
]);

/** The one message and the one JSON: the same data, and as long fresh. */
function sayTheSame([asJson, asMessage]: readonly HttpAnswer[]): string | undefined {
  const line = `${api} ${apiRecord.TTL} IN A ${apiRecord.data}`;
  const wrong = answers(line)(asMessage!, resolve('')) ?? jsonHas({ Answer: [apiRecord] })(asJson!, resolve(''));
  const [first, second] = [asJson!, asMessage!].map((answer) => field(answer, 'cache-control'));
  return wrong ?? (first === second ? undefined : `"${first}" and "${second}"`);
}
