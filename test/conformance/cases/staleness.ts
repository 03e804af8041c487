/** Answers from a snapshot that has become old, and the serial that every answer can be traced to. */
import type { Topic } from '../case.ts';
import { answersNothing, dns, has, hasSoaOf, lacks, rcode } from '../checks/dns.ts';
import { extendedError, hasNoExtendedError, hasOption } from '../checks/edns.ts';
import { freshAtMost, freshSeconds } from '../checks/http.ts';
import type { ClusterState } from '../http/exchange.ts';
import { post } from '../http/request.ts';
import { query } from '../message/query.ts';
import { serial } from '../zone.ts';
import { api, foreign, missing, text, web, zone } from './names.ts';

const plain = { edns: {} };
const asked = (state: ClusterState, name: string, type: 'A' | 'AAAA' | 'SOA' | 'TXT' = 'A') =>
  post(query(name, type, plain), { at: state });

/** All TTLs of the answer. */
const ttlsAtMost = (most: number) =>
  dns(({ records }) => {
    const over = records.map(({ ttlSeconds }) => ttlSeconds).filter((seconds) => seconds > most);
    return over.length === 0 ? undefined : `TTL ${over[0]}`;
  });

const serialIs = dns(({ answer, authority }) => {
  const soa = [...answer, ...authority].find((line) => / SOA /.test(line));
  return soa?.split(' ')[6] === String(serial) ? undefined : `SOA "${soa}"`;
});

export const staleness: Topic = {
  name: 'Old snapshots',
  cases: [
    {
      id: 'stale-answered',
      source: 'RFC 8767 §4',
      level: 'open',
      title: 'A snapshot that is somewhat old is answered from, and extended error 3 says so.',
      ask: [asked('stale', web), asked('stale', api, 'AAAA'), asked('stale', text, 'TXT')],
      checks: [rcode('NOERROR'), has('AA'), extendedError(3)],
    },
    {
      id: 'stale-no-name',
      source: 'RFC 8914 §4.20',
      level: 'open',
      title: 'For a name that does not exist it is extended error 19.',
      ask: asked('stale', missing),
      checks: [rcode('NXDOMAIN'), hasSoaOf(zone), extendedError(19)],
    },
    {
      id: 'stale-ttl',
      source: 'RFC 8767 §4',
      level: 'open',
      title: 'Its TTLs are no longer than the 30 seconds that are recommended to caches.',
      ask: [asked('stale', web), asked('stale', zone, 'SOA')],
      checks: [rcode('NOERROR'), ttlsAtMost(30)],
    },
    {
      id: 'stale-negative-ttl',
      source: 'RFC 8767 §4',
      level: 'open',
      title: 'That a name does not exist is kept for five seconds only: it may by now.',
      ask: [asked('stale', missing), asked('stale', api, 'AAAA')],
      checks: [ttlsAtMost(5), freshAtMost(5)],
    },
    {
      id: 'stale-freshness',
      source: 'RFC 8484 §5.1',
      level: 'must',
      title: 'HTTP keeps it no longer than DNS does.',
      ask: asked('stale', web),
      checks: [
        rcode('NOERROR'),
        dns(({ records }, answer) => {
          const seconds = freshSeconds(answer);
          const lowest = Math.min(...records.map(({ ttlSeconds }) => ttlSeconds));
          return seconds !== undefined && seconds <= lowest ? undefined : `kept for ${seconds} s, TTL ${lowest}`;
        }),
      ],
    },
    {
      id: 'stale-refused',
      source: 'RFC 8914 §4.21',
      level: 'open',
      title: 'What is in no zone is refused, however old the snapshot is.',
      ask: [asked('stale', foreign), asked('expired', foreign)],
      checks: [rcode('REFUSED'), lacks('AA'), extendedError(20)],
    },
    {
      id: 'stale-too-old',
      source: 'RFC 8914 §4.23',
      level: 'open',
      title: 'A snapshot that is too old is not answered from: SERVFAIL, and 22.',
      ask: [asked('expired', web), asked('expired', missing), asked('expired', zone, 'SOA')],
      checks: [rcode('SERVFAIL'), answersNothing, lacks('AA'), extendedError(22)],
    },
    {
      id: 'stale-never-no-name',
      source: 'RFC 1035 §4.1.1',
      level: 'open',
      title: 'From ignorance it never follows that a name does not exist.',
      ask: [asked('expired', missing), asked('unpublished', missing), asked('unpublished', web)],
      checks: [rcode('SERVFAIL')],
    },
    {
      id: 'stale-fresh',
      source: 'RFC 8767 §4',
      level: 'open',
      title: 'A snapshot that is not old is answered without a word about age.',
      ask: [post(query(web, 'A', plain)), post(query(missing, 'A', plain))],
      checks: [rcode('NOERROR', 'NXDOMAIN'), hasNoExtendedError],
    },
    {
      id: 'stale-serial',
      source: 'RFC 1035 §3.3.13',
      level: 'must',
      title: 'The SOA has the serial of the snapshot, in answers of every kind.',
      ask: [post(query(zone, 'SOA')), post(query(missing, 'A')), post(query(api, 'AAAA')), asked('stale', missing)],
      checks: [serialIs],
    },
    {
      id: 'stale-age',
      source: 'RFC 5001 §2.2',
      level: 'open',
      title: 'Whoever asks which server answered is told how old its snapshot is.',
      ask: post(query(web, 'A', { edns: { options: [[3, []]] } }), { at: 'stale' }),
      checks: [
        hasOption(3, (data) => {
          const seconds = Number(/age=(\d+)s/.exec(Buffer.from(data).toString('utf8'))?.[1]);
          return seconds >= 3600 && seconds < 4000 ? undefined : `NSID "${Buffer.from(data).toString('utf8')}"`;
        }),
      ],
    },
  ],
};
