/** Names outside the zones, where they are said not to exist, or asked of another server. */
import type { Topic } from '../case.ts';
import { answers, answersNothing, authorityIsEmpty, dns, has, lacks, rcode } from '../checks/dns.ts';
import { extendedError, hasNoOpt, hasOpt, hasOption, lacksOptions } from '../checks/edns.ts';
import { freshAtMost, freshFor, mustNotBeKept, status } from '../checks/http.ts';
import { get, post } from '../http/request.ts';
import { type QueryFields, query, type TypeName } from '../message/query.ts';
import { upstreamAddress, upstreamAgeSeconds, upstreamTtlSeconds } from '../targets/upstream-answers.ts';
import { ttlSeconds } from '../zone.ts';
import { api, apiAddress, foreign, missing, outside, outsideTarget, zone } from './names.ts';

const leftSeconds = upstreamTtlSeconds - upstreamAgeSeconds;
const fromUpstream = (name: string, type: TypeName = 'A', fields: QueryFields = {}) =>
  post(query(name, type, fields), { at: 'forward' });
const failing = (name: string) => post(query(name, 'A', { edns: {} }), { at: 'forward', patienceMilliseconds: 8000 });
const isThere = [rcode('NOERROR'), answers(`${foreign} ${leftSeconds} IN A ${upstreamAddress}`)];
const seen = (text: string) => dns(({ answer }) => (answer.join().includes(text) ? undefined : answer.join('; ')));
const saysNoUrl = dns((_, { body }) =>
  /https?:|127\.0\.0\.1/.test(Buffer.from(body).toString('latin1')) ? 'it tells whom it asks' : undefined,
);

export const outsideNames: Topic = {
  name: 'Names outside the zones',
  cases: [
    {
      id: 'outside-nxdomain',
      source: 'RFC 8484 §4.2.1',
      level: 'open',
      title: 'Set to "nxdomain", names outside do not exist, without authority and without an SOA.',
      ask: [post(query(foreign, 'A'), { at: 'nxdomain' }), post(query('com', 'NS'), { at: 'nxdomain' })],
      checks: [rcode('NXDOMAIN'), answersNothing, authorityIsEmpty, lacks('AA', 'RA')],
    },
    {
      id: 'outside-nxdomain-not-kept',
      source: 'RFC 2308 §5',
      level: 'should',
      title: 'Without an SOA that is not kept.',
      ask: get(query(foreign, 'A'), { at: 'nxdomain' }),
      checks: [rcode('NXDOMAIN'), mustNotBeKept],
    },
    {
      id: 'outside-nxdomain-private',
      source: 'RFC 6761 §5',
      level: 'open',
      title: 'Private names do not exist then either, but the canary of Firefox is refused.',
      ask: ['printer.local', 'nas.home.arpa', 'use-application-dns.net'].map((name) =>
        post(query(name, 'A'), { at: 'nxdomain' }),
      ),
      checks: [rcode('NXDOMAIN', 'REFUSED'), answersNothing],
      together: (all) => {
        const codes = all.map(({ body }) => body[3]! & 15);
        return codes.join() === '3,3,5' ? undefined : `RCODEs ${codes.join()}`;
      },
    },
    {
      id: 'outside-nxdomain-own',
      source: 'RFC 1034 §4.3.2',
      level: 'must',
      title: 'The zone’s own names are answered as ever.',
      ask: post(query(api, 'A'), { at: 'nxdomain' }),
      checks: [has('AA'), answers(apiAddress)],
    },
    {
      id: 'forward-answered',
      source: 'RFC 1035 §7',
      level: 'open',
      title: 'Set to forward, names outside are answered with what the other server says.',
      ask: fromUpstream(foreign),
      checks: isThere,
    },
    {
      id: 'forward-header',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'That is no authority’s answer, and recursion is available.',
      ask: [fromUpstream(foreign), fromUpstream('missing.example')],
      checks: [lacks('AA', 'AD', 'TC'), has('RA')],
    },
    {
      id: 'forward-ra-everywhere',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'So it is in every answer, with authority where it is the zone’s own.',
      ask: [fromUpstream(api), fromUpstream(missing)],
      checks: [has('RA', 'AA')],
    },
    {
      id: 'forward-ttl',
      source: 'RFC 8484 §5.1',
      level: 'must',
      title: 'What is old already when it comes lives that much shorter.',
      ask: fromUpstream(foreign),
      checks: [...isThere, freshAtMost(leftSeconds)],
    },
    {
      id: 'forward-no-name',
      source: 'RFC 2308 §5',
      level: 'must',
      title: 'NXDOMAIN of the other server comes with its SOA, and is kept as that says.',
      ask: fromUpstream('missing.example'),
      checks: [
        rcode('NXDOMAIN'),
        dns(({ authority }) => (/^example \d+ IN SOA /.test(authority.join()) ? undefined : authority.join())),
        freshAtMost(60),
      ],
    },
    {
      id: 'forward-id',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'The answer has the id and the spelling of the question.',
      ask: fromUpstream('WwW.eXaMpLe.CoM', 'A', { id: 0xcafe }),
      checks: [dns(({ id, question }) => (id === 0xcafe && question[1] === 0x57 ? undefined : `id ${id}`))],
    },
    {
      id: 'forward-query-id',
      source: 'RFC 8484 §4.1',
      level: 'should',
      title:
        'The other server is asked with id 0, so that caches may help, and with RD, for the answer and not for a referral.',
      ask: fromUpstream('seen.example', 'TXT', { id: 0xcafe }),
      checks: [seen('id=0 rd=1 cd=0 do=0')],
    },
    {
      id: 'forward-query-bits',
      source: 'RFC 4035 §3.2',
      level: 'must',
      title: 'CD and DO are passed on as they were asked.',
      ask: fromUpstream('seen.example', 'TXT', { flags: ['RD', 'CD'], edns: { dnssecOk: true } }),
      checks: [seen('cd=1 do=1')],
    },
    {
      id: 'forward-no-client-options',
      source: 'RFC 7871 §11.1',
      level: 'should',
      title: 'What the client’s EDNS says of the client is not passed on.',
      ask: fromUpstream('seen.example', 'TXT', {
        edns: {
          options: [
            [8, [0, 1, 24, 0, 192, 0, 2]],
            [10, [1, 2, 3, 4, 5, 6, 7, 8]],
          ],
        },
      }),
      checks: [seen('options=none')],
    },
    {
      id: 'forward-edns',
      source: 'RFC 6891 §6.1.1',
      level: 'must',
      title: 'An OPT record is in the answer if one was in the question.',
      ask: fromUpstream(foreign, 'A', { edns: { options: [[8, [0, 1, 0, 0]]] } }),
      checks: [...isThere, hasOpt, lacksOptions(8)],
    },
    {
      id: 'forward-no-edns',
      source: 'RFC 6891 §7',
      level: 'must',
      title: 'And only then.',
      ask: fromUpstream(foreign),
      checks: [...isThere, hasNoOpt],
    },
    {
      id: 'forward-padding',
      source: 'RFC 7830 §4',
      level: 'must',
      title: 'A padded question gets a padded answer from there too.',
      ask: fromUpstream(foreign, 'A', { edns: { options: [[12, []]] } }),
      checks: [...isThere, hasOption(12)],
    },
    {
      id: 'forward-alias',
      source: 'RFC 1034 §4.3.2',
      level: 'must',
      title: 'An alias of a name outside is followed there: first the alias, then what the other server says.',
      ask: fromUpstream(outside),
      checks: [
        rcode('NOERROR'),
        has('AA'),
        answers(
          `${outside} ${ttlSeconds} IN CNAME ${outsideTarget}`,
          `${outsideTarget} ${leftSeconds} IN A ${upstreamAddress}`,
        ),
        freshFor(ttlSeconds),
      ],
    },
    {
      id: 'forward-type-unknown',
      source: 'RFC 3597 §3',
      level: 'must',
      title: 'Types that nobody knows are passed on too.',
      ask: fromUpstream(foreign, 'TYPE1000'),
      checks: [status(200), rcode('NOERROR')],
    },
    {
      id: 'forward-no-recursion',
      source: 'RFC 1034 §4.3.1',
      level: 'must',
      title: 'Others are asked for those alone who want recursion: without RD it is refused.',
      ask: fromUpstream(foreign, 'A', { flags: [] }),
      checks: [rcode('REFUSED'), answersNothing, has('RA')],
    },
    {
      id: 'forward-no-recursion-alias',
      source: 'RFC 1034 §4.3.1',
      level: 'must',
      title: 'And an alias of a name outside is all that is told of it.',
      ask: fromUpstream(outside, 'A', { flags: [] }),
      checks: [rcode('NOERROR'), has('AA'), answers(`${outside} ${ttlSeconds} IN CNAME ${outsideTarget}`)],
    },
    {
      id: 'forward-never-own',
      source: 'RFC 1034 §4.3.2',
      level: 'open',
      title: 'Names of the zone that do not exist are not asked of others.',
      ask: [fromUpstream(missing), fromUpstream(`nothing.${zone}`)],
      checks: [rcode('NXDOMAIN'), answersNothing, has('AA')],
    },
    {
      id: 'forward-not-transfers',
      source: 'RFC 5936 §2.2',
      level: 'should',
      title: 'Neither are transfers, other classes and other opcodes.',
      ask: [
        fromUpstream(foreign, 'AXFR'),
        fromUpstream(foreign, 'A', { qclass: 3 }),
        fromUpstream(foreign, 'SOA', { opcode: 5 }),
      ],
      checks: [rcode('REFUSED', 'NOTIMP'), answersNothing],
    },
    {
      id: 'forward-network-error',
      source: 'RFC 8914 §4.24',
      level: 'open',
      title: 'When the connection breaks it is SERVFAIL with extended error 23, and nobody is told whom it was with.',
      ask: failing('reset.example'),
      checks: [rcode('SERVFAIL'), answersNothing, extendedError(23), saysNoUrl],
    },
    {
      id: 'forward-status',
      source: 'RFC 8914 §4.23',
      level: 'open',
      title: 'When the other server says anything but 200, or sends elsewhere, it is SERVFAIL with extended error 22.',
      ask: [failing('error.example'), failing('redirect.example')],
      checks: [rcode('SERVFAIL'), answersNothing, extendedError(22), saysNoUrl],
    },
    {
      id: 'forward-nonsense',
      source: 'RFC 5452 §9.1',
      level: 'must',
      title: 'An answer to another question, or a page of HTML, is no answer.',
      ask: [failing('wrong.example'), failing('html.example')],
      checks: [rcode('SERVFAIL'), answersNothing, extendedError(22, 23), saysNoUrl],
    },
    {
      id: 'forward-silence',
      source: 'RFC 8914 §4.23',
      level: 'open',
      title: 'When there is no answer in some seconds it is SERVFAIL with extended error 22, and not an error of HTTP.',
      ask: failing('silent.example'),
      checks: [status(200), rcode('SERVFAIL'), extendedError(22)],
    },
    {
      id: 'forward-failure-not-kept',
      source: 'RFC 9520 §3.2',
      level: 'must',
      title: 'A failure is kept for no more than five minutes.',
      ask: failing('error.example'),
      checks: [rcode('SERVFAIL'), freshAtMost(300)],
    },
  ],
};
