/** The records of an answer: which, where, and how they are written. */
import type { Topic } from '../case.ts';
import {
  answers,
  authorityIsEmpty,
  dns,
  has,
  hasSoaOf,
  messageOf,
  noData,
  noName,
  rcode,
  refusedName,
  section,
} from '../checks/dns.ts';
import { post } from '../http/request.ts';
import { query, types } from '../message/query.ts';
import { alias, minimumSeconds, serial, shortTtlSeconds, soaTtlSeconds, ttlSeconds as ttl } from '../zone.ts';
import * as names from './names.ts';
import {
  api,
  docs,
  empty,
  gone,
  missing,
  outside,
  pod,
  reverse,
  short,
  text,
  web,
  webServices,
  zone,
} from './names.ts';

const services = [0, 1, 2].map((i) => `${webServices} ${ttl} IN SRV 0 33 80 web-${i}.${web}`);
const soa = `${zone} ${soaTtlSeconds} IN SOA ns.dns.${zone} hostmaster.${zone} ${serial} 7200 1800 86400 ${minimumSeconds}`;

export const sections: Topic = {
  name: 'Records',
  cases: [
    {
      id: 'records-address',
      source: 'RFC 1035 §3.4.1',
      level: 'must',
      title: 'A name’s IPv4 addresses are answered, all and nothing else.',
      ask: post(query(web, 'A')),
      checks: [rcode('NOERROR'), answers(...names.webAddresses)],
    },
    {
      id: 'records-address-ipv6',
      source: 'RFC 3596 §2.2',
      level: 'must',
      title: 'So are its IPv6 addresses.',
      ask: post(query(pod, 'AAAA')),
      checks: [rcode('NOERROR'), answers(`${pod} ${ttl} IN AAAA fd00::1:1`)],
    },
    {
      id: 'records-services',
      source: 'RFC 2782',
      level: 'must',
      title: 'The ports of a service are answered as SRV records.',
      ask: post(query(webServices, 'SRV')),
      checks: [rcode('NOERROR'), answers(...services)],
    },
    {
      id: 'records-services-uncompressed',
      source: 'RFC 2782',
      level: 'must',
      title: 'Names in SRV records are written out in full.',
      ask: post(query(webServices, 'SRV')),
      checks: [
        dns(({ records }) => {
          const data = records.filter(({ type }) => type === types.SRV).map((record) => record.data);
          const isWhole = data.length === 3 && data.every((octets) => octets.at(-1) === 0 && octets.length > 30);
          return isWhole ? undefined : 'a name in an SRV record is compressed';
        }),
      ],
    },
    {
      id: 'records-services-addresses',
      source: 'RFC 2782',
      level: 'should',
      title: 'The addresses of the servers come along.',
      ask: post(query(webServices, 'SRV')),
      checks: [
        dns(({ additional }) => {
          const found = additional.filter((line) => / (A|AAAA) /.test(line) && line.startsWith('web-'));
          return found.length === 6 ? undefined : `${found.length} addresses in the additional section`;
        }),
      ],
    },
    {
      id: 'records-text',
      source: 'RFC 1035 §3.3.14',
      level: 'must',
      title: 'A TXT record keeps its strings apart.',
      ask: post(query(text, 'TXT')),
      checks: [answers(`${text} ${ttl} IN TXT "first" "second one"`)],
    },
    {
      id: 'records-soa',
      source: 'RFC 1035 §3.3.13',
      level: 'must',
      title: 'The zone has one SOA record, with the serial of what was published.',
      ask: post(query(zone, 'SOA')),
      checks: [rcode('NOERROR'), answers(soa)],
    },
    {
      id: 'records-ns',
      source: 'RFC 1034 §4.2.1',
      level: 'must',
      title: 'The zone has an NS record.',
      ask: post(query(zone, 'NS')),
      checks: [rcode('NOERROR'), answers(`${zone} ${ttl} IN NS ns.dns.${zone}`)],
    },
    {
      id: 'records-pointer',
      source: 'RFC 1035 §3.5',
      level: 'must',
      title: 'An address leads back to its name.',
      ask: post(query(`1.1.244.${reverse}`, 'PTR')),
      checks: [rcode('NOERROR'), answers(`1.1.244.${reverse} ${ttl} IN PTR ${pod}`)],
    },
    {
      id: 'records-pointer-missing',
      source: 'RFC 2308 §2.1',
      level: 'must',
      title: 'An address that nobody has is NXDOMAIN in the reverse zone.',
      ask: post(query(`200.1.244.${reverse}`, 'PTR')),
      checks: noName(reverse),
    },
    {
      id: 'records-pointer-between',
      source: 'RFC 8020 §2',
      level: 'must',
      title: 'A part of an address that somebody has is a name without records.',
      ask: [post(query(`1.244.${reverse}`, 'PTR')), post(query(`244.${reverse}`, 'PTR'))],
      checks: noData(reverse),
    },
    {
      id: 'records-alias-zone',
      source: 'RFC 1034 §4.3.2',
      level: 'must',
      title: 'Under the zone’s other name the same is answered, with names below that one.',
      ask: post(query(`_http._tcp.web.shop.svc.${alias}`, 'SRV')),
      checks: [answers(...services.map((line) => line.replaceAll(zone, alias)))],
    },
    {
      id: 'records-cname-followed',
      source: 'RFC 1034 §4.3.2',
      level: 'must',
      title: 'An alias is answered with what it leads to.',
      ask: post(query(docs, 'A')),
      checks: [rcode('NOERROR'), has('AA'), answers(`${docs} ${ttl} IN CNAME ${web}`, ...names.webAddresses)],
    },
    {
      id: 'records-cname-asked',
      source: 'RFC 1034 §4.3.2',
      level: 'must',
      title: 'Whoever asks for the alias itself gets just that.',
      ask: post(query(short, 'CNAME')),
      checks: [rcode('NOERROR'), answers(`${short} ${shortTtlSeconds} IN CNAME ${web}`)],
    },
    {
      id: 'records-cname-no-name',
      source: 'RFC 6604 §3',
      level: 'must',
      title: 'An alias of a name that does not exist is NXDOMAIN.',
      ask: post(query(gone, 'A')),
      checks: [rcode('NXDOMAIN'), answers(`${gone} ${ttl} IN CNAME ${missing}`), hasSoaOf(zone)],
    },
    {
      id: 'records-cname-no-data',
      source: 'RFC 2308 §3',
      level: 'must',
      title: 'An alias of a name that has no such record is NOERROR, with the SOA.',
      ask: post(query(docs, 'MX')),
      checks: [rcode('NOERROR'), answers(`${docs} ${ttl} IN CNAME ${web}`), hasSoaOf(zone)],
    },
    {
      id: 'records-cname-outside',
      source: 'RFC 1034 §4.3.2',
      level: 'must',
      title: 'An alias of somebody else’s name is answered as it is: the client goes on there.',
      ask: post(query(outside, 'A')),
      checks: [rcode('NOERROR'), answers(`${outside} ${ttl} IN CNAME ${names.outsideTarget}`)],
    },
    {
      id: 'records-cname-loop',
      source: 'RFC 1034 §3.6.2',
      level: 'open',
      title: 'Aliases that lead round in a circle are answered once.',
      ask: post(query(`loop.${names.namespace}`, 'A')),
      checks: [rcode('NOERROR'), dns(({ answer }) => (answer.length === 2 ? undefined : `${answer.length} records`))],
    },
    {
      id: 'records-no-data',
      source: 'RFC 2308 §2.2',
      level: 'must',
      title: 'A name without such a record is NOERROR with one SOA, that of the zone.',
      ask: [post(query(api, 'AAAA')), post(query(text, 'A')), post(query(zone, 'A'))],
      checks: noData(zone),
    },
    {
      id: 'records-no-name',
      source: 'RFC 2308 §2.1',
      level: 'must',
      title: 'A name that does not exist is NXDOMAIN with one SOA, that of the zone.',
      ask: [post(query(missing, 'A')), post(query(`x.${api}`, 'A')), post(query(missing, 'TXT'))],
      checks: noName(zone),
    },
    {
      id: 'records-negative-ttl',
      source: 'RFC 2308 §3',
      level: 'must',
      title: 'The SOA beside it lives no longer than its own TTL and its MINIMUM.',
      ask: [post(query(api, 'AAAA')), post(query(missing, 'A'))],
      checks: [
        dns(({ authority }) => {
          const [, seconds] = authority[0]?.split(' ') ?? [];
          return Number(seconds) <= Math.min(soaTtlSeconds, minimumSeconds) ? undefined : `TTL ${seconds}`;
        }),
      ],
    },
    {
      id: 'records-empty-non-terminal',
      source: 'RFC 8020 §2',
      level: 'must',
      title: 'A name that only has names below it exists: it is NOERROR without records.',
      ask: [empty, names.namespace, `svc.${zone}`, names.odd].map((name) => post(query(name, 'A'))),
      checks: noData(zone),
    },
    {
      id: 'records-no-delegation',
      source: 'RFC 1034 §4.3.2',
      level: 'open',
      title: 'A positive answer has nothing in its authority section.',
      ask: [post(query(web, 'A')), post(query(webServices, 'SRV'))],
      checks: [rcode('NOERROR'), authorityIsEmpty],
    },
    {
      id: 'records-nothing-beside',
      source: 'RFC 1034 §4.3.2',
      level: 'open',
      title: 'Addresses come with nothing in the additional section.',
      ask: post(query(web, 'A')),
      checks: [rcode('NOERROR'), section('additional', [])],
    },
    {
      id: 'records-one-ttl',
      source: 'RFC 2181 §5.2',
      level: 'must',
      title: 'The records of a set have one TTL.',
      ask: [post(query(web, 'A')), post(query(webServices, 'SRV'))],
      checks: [
        dns(({ records }) => {
          const ttls = new Set(
            records.filter((record) => record.section === 'answer').map((record) => record.ttlSeconds),
          );
          return ttls.size === 1 ? undefined : `TTLs ${[...ttls]}`;
        }),
      ],
    },
    {
      id: 'records-ttl-range',
      source: 'RFC 2181 §8',
      level: 'must',
      title: 'No TTL has its highest bit set.',
      ask: [post(query(web, 'A')), post(query(zone, 'SOA')), post(query(missing, 'A'))],
      checks: [
        dns(({ records }) =>
          records.every((record) => record.ttlSeconds < 2 ** 31) ? undefined : 'a TTL is too high',
        ),
      ],
    },
    {
      id: 'records-once',
      source: 'RFC 2181 §5',
      level: 'must',
      title: 'No record comes twice.',
      ask: [post(query(web, 'A')), post(query(webServices, 'SRV')), post(query(docs, 'A'))],
      checks: [dns(({ answer }) => (new Set(answer).size === answer.length ? undefined : 'a record comes twice'))],
    },
    {
      id: 'records-class',
      source: 'RFC 1035 §3.2.4',
      level: 'must',
      title: 'Records are of the class that was asked.',
      ask: [post(query(webServices, 'SRV')), post(query(missing, 'A'))],
      checks: [
        dns(({ records }) => (records.every((record) => record.class === 1) ? undefined : 'a record of another class')),
      ],
    },
    {
      id: 'records-turns',
      source: 'RFC 1794 §3',
      level: 'open',
      title: 'Addresses come in changing order, so that clients that take the first spread over all.',
      ask: Array.from({ length: 16 }, (_, i) => post(query(web, 'A', { id: i }))),
      checks: [rcode('NOERROR')],
      together: (all) => {
        const orders = new Set(all.map((answer) => messageOf(answer)?.answer.join()));
        return orders.size > 1 ? undefined : 'always in the same order';
      },
    },
    {
      id: 'records-owner-pointer',
      source: 'RFC 1035 §4.1.4',
      level: 'open',
      title: 'Owners are pointers to the question, which keeps its spelling and makes answers small.',
      ask: post(query(web.toUpperCase(), 'A')),
      checks: [
        dns(({ records }) =>
          records.every(({ ownerIsPointer }) => ownerIsPointer) ? undefined : 'an owner is written out',
        ),
      ],
    },
    {
      id: 'records-label-boundary',
      source: 'RFC 1034 §3.1',
      level: 'must',
      title: 'A name that only ends like the zone is not in it.',
      ask: [post(query('notcluster.local', 'A')), post(query('web.shop.svc.xcluster.local', 'A'))],
      checks: refusedName,
    },
    {
      id: 'records-parent',
      source: 'RFC 1034 §4.2',
      level: 'must',
      title: 'Names above and beside the zone are not claimed.',
      ask: [post(query(names.foreign, 'A')), post(query('com', 'NS')), post(query('.', 'NS'))],
      checks: refusedName,
    },
  ],
};
