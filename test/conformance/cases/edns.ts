/** EDNS: the OPT record of a question, and that of the answer. */
import type { Topic } from '../case.ts';
import { answers, dns, echoes, isRejected, lacks, rcode } from '../checks/dns.ts';
import { hasNoOpt, hasOpt, hasOption, lacksOptions, opt, optionNames as options } from '../checks/edns.ts';
import { post } from '../http/request.ts';
import { type EdnsFields, optRecord, type QueryFields, query, record } from '../message/query.ts';
import { largeSetSize, serial } from '../zone.ts';
import { api, apiAddress, foreign, many, missing, web, webAddresses } from './names.ts';

const found = [rcode('NOERROR'), answers(apiAddress)];
const withEdns = (edns: EdnsFields, more: QueryFields = {}) => post(query(api, 'A', { edns, ...more }));
const withOption = (code: number, data: readonly number[] = []) => withEdns({ options: [[code, data]] });
const malformed = (records: readonly Uint8Array[]) => post(query(api, 'A', { records: [[], [], records] }));
const root = Uint8Array.from([0]);
const noTtl = [0, 0, 0, 0];
/** The number of the zone's labels, the type of version that is a serial, and the serial. */
const hasZoneVersion = hasOption(options.ZONEVERSION, (data) => {
  const seen = Buffer.from(data).toString('hex');
  return seen === `0200${serial.toString(16).padStart(8, '0')}` ? undefined : `ZONEVERSION ${seen}`;
});
const knowsNoVersions = { coredns: 'it does not know this option', bind: 'it does not know this option' };

export const edns: Topic = {
  name: 'EDNS',
  cases: [
    {
      id: 'edns-answered',
      source: 'RFC 6891 §6.1.1',
      level: 'must',
      title: 'A question with an OPT record gets an answer with just one.',
      ask: [api, missing, foreign].map((name) => post(query(name, 'A', { edns: {} }))),
      checks: [rcode('NOERROR', 'NXDOMAIN', 'REFUSED'), hasOpt],
    },
    {
      id: 'edns-answered-errors',
      source: 'RFC 6891 §6.1.1',
      level: 'must',
      title: 'So do questions of other classes, and for types that nobody may ask for.',
      ask: [query(api, 'A', { qclass: 3, edns: {} }), query(api, 'TSIG', { edns: {} })].map((message) => post(message)),
      checks: [hasOpt],
    },
    {
      id: 'edns-not-asked',
      source: 'RFC 6891 §7',
      level: 'must',
      title: 'A question without one gets an answer without one.',
      ask: [api, missing, foreign].map((name) => post(query(name, 'A'))),
      checks: [hasNoOpt],
    },
    {
      id: 'edns-form',
      source: 'RFC 6891 §6.1.3',
      level: 'must',
      title: 'The OPT record belongs to the root, is of version 0, and has no flag but DO.',
      ask: withEdns({ flags: 0x7fff }),
      checks: [
        opt(({ ownerIsRoot, version, flags }) => {
          const isRight = ownerIsRoot && version === 0 && (flags & 0x7fff) === 0;
          return isRight ? undefined : `owner is root: ${ownerIsRoot}, version ${version}, flags ${flags}`;
        }),
      ],
    },
    {
      id: 'edns-last',
      source: 'RFC 6891 §6.1.1',
      level: 'open',
      title: 'It is the last record, behind all that padding has to count.',
      ask: post(query('_http._tcp.web.shop.svc.cluster.local', 'SRV', { edns: {} })),
      checks: [opt(({ isLastRecord }) => (isLastRecord ? undefined : 'a record follows'))],
    },
    {
      id: 'edns-do',
      source: 'RFC 3225 §3',
      level: 'must',
      title: 'The DO bit comes back as it was sent.',
      ask: [withEdns({ dnssecOk: true }), withEdns({ dnssecOk: false })],
      checks: [rcode('NOERROR')],
      together: ([set, clear]) => {
        const isSet = opt(({ flags }) => (flags === 0x8000 ? undefined : 'DO does not come back'));
        const isClear = opt(({ flags }) => (flags === 0 ? undefined : 'DO comes back unasked'));
        return isSet(set!, withEdns({})) ?? isClear(clear!, withEdns({}));
      },
    },
    {
      id: 'edns-version',
      source: 'RFC 6891 §6.1.3',
      level: 'must',
      title: 'A higher version gets BADVERS, with version 0 and no records.',
      ask: [withEdns({ version: 1 }), withEdns({ version: 255 }), post(query(foreign, 'A', { edns: { version: 1 } }))],
      checks: [
        rcode('BADVERS'),
        answers(),
        lacks('AA'),
        opt(({ version }) => (version === 0 ? undefined : `version ${version}`)),
      ],
    },
    {
      id: 'edns-version-before-type',
      source: 'RFC 6891 §6.1.3',
      level: 'should',
      title: 'Whatever is asked: the version is looked at first.',
      ask: [query(api, 'AXFR', { edns: { version: 1 } }), query(api, 'A', { qclass: 3, edns: { version: 1 } })].map(
        (message) => post(message),
      ),
      checks: [rcode('BADVERS')],
    },
    {
      id: 'edns-size-ignored',
      source: 'RFC 6891 §6.2.3',
      level: 'must',
      title: 'The size that a client can take over UDP says nothing about HTTP.',
      ask: [0, 512, 65_535].map((size) => post(query(web, 'A', { edns: { size } }))),
      checks: [answers(...webAddresses), lacks('TC')],
    },
    {
      id: 'edns-size-ignored-large',
      source: 'RFC 8484 §6',
      level: 'open',
      title: 'Neither for large answers.',
      ask: post(query(many, 'A', { edns: { size: 512 } })),
      checks: [
        lacks('TC'),
        dns(({ answer }) =>
          answer.length > 1000 && answer.length < largeSetSize ? undefined : `${answer.length} records`,
        ),
      ],
    },
    {
      id: 'edns-extended-rcode-ignored',
      source: 'RFC 6891 §6.1.3',
      level: 'should',
      title: 'The bits of an extended RCODE mean nothing in a question.',
      ask: withEdns({ extendedRcode: 0x7f }),
      checks: found,
    },
    {
      id: 'edns-flags-ignored',
      source: 'RFC 6891 §6.1.4',
      level: 'must',
      title: 'Flags that nobody knows are passed over.',
      ask: [withEdns({ flags: 0x40 }), withEdns({ flags: 0x7fff })],
      checks: found,
    },
    {
      id: 'edns-option-ignored',
      source: 'RFC 6891 §6.1.2',
      level: 'must',
      title: 'So are options that nobody knows, and none comes back.',
      ask: [withOption(100), withOption(65_001, [1, 2, 3]), withOption(20_292, [0])],
      checks: [...found, lacksOptions(100, 65_001, 20_292)],
    },
    {
      id: 'edns-two-opts',
      source: 'RFC 6891 §6.1.1',
      level: 'must',
      title: 'Two OPT records are an error of form.',
      ask: malformed([optRecord({}), optRecord({})]),
      checks: [isRejected],
    },
    {
      id: 'edns-opt-owner',
      source: 'RFC 6891 §6.1.2',
      level: 'should',
      title: 'An OPT record that belongs to another name than the root is an error of form.',
      ask: malformed([record(Uint8Array.from([1, 0x61, 0]), 41, 1232, noTtl, new Uint8Array(0))]),
      checks: [isRejected],
    },
    {
      id: 'edns-opt-section',
      source: 'RFC 6891 §6.1.1',
      level: 'open',
      title: 'An OPT record in another section than the additional one is FORMERR.',
      ask: [
        post(query(api, 'A', { records: [[optRecord({})], [], []] })),
        post(query(api, 'A', { records: [[], [optRecord({})], []] })),
      ],
      checks: [rcode('FORMERR')],
    },
    {
      id: 'edns-option-overrun',
      source: 'RFC 6891 §6.1.2',
      level: 'should',
      title: 'An option that is longer than its OPT record is an error of form.',
      ask: [
        malformed([record(root, 41, 1232, noTtl, Uint8Array.from([0, 3, 0, 9]))]),
        malformed([record(root, 41, 1232, noTtl, Uint8Array.from([0, 3, 0]))]),
      ],
      checks: [isRejected],
    },
    {
      id: 'edns-record-overrun',
      source: 'RFC 1035 §4.1.3',
      level: 'must',
      title: 'A record that is longer than its message is an error of form.',
      ask: post(
        query(api, 'A', { counts: [1, 0, 0, 1], tail: Uint8Array.from([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 200]) }),
      ),
      checks: [isRejected],
    },
    {
      id: 'edns-many-options',
      source: 'RFC 6891 §6.1.2',
      level: 'open',
      title: 'More than 64 options are nobody’s question: FORMERR.',
      ask: withEdns({ options: Array.from({ length: 65 }, () => [100, []] as const) }),
      checks: [rcode('FORMERR')],
    },
    {
      id: 'edns-padding',
      source: 'RFC 7830 §4',
      level: 'must',
      title: 'A padded question gets a padded answer.',
      ask: [withOption(options.PADDING), withOption(options.PADDING, [0, 0, 0])],
      checks: [...found, hasOption(options.PADDING)],
    },
    {
      id: 'edns-padding-block',
      source: 'RFC 8467 §4.1',
      level: 'should',
      title: 'The padded answer is a multiple of 468 octets long.',
      ask: [api, missing, foreign, many].map((name) =>
        post(query(name, 'A', { edns: { options: [[options.PADDING, []]] } })),
      ),
      checks: [
        hasOption(options.PADDING),
        dns((_, { body }) => (body.length % 468 === 0 ? undefined : `${body.length} octets`)),
      ],
    },
    {
      id: 'edns-padding-zeros',
      source: 'RFC 7830 §3',
      level: 'should',
      title: 'It is padded with zeros.',
      ask: withOption(options.PADDING),
      checks: [
        hasOption(options.PADDING, (data) => (data.every((octet) => octet === 0) ? undefined : 'not with zeros')),
      ],
    },
    {
      id: 'edns-padding-contents',
      source: 'RFC 7830 §3',
      level: 'must',
      title: 'What a client pads with does not matter.',
      ask: withOption(options.PADDING, [0xff, 0xfe, 0x41]),
      checks: found,
    },
    {
      id: 'edns-padding-not-asked',
      source: 'RFC 7830 §4',
      level: 'open',
      title: 'A question that is not padded gets an answer that is not.',
      ask: withEdns({}),
      checks: [...found, lacksOptions(options.PADDING)],
    },
    {
      id: 'edns-nsid',
      source: 'RFC 5001 §2.2',
      level: 'open',
      title: 'Whoever asks which server answered is told its serial and age.',
      ask: withOption(options.NSID),
      checks: [
        ...found,
        hasOption(options.NSID, (data) => {
          const seen = Buffer.from(data).toString('utf8');
          return new RegExp(`(^| )serial=${serial} age=\\d+s$`).test(seen) ? undefined : `NSID "${seen}"`;
        }),
      ],
    },
    {
      id: 'edns-nsid-errors',
      source: 'RFC 5001 §2.2',
      level: 'open',
      title: 'That is told with every RCODE.',
      ask: [missing, foreign].map((name) => post(query(name, 'A', { edns: { options: [[options.NSID, []]] } }))),
      checks: [rcode('NXDOMAIN', 'REFUSED'), hasOption(options.NSID)],
    },
    {
      id: 'edns-nsid-not-asked',
      source: 'RFC 5001 §2.1',
      level: 'must',
      title: 'Nobody is told who does not ask.',
      ask: withEdns({}),
      checks: [lacksOptions(options.NSID)],
    },
    {
      id: 'edns-zone-version',
      source: 'RFC 9660 §3.2',
      level: 'open',
      title: 'Whoever asks for the version of the zone gets its serial, and the number of the zone’s labels.',
      ask: [api, missing].map((name) => post(query(name, 'A', { edns: { options: [[options.ZONEVERSION, []]] } }))),
      checks: [rcode('NOERROR', 'NXDOMAIN'), hasZoneVersion],
      unfit: knowsNoVersions,
    },
    {
      id: 'edns-zone-version-contents',
      source: 'RFC 9660 §3.2',
      level: 'must',
      title: 'What a client puts into that option is passed over.',
      ask: [withOption(options.ZONEVERSION, [2, 0, 0, 0, 0, 1]), withOption(options.ZONEVERSION, [255])],
      checks: [...found, hasZoneVersion],
      unfit: knowsNoVersions,
    },
    {
      id: 'edns-zone-version-expired',
      source: 'RFC 9660 §3.2',
      level: 'open',
      title: 'Where the zone is too old to be answered from, its version tells which one it is.',
      ask: post(query(api, 'A', { edns: { options: [[options.ZONEVERSION, []]] } }), { at: 'expired' }),
      checks: [rcode('SERVFAIL'), hasZoneVersion],
    },
    {
      id: 'edns-zone-version-errors',
      source: 'RFC 9660 §3.2',
      level: 'must',
      title: 'An answer that comes from no zone has no version.',
      ask: [
        post(query(foreign, 'A', { edns: { options: [[options.ZONEVERSION, []]] } })),
        post(query(api, 'A', { qclass: 3, edns: { options: [[options.ZONEVERSION, []]] } })),
      ],
      checks: [rcode('REFUSED'), lacksOptions(options.ZONEVERSION)],
      unfit: knowsNoVersions,
    },
    {
      id: 'edns-zone-version-not-asked',
      source: 'RFC 9660 §3.2',
      level: 'must',
      title: 'Neither has one that nobody asked about.',
      ask: withEdns({}),
      checks: [lacksOptions(options.ZONEVERSION)],
    },
    {
      id: 'edns-cookie',
      source: 'RFC 7873 §5.2',
      level: 'open',
      title: 'Cookies, which guard against what HTTP rules out, are passed over.',
      ask: withOption(options.COOKIE, [1, 2, 3, 4, 5, 6, 7, 8]),
      checks: [...found, lacksOptions(options.COOKIE)],
    },
    {
      id: 'edns-client-subnet',
      source: 'RFC 7871 §7.2.2',
      level: 'open',
      title: 'So are client subnets: the answer is the same for all.',
      ask: withOption(options.ECS, [0, 1, 24, 0, 192, 0, 2]),
      checks: [...found, lacksOptions(options.ECS)],
    },
    {
      id: 'edns-keepalive',
      source: 'RFC 7828 §3.2.1',
      level: 'open',
      title: 'So are timeouts of connections, which HTTP has its own of.',
      ask: withOption(options.KEEPALIVE),
      checks: [...found, lacksOptions(options.KEEPALIVE)],
    },
    {
      id: 'edns-other-options',
      source: 'RFC 6891 §6.1.2',
      level: 'open',
      title: 'EXPIRE, CHAIN, KEY-TAG and Report-Channel are passed over.',
      ask: [
        withOption(options.EXPIRE),
        withOption(options.CHAIN, [0]),
        withOption(options.KEYTAG, [0, 1]),
        withOption(options.REPORTCHANNEL, [0]),
      ],
      checks: [...found, lacksOptions(options.EXPIRE, options.CHAIN, options.KEYTAG, options.REPORTCHANNEL)],
    },
    {
      id: 'edns-malformed-options',
      source: 'RFC 6891 §6.1.2',
      level: 'open',
      title: 'What is passed over may be malformed inside.',
      ask: [
        withOption(options.ECS),
        withOption(options.COOKIE, [1, 2, 3]),
        withOption(options.KEEPALIVE, [1]),
        withOption(options.KEYTAG, [1]),
      ],
      checks: found,
    },
    {
      id: 'edns-question',
      source: 'RFC 6891 §6.1.3',
      level: 'open',
      title: 'BADVERS repeats the question.',
      ask: withEdns({ version: 1 }),
      checks: [rcode('BADVERS'), echoes(query(api, 'A'))],
    },
  ],
};
