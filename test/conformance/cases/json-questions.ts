/** What may be asked as JSON, and how. */
import type { Topic } from '../case.ts';
import { answers } from '../checks/dns.ts';
import { mustNotBeKept } from '../checks/http.ts';
import { json, jsonHas, jsonRefused } from '../checks/json.ts';
import { base64Url, endpoint, mediaType, request } from '../http/request.ts';
import { query } from '../message/query.ts';
import { apiRecord, cloudflare, found, google, jsonTopic, resolve } from './json-asking.ts';
import { api, apiAddress, foreign, zone } from './names.ts';

const bad = (...variables: readonly string[]) => variables.map((each) => resolve(each));

export const jsonQuestions: Topic = jsonTopic('JSON: questions', [
  {
    id: 'json-resolve',
    source: google,
    title: '"resolve?name=" is answered with JSON: RCODE, flags, question and answer.',
    ask: resolve(`name=${api}&type=A`),
    checks: [
      jsonHas({
        Status: 0,
        TC: false,
        RD: true,
        RA: false,
        AD: false,
        CD: false,
        Question: [{ name: `${api}.`, type: 1 }],
        Answer: [apiRecord],
        Authority: undefined,
      }),
    ],
  },
  {
    id: 'json-dns-query',
    source: cloudflare,
    title: 'So is the endpoint with "name" instead of "dns".',
    ask: [
      request({ path: `${endpoint}?name=${api}&type=A`, headers: { accept: 'application/dns-json' } }),
      request({ path: `${endpoint}?name=${api}` }),
    ],
    checks: found,
  },
  {
    id: 'json-message-first',
    source: 'RFC 8484 §4.1',
    title: 'With "dns" beside "name" it is a message.',
    ask: request({
      path: `${endpoint}?name=${foreign}&dns=${base64Url(query(api, 'A'))}`,
      headers: { accept: mediaType },
    }),
    checks: [answers(apiAddress)],
  },
  {
    id: 'json-type-default',
    source: google,
    title: 'Without a type it is A.',
    ask: [resolve(`name=${api}`), resolve(`name=${api}.`)],
    checks: found,
  },
  {
    id: 'json-type-forms',
    source: google,
    title: 'A type is a number or a name, in any letter case.',
    ask: ['A', 'a', '1', 'TYPE1'].map((type) => resolve(`name=${api}&type=${type}`)),
    checks: found,
  },
  {
    id: 'json-type-unknown',
    source: google,
    title: 'A type that nobody has named is asked by its number.',
    ask: [resolve(`name=${api}&type=65280`), resolve(`name=${api}&type=65535`)],
    checks: [jsonHas({ Status: 0, Answer: undefined })],
  },
  {
    id: 'json-any',
    source: 'RFC 8482 §4.1',
    title: 'The type ANY is answered with one set.',
    ask: [resolve(`name=${api}&type=ANY`), resolve(`name=${api}&type=255`)],
    checks: found,
  },
  {
    id: 'json-root',
    source: google,
    title: 'The root, a dot, is a name.',
    ask: resolve('name=.&type=NS'),
    checks: [jsonHas({ Status: 5, Question: [{ name: '.', type: 2 }] })],
  },
  {
    id: 'json-name-escapes',
    source: 'RFC 4343 §2.1',
    title: 'A name may be written with escapes, and comes back with those that it needs.',
    ask: [resolve(`name=a%5C.b.odd.shop.svc.${zone}`), resolve(`name=a%5C046b.odd.shop.svc.${zone}`)],
    checks: [
      json((fields) => {
        const [record] = fields['Answer'] as { name: string; data: string }[];
        return record?.name === `a\\.b.odd.shop.svc.${zone}.` && record.data === '10.244.9.1'
          ? undefined
          : JSON.stringify(record);
      }),
    ],
  },
  {
    id: 'json-letter-case',
    source: 'RFC 4343 §4.1',
    title: 'A name is found in any letter case, and comes back as it was written.',
    ask: resolve(`name=API.Shop.svc.${zone}`),
    checks: [jsonHas({ Status: 0, Question: [{ name: `API.Shop.svc.${zone}.`, type: 1 }] })],
  },
  {
    id: 'json-bad-type',
    source: google,
    title: 'A type that is none is refused with 400 and a line that says so.',
    ask: bad(
      `name=${api}&type=NOTYPE`,
      `name=${api}&type=0`,
      `name=${api}&type=65536`,
      `name=${api}&type=-1`,
      `name=${api}&type=1.5`,
    ),
    checks: [jsonRefused, mustNotBeKept],
  },
  {
    id: 'json-bad-name',
    source: google,
    title: 'So is a name that is none: empty, with an empty label, or too long.',
    ask: bad(
      'name=',
      'type=A',
      'name=.a',
      'name=a..b',
      `name=${'a'.repeat(64)}`,
      `name=${'a.'.repeat(128)}a`,
      'name=%C3%A9.example',
    ),
    checks: [jsonRefused, mustNotBeKept],
  },
  {
    id: 'json-bad-flags',
    source: google,
    title: 'So are "do" and "cd" with anything but 0, 1, false, true or nothing.',
    ask: bad(`name=${api}&do=2`, `name=${api}&cd=yes`, `name=${api}&do=on`),
    checks: [jsonRefused],
  },
  {
    id: 'json-flags',
    source: google,
    title: 'Those are taken, and change nothing about a name of an unsigned zone.',
    ask: ['do=1', 'do=true', 'do=', 'do=0', 'cd=false', 'do=1&cd=0'].map((flags) => resolve(`name=${api}&${flags}`)),
    checks: found,
  },
  {
    id: 'json-other-variables',
    source: google,
    title: 'Variables that mean nothing here are passed over.',
    ask: ['random_padding=xxxx', 'edns_client_subnet=192.0.2.0/24', 'ct=', 'foo=bar'].map((each) =>
      resolve(`name=${api}&${each}`),
    ),
    checks: found,
  },
  {
    id: 'json-first-counts',
    source: google,
    title: 'Of a variable that comes twice, the first counts.',
    ask: [resolve(`name=${api}&name=${foreign}&type=A&type=MX`)],
    checks: found,
  },
]);
