/** For how long HTTP may keep an answer, and that no answer is kept for another question. */
import type { Topic } from '../case.ts';
import { dns, messageOf, rcode } from '../checks/dns.ts';
import { freshAtMost, freshFor, hasField, isNotFresh, lacksField, mustNotBeKept, status } from '../checks/http.ts';
import { field, type HttpAnswer, type HttpRequest } from '../http/exchange.ts';
import { endpoint, get, post, request } from '../http/request.ts';
import { type EdnsFields, query } from '../message/query.ts';
import { shortTtlSeconds, soaTtlSeconds, ttlSeconds } from '../zone.ts';
import { api, foreign, gone, missing, short, web } from './names.ts';

const inOpenZone = query(web, 'A');
const refusedName = query(foreign, 'A');
/** How often each question of a few is asked in turn. */
const turns = 4;

export const caching: Topic = {
  name: 'Caching',
  cases: [
    {
      id: 'caching-said',
      source: 'RFC 8484 §5.1',
      level: 'should',
      title: 'An answer says for how long it may be kept.',
      ask: [get(inOpenZone), post(inOpenZone)],
      checks: [status(200), hasField('cache-control', /max-age=\d+/)],
    },
    {
      id: 'caching-ttl',
      source: 'RFC 8484 §5.1',
      level: 'must',
      title: 'That is no longer than the lowest TTL of its records.',
      ask: get(inOpenZone),
      checks: [freshAtMost(ttlSeconds)],
    },
    {
      id: 'caching-exact-ttl',
      source: 'RFC 8484 §5.1',
      level: 'should',
      title: 'It is just that long.',
      ask: get(inOpenZone),
      checks: [freshFor(ttlSeconds)],
    },
    {
      id: 'caching-chain',
      source: 'RFC 8484 §5.1',
      level: 'must',
      title: 'The TTL of a CNAME record on the way counts too.',
      ask: get(query(short, 'A')),
      checks: [freshAtMost(shortTtlSeconds)],
    },
    {
      id: 'caching-no-name',
      source: 'RFC 8484 §5.1',
      level: 'must',
      title: 'That there is no such name is kept no longer than the SOA’s TTL and MINIMUM say.',
      ask: get(query(missing, 'A')),
      checks: [rcode('NXDOMAIN'), freshAtMost(soaTtlSeconds)],
    },
    {
      id: 'caching-no-data',
      source: 'RFC 8484 §5.1',
      level: 'must',
      title: 'Neither is that a name has no AAAA record, which every client with both families asks.',
      ask: get(query(api, 'AAAA')),
      checks: [rcode('NOERROR'), freshAtMost(soaTtlSeconds)],
    },
    {
      id: 'caching-no-data-kept',
      source: 'RFC 2308 §5',
      level: 'should',
      title: 'But it may be kept.',
      ask: get(query(api, 'AAAA')),
      checks: [freshFor(soaTtlSeconds)],
    },
    {
      id: 'caching-chain-to-nothing',
      source: 'RFC 2308 §5',
      level: 'must',
      title: 'A CNAME record to a name that does not exist is kept no longer than the lowest of all.',
      ask: get(query(gone, 'A')),
      checks: [freshAtMost(ttlSeconds)],
    },
    {
      id: 'caching-refused',
      source: 'RFC 8484 §5.1',
      level: 'open',
      title: 'REFUSED, FORMERR, NOTIMP and BADVERS, which have no TTL, are not kept.',
      ask: [
        get(refusedName),
        get(query(web, 'A', { counts: [2, 0, 0, 0] })),
        get(query(web, 'A', { opcode: 2 })),
        get(query(web, 'A', { edns: { version: 1 } })),
      ],
      checks: [status(200), isNotFresh],
    },
    {
      id: 'caching-refused-said',
      source: 'RFC 8484 §5.1',
      level: 'open',
      title: 'That is said with "no-store".',
      ask: get(refusedName),
      checks: [mustNotBeKept, hasField('cache-control', /no-store/)],
    },
    {
      id: 'caching-failure',
      source: 'RFC 9520 §3.2',
      level: 'must',
      title: 'SERVFAIL is not kept for more than five minutes.',
      ask: get(query(web, 'A'), { at: 'expired' }),
      checks: [rcode('SERVFAIL'), freshAtMost(300)],
    },
    {
      id: 'caching-problems',
      source: 'RFC 9111 §5.2.2.5',
      level: 'open',
      title: 'Refusals of HTTP are not kept, so that nobody hears of them after they are mended.',
      ask: [
        request({ path: '/nothing' }),
        request({ method: 'PUT' }),
        request({ path: `${endpoint}?dns=!` }),
        post(new Uint8Array(20), { headers: { 'content-type': 'text/plain' } }),
        post(new Uint8Array(66_000)),
      ],
      checks: [mustNotBeKept],
    },
    {
      id: 'caching-not-stale',
      source: 'RFC 5861 §3',
      level: 'open',
      title: 'Nothing may be kept past its time: the address may be another pod’s by then.',
      ask: [get(inOpenZone), get(query(missing, 'A'))],
      checks: [
        status(200),
        (answer) => (/stale/.test(field(answer, 'cache-control')) ? 'stale answers are allowed' : undefined),
      ],
    },
    {
      id: 'caching-no-vary',
      source: 'RFC 9110 §12.5.5',
      level: 'open',
      title: 'Wire format depends on the URL alone, and no field says otherwise.',
      ask: get(inOpenZone),
      checks: [status(200), lacksField('vary')],
    },
    {
      id: 'caching-id',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'An answer has the id of its question, also when the same was asked with another id just before.',
      ask: [0, 0xcafe, 1, 0xffff].map((id) => post(query(api, 'A', { id }))),
      checks: [
        (answer, asked) =>
          dns(({ id }) => (id === (asked.body![0]! << 8) + asked.body![1]! ? undefined : `id ${id}`))(answer, asked),
      ],
    },
    {
      id: 'caching-edns',
      source: 'RFC 8906 §6',
      level: 'must',
      title: 'A kept answer is not given to a question with other EDNS.',
      ask: inTurn([undefined, {}, { dnssecOk: true }, { version: 1 }].map((edns) => post(askedWith(edns)))),
      checks: [status(200)],
      together: (all) => expectTurns(all.map(shapeOf), ['0 no OPT', '0 OPT', '0 OPT DO', '16 OPT']),
    },
    {
      id: 'caching-flags',
      source: 'RFC 8906 §6',
      level: 'must',
      title: 'Nor one with another RD bit.',
      ask: inTurn([post(query(api, 'A', { flags: ['RD'] })), post(query(api, 'A', { flags: [] }))]),
      checks: [status(200)],
      together: (all) =>
        expectTurns(
          all.map((answer) => (messageOf(answer)?.flags.includes('RD') ? 'RD' : 'no RD')),
          ['RD', 'no RD'],
        ),
    },
    {
      id: 'caching-letter-case',
      source: 'RFC 8906 §6',
      level: 'must',
      title: 'Nor one that spells the name otherwise.',
      ask: inTurn([api, api.toUpperCase()].map((name) => post(query(name, 'A')))),
      checks: [status(200)],
      together: (all) =>
        expectTurns(
          all.map(({ body }) => Buffer.from(body.subarray(13, 16)).toString('latin1')),
          ['api', 'API'],
        ),
    },
    {
      id: 'caching-padding',
      source: 'RFC 8906 §6',
      level: 'must',
      title: 'Nor a padded one to whom asked for no padding.',
      ask: inTurn([post(askedWith({ options: [[12, []]] })), post(askedWith({}))]),
      checks: [status(200)],
      together: (all) =>
        expectTurns(
          all.map(({ body }) => (body.length % 468 === 0 ? 'padded' : `${body.length} octets`)),
          ['padded', `${all[1]!.body.length} octets`],
        ),
      unfit: { coredns: 'it does not pad' },
    },
  ],
};

function askedWith(edns: EdnsFields | undefined): Uint8Array {
  return query(api, 'A', edns === undefined ? {} : { edns });
}

/** One after the other, four times: a server may keep an answer only when its question comes again. */
function inTurn(requests: readonly HttpRequest[]): readonly HttpRequest[] {
  return Array.from({ length: turns }, () => requests).flat();
}

function expectTurns(seen: readonly string[], wanted: readonly string[]): string | undefined {
  const all = Array.from({ length: turns }, () => wanted).flat();
  return seen.join('; ') === all.join('; ') ? undefined : seen.join('; ');
}

/** RCODE, whether there is an OPT record, and its DO bit. */
function shapeOf(answer: HttpAnswer): string {
  const message = messageOf(answer);
  const [opt] = message?.opts ?? [];
  const isOk = opt !== undefined && (opt.flags & 0x8000) !== 0;
  return `${message?.rcode} ${opt === undefined ? 'no OPT' : `OPT${isOk ? ' DO' : ''}`}`;
}
