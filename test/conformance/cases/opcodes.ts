/** Opcodes, classes and types, and messages that are no plain question. */
import type { Check, Topic } from '../case.ts';
import {
  answers,
  answersNothing,
  dns,
  echoes,
  isRejected,
  lacks,
  noData,
  noName,
  rcode,
  refusedName,
} from '../checks/dns.ts';
import { extendedError } from '../checks/edns.ts';
import { post } from '../http/request.ts';
import { type QueryFields, query, record, type TypeName, uint16, wireName } from '../message/query.ts';
import { ttlSeconds as ttl } from '../zone.ts';
import * as names from './names.ts';
import { api, apiAddress, docs, empty, missing, text, web, webServices, zone } from './names.ts';

const opcode = (number: number) => post(query(zone, 'SOA', { opcode: number, flags: [] }));
const copies: Check = (answer, { body }) => {
  const wanted = (body![2]! >> 3) & 15;
  return dns((message) => (message.opcode === wanted ? undefined : `opcode ${message.opcode}`))(answer, post(body!));
};
const notImplemented = [rcode('NOTIMP'), copies, lacks('AA')];
const ofClass = (qclass: number) => post(query(web, 'A', { qclass }));
const ofType = (type: TypeName | number, name = web) => post(query(name, type, { edns: {} }));
const bomb = Buffer.from([0, 0, 1, 0, ...[65_535, 65_535, 65_535, 65_535].flatMap(uint16)]);
const extra = record(wireName('x'), 1, 1, [0, 0, 0, 0], Uint8Array.from([1, 2, 3, 4]));
const extras = (...counts: readonly [number, number, number]): QueryFields => {
  const [answer, authority, additional] = counts.map((count) => Array.from({ length: count }, () => extra));
  return { records: [answer!, authority!, additional!] };
};

/** Deletes the name (RFC 2136 §2.5.3), with the zone as its question. */
const update = query(zone, 'SOA', {
  opcode: 5,
  flags: [],
  records: [[], [record(wireName(web), 255, 255, [0, 0, 0, 0], new Uint8Array(0))], []],
});

export const opcodes: Topic = {
  name: 'Opcodes, classes and types',
  cases: [
    {
      id: 'opcode-iquery',
      source: 'RFC 3425 §3',
      level: 'should',
      title: 'IQUERY is NOTIMP.',
      ask: opcode(1),
      checks: notImplemented,
    },
    {
      id: 'opcode-status',
      source: 'RFC 1035 §4.1.1',
      level: 'should',
      title: 'STATUS is NOTIMP.',
      ask: opcode(2),
      checks: notImplemented,
    },
    {
      id: 'opcode-notify',
      source: 'RFC 1996 §3.12',
      level: 'open',
      title: 'NOTIFY, which is for secondary servers, is NOTIMP.',
      ask: opcode(4),
      checks: notImplemented,
    },
    {
      id: 'opcode-update',
      source: 'RFC 2136 §3.3',
      level: 'open',
      title: 'UPDATE is NOTIMP.',
      ask: post(update),
      checks: notImplemented,
    },
    {
      id: 'opcode-update-not-done',
      source: 'RFC 2136 §3.3',
      level: 'must',
      title: 'And nothing is changed by it.',
      ask: [post(update), post(query(web, 'A'))],
      checks: [],
      together: (all) => answers(...names.webAddresses)(all[1]!, post(update)),
    },
    {
      id: 'opcode-dso',
      source: 'RFC 8490 §5.1.1',
      level: 'should',
      title: 'Stateful operations, which have no meaning over HTTP, are NOTIMP.',
      ask: post(Buffer.from([0, 1, 6 << 3, ...Array.from({ length: 9 }, () => 0)])),
      checks: notImplemented,
    },
    {
      id: 'opcode-unassigned',
      source: 'RFC 8906 §3.1.4',
      level: 'must',
      title: 'Opcodes that nobody has defined are NOTIMP.',
      ask: [3, 7, 8, 9, 10, 11, 12, 13, 14, 15].map(opcode),
      checks: notImplemented,
    },
    {
      id: 'opcode-empty',
      source: 'RFC 6895 §2.2',
      level: 'open',
      title: 'NOTIMP repeats nothing behind the header, which may mean anything.',
      ask: opcode(15),
      checks: [rcode('NOTIMP'), dns(({ counts }) => (counts.join() === '0,0,0,0' ? undefined : `counts ${counts}`))],
    },
    {
      id: 'class-other',
      source: 'RFC 1035 §3.2.4',
      level: 'open',
      title: 'A class that the zone is not of is refused: CH, HS, NONE and those that nobody knows.',
      ask: [3, 4, 254, 0x1234].map(ofClass),
      checks: refusedName,
    },
    {
      id: 'class-any',
      source: 'RFC 1035 §3.2.5',
      level: 'open',
      title: 'So is the class ANY.',
      ask: ofClass(255),
      checks: refusedName,
    },
    {
      id: 'class-extended-error',
      source: 'RFC 8914 §4.22',
      level: 'open',
      title: 'That a class is not served is said with extended error 21.',
      ask: post(query(web, 'A', { qclass: 3, edns: {} })),
      checks: [rcode('REFUSED'), extendedError(21)],
    },
    {
      id: 'class-version',
      source: 'RFC 4892 §3',
      level: 'open',
      title: 'What software this is, is nobody’s business.',
      ask: ['version.bind', 'version.server', 'id.server', 'hostname.bind'].map((name) =>
        post(query(name, 'TXT', { qclass: 3 })),
      ),
      checks: refusedName,
    },
    {
      id: 'type-unknown',
      source: 'RFC 8906 §3.1.2',
      level: 'must',
      title: 'A type that nobody knows is one that the name does not have.',
      ask: [1000, 4000, 65_280, 65_534].map((type) => ofType(type)),
      checks: noData(zone),
    },
    {
      id: 'type-unknown-no-name',
      source: 'RFC 8906 §3.1.2',
      level: 'must',
      title: 'Of a name that does not exist it is NXDOMAIN.',
      ask: [1000, 65_280].map((type) => ofType(type, missing)),
      checks: noName(zone),
    },
    {
      id: 'type-others',
      source: 'RFC 2308 §2.2',
      level: 'must',
      title: 'So are the many types that a cluster has no records of.',
      ask: (['MX', 'HINFO', 'SVCB', 'HTTPS', 'PTR', 'NS', 'SOA'] as const).map((type) => ofType(type)),
      checks: noData(zone),
    },
    {
      id: 'type-any',
      source: 'RFC 8482 §4.1',
      level: 'open',
      title: 'ANY is answered with one of the sets that the name has.',
      ask: [ofType('ANY'), ofType('ANY', api), ofType('ANY', webServices), ofType('ANY', text), ofType('ANY', zone)],
      checks: [
        rcode('NOERROR'),
        dns(({ records }) => {
          const types = new Set(records.filter(({ section }) => section === 'answer').map(({ type }) => type));
          return types.size === 1 ? undefined : `${types.size} sets`;
        }),
      ],
    },
    {
      id: 'type-any-alias',
      source: 'RFC 8482 §4.1',
      level: 'should',
      title: 'ANY of an alias is the alias.',
      ask: ofType('ANY', docs),
      checks: [rcode('NOERROR'), answers(`${docs} ${ttl} IN CNAME ${web}`)],
    },
    {
      id: 'type-any-no-name',
      source: 'RFC 8482 §4',
      level: 'must',
      title: 'ANY of a name that does not exist is NXDOMAIN.',
      ask: ofType('ANY', missing),
      checks: noName(zone),
    },
    {
      id: 'type-any-empty',
      source: 'RFC 8020 §2',
      level: 'must',
      title: 'ANY of a name without records is an empty answer.',
      ask: ofType('ANY', empty),
      checks: noData(zone),
    },
    {
      id: 'type-transfer',
      source: 'RFC 5936 §2.2',
      level: 'should',
      title: 'Zones are not transferred over HTTP: AXFR and IXFR are refused.',
      ask: [ofType('AXFR', zone), ofType('IXFR', zone), ofType('AXFR', web)],
      checks: [rcode('REFUSED', 'NOTIMP'), answersNothing],
    },
    {
      id: 'type-transfer-extended-error',
      source: 'RFC 8914 §4.22',
      level: 'open',
      title: 'With extended error 21.',
      ask: [ofType('AXFR', zone), ofType('IXFR', zone)],
      checks: [rcode('REFUSED'), extendedError(21)],
    },
    {
      id: 'type-opt',
      source: 'RFC 6891 §6.1.1',
      level: 'open',
      title: 'OPT, TSIG, TKEY and the reserved type 0 are no types to ask for: FORMERR, with extended error 30.',
      ask: [ofType('OPT'), ofType('TSIG'), ofType('TKEY'), ofType(0)],
      checks: [rcode('FORMERR'), answersNothing, extendedError(30)],
    },
    {
      id: 'type-nxname',
      source: 'RFC 9824 §3.5',
      level: 'must',
      title: 'Neither is NXNAME: FORMERR.',
      ask: ofType('NXNAME'),
      checks: [rcode('FORMERR'), answersNothing],
    },
    {
      id: 'type-nxname-extended-error',
      source: 'RFC 9824 §3.5',
      level: 'should',
      title: 'With extended error 30.',
      ask: ofType('NXNAME'),
      checks: [extendedError(30)],
    },
    {
      id: 'type-mail',
      source: 'RFC 1035 §3.2.3',
      level: 'open',
      title: 'MAILA and MAILB, long out of use, are types that no name has.',
      ask: [ofType('MAILA'), ofType('MAILB')],
      checks: noData(zone),
    },
    {
      id: 'message-two-questions',
      source: 'RFC 9619 §4',
      level: 'must',
      title: 'A message with two questions is malformed.',
      ask: [
        post(query(api, 'A', { counts: [2, 0, 0, 0], tail: query(web, 'A').slice(12) })),
        post(query(api, 'A', { counts: [65_535, 0, 0, 0] })),
      ],
      checks: [isRejected],
    },
    {
      id: 'message-no-question',
      source: 'RFC 9619 §4',
      level: 'open',
      title: 'A message without a question is FORMERR.',
      ask: post(Buffer.from([0, 0, 1, ...Array.from({ length: 9 }, () => 0)])),
      checks: [rcode('FORMERR')],
    },
    {
      id: 'message-promises',
      source: 'RFC 1035 §4.1.1',
      level: 'should',
      title: 'A header that promises records that do not come is malformed, however many it promises.',
      ask: [
        post(bomb),
        post(query(api, 'A', { counts: [1, 65_535, 65_535, 65_535] })),
        post(query(api, 'A', { counts: [1, 0, 0, 1] })),
      ],
      checks: [isRejected],
    },
    {
      id: 'message-many-records',
      source: 'RFC 1035 §4.1.1',
      level: 'open',
      title: 'A question with more records than one of each kind is FORMERR, before any is read.',
      ask: [extras(2, 0, 0), extras(0, 2, 0), extras(0, 0, 3)].map((fields) => post(query(api, 'A', fields))),
      checks: [rcode('FORMERR')],
    },
    {
      id: 'message-record-ignored',
      source: 'RFC 1995 §3',
      level: 'should',
      title: 'A record that means nothing here, such as the SOA of an IXFR, is passed over.',
      ask: [extras(0, 1, 0), extras(0, 0, 1)].map((fields) => post(query(api, 'A', fields))),
      checks: [answers(apiAddress)],
    },
    {
      id: 'message-odd-records',
      source: 'RFC 3597 §3',
      level: 'open',
      title: 'It is passed over by its length, whatever it holds.',
      ask: [
        record(wireName('x'), 1, 1, [0, 0, 0, 0], new Uint8Array(7)),
        record(wireName('x'), 6, 1, [0, 0, 0, 0], Uint8Array.from([0xc0, 0, 0xc0])),
        record(wireName('x'), 65_280, 255, [255, 255, 255, 255], new Uint8Array(0)),
      ].map((odd) => post(query(api, 'A', { records: [[], [odd], []] }))),
      checks: [answers(apiAddress)],
    },
    {
      id: 'message-hidden-version',
      source: 'RFC 6891 §6.1.3',
      level: 'must',
      title: 'A record of an odd length does not hide the version of the OPT record behind it.',
      ask: post(
        query(api, 'A', {
          records: [[], [], [record(wireName('x'), 1, 1, [0, 0, 0, 0], new Uint8Array(9))]],
          edns: { version: 1 },
        }),
      ),
      checks: [(answer, asked) => (answer.status === 400 ? undefined : rcode('BADVERS', 'FORMERR')(answer, asked))],
    },
    {
      id: 'message-trailing',
      source: 'RFC 1035 §4.1',
      level: 'open',
      title: 'Octets behind the last record are FORMERR.',
      ask: post(query(api, 'A', { tail: Uint8Array.from([0]) })),
      checks: [rcode('FORMERR')],
    },
    {
      id: 'message-signature',
      source: 'RFC 8945 §5.2',
      level: 'open',
      title: 'A signature that nobody here can check is passed over.',
      ask: post(
        query(api, 'A', {
          records: [[], [], [record(wireName('key'), 250, 255, [0, 0, 0, 0], tsigData())]],
        }),
      ),
      checks: [answers(apiAddress)],
    },
    {
      id: 'message-refused-question',
      source: 'RFC 1035 §4.1.2',
      level: 'must',
      title: 'What is refused repeats its question.',
      ask: [query(web, 'A', { qclass: 3 }), query(zone, 'AXFR')].map((message) => post(message)),
      checks: [(answer, asked) => echoes(asked.body!)(answer, asked)],
    },
  ],
};

/** HMAC-SHA256 of nothing in particular (RFC 8945 §4.2). */
function tsigData(): Uint8Array {
  const macOctets = 32;
  const seconds = Math.floor(Date.now() / 1000);
  const time = [0, 0, ...uint16(Math.floor(seconds / 65_536)), ...uint16(seconds % 65_536)];
  return Uint8Array.from([
    ...wireName('hmac-sha256'),
    ...time,
    ...uint16(300),
    ...uint16(macOctets),
    ...new Uint8Array(macOctets),
    ...[0, 0, 0, 0, 0, 0],
  ]);
}
