/** The header of an answer, and its question. */
import type { Topic } from '../case.ts';
import { dns, echoes, has, lacks, rcode } from '../checks/dns.ts';
import { status } from '../checks/http.ts';
import { post } from '../http/request.ts';
import { query, wireName } from '../message/query.ts';
import { api, foreign, many, missing, web } from './names.ts';

const found = query(web, 'A');
const noData = query(api, 'AAAA');
const noName = query(missing, 'A');
const refused = query(foreign, 'A');
const bad = query(web, 'A', { counts: [2, 0, 0, 0] });
const all = [found, noData, noName, refused].map((message) => post(message));
const spelledOddly = query('wEb.ShOp.SvC.ClUsTeR.lOcAl', 'A');
const oddOctets = query('a\\000b\\255\\046c.cluster.local', 'A');
const oddClass = query(web, 'A', { qclass: 0x1234 });

export const header: Topic = {
  name: 'Header and question',
  cases: [
    {
      id: 'header-qr',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'An answer says that it is one, with the opcode of its question.',
      ask: all,
      checks: [has('QR'), dns(({ opcode }) => (opcode === 0 ? undefined : `opcode ${opcode}`))],
    },
    {
      id: 'header-aa',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'What the zone says, be it that a name or a type is not there, is said with authority.',
      ask: [found, noData, noName].map((message) => post(message)),
      checks: [has('AA')],
    },
    {
      id: 'header-no-aa',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'What is refused is not.',
      ask: [refused, query(web, 'A', { qclass: 3 })].map((message) => post(message)),
      checks: [lacks('AA')],
    },
    {
      id: 'header-no-tc',
      source: 'RFC 2181 §9',
      level: 'must',
      title: 'No answer is truncated, since there is no larger transport to ask over.',
      ask: [...all, post(query(web, 'A', { edns: { size: 512 } }))],
      checks: [lacks('TC')],
    },
    {
      id: 'header-large-set',
      source: 'RFC 8484 §6',
      level: 'open',
      title: 'Of a set that no message holds, as much as fits is answered, without TC.',
      ask: post(query(many, 'A')),
      checks: [
        rcode('NOERROR'),
        lacks('TC'),
        dns(({ answer }) => (answer.length >= 1000 ? undefined : `${answer.length} records`)),
      ],
    },
    {
      id: 'header-large-set-answered',
      source: 'RFC 8484 §4.2.1',
      level: 'must',
      title: 'Such a set is answered with a DNS message, and not with an error of HTTP.',
      ask: post(query(many, 'A')),
      checks: [status(200), rcode('NOERROR', 'SERVFAIL')],
    },
    {
      id: 'header-rd',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'RD comes back as it was sent.',
      ask: [post(query(web, 'A')), post(query(web, 'A', { flags: [] }))],
      checks: [(answer, { body }) => ((body![2]! & 1) === 1 ? has('RD') : lacks('RD'))(answer, { body } as never)],
    },
    {
      id: 'header-ra',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'A server that does not ask others on a client’s behalf does not offer it.',
      ask: all,
      checks: [lacks('RA')],
    },
    {
      id: 'header-z',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'The reserved bit is clear.',
      ask: [...all, post(query(web, 'A', { flags: ['RD', 'Z'] }))],
      checks: [lacks('Z')],
    },
    {
      id: 'header-response-bits-ignored',
      source: 'RFC 1035 §4.1.1',
      level: 'should',
      title: 'AA, TC and RA mean nothing in a question.',
      ask: post(query(web, 'A', { flags: ['AA', 'TC', 'RD', 'RA'] })),
      checks: [rcode('NOERROR'), has('AA'), lacks('TC', 'RA')],
    },
    {
      id: 'header-question',
      source: 'RFC 1035 §4.1.2',
      level: 'must',
      title: 'The question comes back.',
      ask: all,
      checks: [(answer, request) => echoes(request.body!)(answer, request)],
    },
    {
      id: 'header-question-letters',
      source: 'RFC 4343 §4.1',
      level: 'should',
      title: 'It comes back in its own letter case.',
      ask: post(spelledOddly),
      checks: [rcode('NOERROR'), echoes(spelledOddly)],
    },
    {
      id: 'header-question-octets',
      source: 'RFC 2181 §11',
      level: 'must',
      title: 'It comes back with whatever octets its name has.',
      ask: post(oddOctets),
      checks: [rcode('NXDOMAIN'), echoes(oddOctets)],
    },
    {
      id: 'header-question-class',
      source: 'RFC 6895 §3.2',
      level: 'should',
      title: 'It comes back with a class that nobody knows.',
      ask: post(oddClass),
      checks: [echoes(oddClass)],
    },
    {
      id: 'header-no-question',
      source: 'RFC 1035 §4.1.1',
      level: 'open',
      title: 'FORMERR for a question that could not be read has none.',
      ask: [post(bad), post(query(Uint8Array.from([64, 1, 0]), 'A'))],
      checks: [rcode('FORMERR'), dns(({ counts }) => (counts.join() === '0,0,0,0' ? undefined : `counts ${counts}`))],
    },
    {
      id: 'header-counts',
      source: 'RFC 1035 §4.1.1',
      level: 'must',
      title: 'The counts of the header are those of the records.',
      ask: all,
      checks: [
        dns(({ counts, records, opts }) => {
          const total = counts[1]! + counts[2]! + counts[3]!;
          return counts[0] === 1 && total === records.length + opts.length ? undefined : `counts ${counts}`;
        }),
      ],
    },
    {
      id: 'header-longest-name',
      source: 'RFC 1035 §2.3.4',
      level: 'must',
      title: 'A question with a name of 255 octets is answered.',
      ask: post(query(longName(255), 'A')),
      checks: [rcode('NXDOMAIN')],
    },
  ],
};

/** Below the zone, with labels of one octet. */
function longName(octets: number): Uint8Array {
  const end = wireName('cluster.local');
  const room = octets - end.length;
  const labels = Array.from({ length: Math.floor(room / 2) - 1 }, () => [1, 0x61]).flat();
  const rest = room - labels.length;
  return Uint8Array.from([...labels, rest - 1, ...Array.from({ length: rest - 1 }, () => 0x62), ...end]);
}
