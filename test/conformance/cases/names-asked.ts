/** Names as octets: letter case, odd labels, lengths, and what is no name at all. */
import type { Topic } from '../case.ts';
import { answers, dns, isRejected, noName, rcode, refusedName } from '../checks/dns.ts';
import { post } from '../http/request.ts';
import { query } from '../message/query.ts';
import { ttlSeconds as ttl } from '../zone.ts';
import { api, odd, pod, web, webAddresses, zone } from './names.ts';

const hasOneRecord = [
  rcode('NOERROR'),
  dns(({ answer }) => (answer.length === 1 ? undefined : `${answer.length} records`)),
];

/** A question whose name is these octets and ends where they end. */
const raw = (...octets: readonly number[]) => post(query(Uint8Array.from(octets), 'A'));

export const namesAsked: Topic = {
  name: 'Names',
  cases: [
    {
      id: 'names-letter-case',
      source: 'RFC 4343 §3',
      level: 'must',
      title: 'A name is found in any letter case.',
      ask: [web.toUpperCase(), 'Web.shop.sVc.cluster.LOCAL'].map((name) => post(query(name, 'A'))),
      checks: [rcode('NOERROR'), dns(({ answer }) => (answer.length === 3 ? undefined : `${answer.length} records`))],
    },
    {
      id: 'names-ascii-case-only',
      source: 'RFC 4343 §3',
      level: 'must',
      title: 'Only the letters A to Z have a case: É is not é.',
      ask: [post(query(`caf\\233.${odd}`, 'A')), post(query(`caf\\201.${odd}`, 'A'))],
      checks: [rcode('NOERROR', 'NXDOMAIN')],
      together: ([small, capital]) =>
        rcode('NOERROR')(small!, post(new Uint8Array(0))) ?? rcode('NXDOMAIN')(capital!, post(new Uint8Array(0))),
    },
    {
      id: 'names-kelvin',
      source: 'RFC 4343 §3',
      level: 'must',
      title: 'The Kelvin sign, which some programs fold to k, is no k.',
      ask: post(query(`doc\\226\\132\\170s.shop.svc.${zone}`, 'A')),
      checks: [rcode('NXDOMAIN')],
    },
    {
      id: 'names-dot-in-label',
      source: 'RFC 2181 §11',
      level: 'must',
      title: 'A dot inside a label is not one between labels.',
      ask: [
        post(query(`web-0\\.web.shop.svc.${zone}`, 'A')),
        post(query(`web\\.shop.svc.${zone}`, 'A')),
        post(query(`a.b.${odd}`, 'A')),
      ],
      checks: [rcode('NXDOMAIN')],
    },
    {
      id: 'names-dot-in-label-found',
      source: 'RFC 2181 §11',
      level: 'must',
      title: 'A name with such a label is found.',
      ask: post(query(`a\\.b.${odd}`, 'A')),
      checks: hasOneRecord,
    },
    {
      id: 'names-any-octets',
      source: 'RFC 2181 §11',
      level: 'must',
      title: 'Labels may hold any octets: such names are looked up like all others.',
      ask: ['\\000', '\\032', '\\255\\254', 'a\\010b', '*', '@'].map((label) => post(query(`${label}.${zone}`, 'A'))),
      checks: [rcode('NXDOMAIN')],
    },
    {
      id: 'names-of-objects',
      source: 'RFC 2181 §11',
      level: 'must',
      title: 'Names that mean something to a programming language mean nothing here.',
      ask: ['__proto__', 'constructor', 'hasOwnProperty', 'toString'].map((label) =>
        post(query(`${label}.shop.svc.${zone}`, 'A')),
      ),
      checks: noName(zone),
    },
    {
      id: 'names-underscore',
      source: 'RFC 2181 §11',
      level: 'must',
      title: 'Names need not be names of hosts.',
      ask: post(query(`_http._tcp.${web}`, 'SRV')),
      checks: [rcode('NOERROR')],
    },
    {
      id: 'names-longest-label',
      source: 'RFC 1035 §2.3.4',
      level: 'must',
      title: 'A label may have 63 octets.',
      ask: post(query(`${'a'.repeat(63)}.${zone}`, 'A')),
      checks: [rcode('NXDOMAIN')],
    },
    {
      id: 'names-most-labels',
      source: 'RFC 1035 §2.3.4',
      level: 'must',
      title: 'A name may have 127 labels, and none need be in a zone.',
      ask: post(query('a.'.repeat(127), 'A')),
      checks: refusedName,
    },
    {
      id: 'names-too-long',
      source: 'RFC 1035 §2.3.4',
      level: 'must',
      title: 'A name of more than 255 octets is malformed.',
      ask: post(query('a.'.repeat(128), 'A')),
      checks: [isRejected],
    },
    {
      id: 'names-label-types',
      source: 'RFC 6891 §5',
      level: 'must',
      title: 'Labels of the types 01 and 10, which nobody may use, are malformed.',
      ask: [raw(0x41, 0x61, 0), raw(0x80, 0x61, 0), raw(1, 0x61, 0x7f, 0)],
      checks: [isRejected],
    },
    {
      id: 'names-pointer',
      source: 'RFC 1035 §4.1.4',
      level: 'must',
      title: 'A question’s name cannot point anywhere: to itself, ahead, or into the header.',
      ask: [raw(0xc0, 12), raw(1, 0x61, 0xc0, 12), raw(0xc0, 20), raw(0xff, 0xff)],
      checks: [isRejected],
    },
    {
      id: 'names-pointer-to-header',
      source: 'RFC 1035 §4.1.4',
      level: 'open',
      title: 'Into the header neither, though the octets there may look like a name.',
      ask: raw(0xc0, 4),
      checks: [isRejected],
    },
    {
      id: 'names-cut-off',
      source: 'RFC 1035 §4.1.2',
      level: 'must',
      title: 'A message that ends inside its question is malformed.',
      ask: [13, 20, 25, 38].map((octets) => post(query(api, 'A').slice(0, octets))),
      checks: [isRejected],
    },
    {
      id: 'names-root',
      source: 'RFC 1034 §3.1',
      level: 'must',
      title: 'The root is a name, though not one of this server’s.',
      ask: [post(query('.', 'A')), post(query('.', 'NS'))],
      checks: refusedName,
    },
    {
      id: 'names-owner-spelling',
      source: 'RFC 4343 §4.1',
      level: 'open',
      title: 'The owner of what is answered is spelled like the question.',
      ask: post(query('WEB.shop.svc.cluster.local', 'A')),
      checks: [answers(...webAddresses.map((line) => line.replace(/^web/, 'WEB')))],
    },
    {
      id: 'names-target-zone',
      source: 'RFC 1034 §4.3.2',
      level: 'must',
      title: 'A name below a name that exists is found only if it is there itself.',
      ask: [post(query(pod, 'A')), post(query(`web-9.${web}`, 'A'))],
      checks: [rcode('NOERROR', 'NXDOMAIN')],
      together: ([here, absent]) =>
        answers(`${pod} ${ttl} IN A 10.244.1.1`)(here!, post(new Uint8Array(0))) ??
        rcode('NXDOMAIN')(absent!, post(new Uint8Array(0))),
    },
    {
      id: 'names-no-wildcard',
      source: 'RFC 4592 §2.1.1',
      level: 'must',
      title: 'An asterisk in a question is no wildcard.',
      ask: post(query(`*.${web}`, 'A')),
      checks: noName(zone),
    },
    {
      id: 'names-record-owner-pointer',
      source: 'RFC 1035 §4.1.4',
      level: 'must',
      title: 'Pointers that lead round in a circle do no harm.',
      ask: post(
        query(api, 'A', {
          counts: [1, 0, 0, 1],
          tail: Uint8Array.from([0xc0, 44, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]),
        }),
      ),
      checks: [isRejected],
    },
  ],
};
