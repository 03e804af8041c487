/** The tests of RFC 8906 §8, each as its section has it, asked of the zone's apex. */
import type { Topic } from '../case.ts';
import { answers, answersNothing, dns, has, lacks, rcode } from '../checks/dns.ts';
import { hasNoOpt, lacksOptions, opt } from '../checks/edns.ts';
import { post } from '../http/request.ts';
import { type EdnsFields, type Flag, type QueryFields, query } from '../message/query.ts';
import { minimumSeconds, serial, soaTtlSeconds } from '../zone.ts';
import { web, webAddresses, zone } from './names.ts';

const soa = `${zone} ${soaTtlSeconds} IN SOA ns.dns.${zone} hostmaster.${zone} ${serial} 7200 1800 86400 ${minimumSeconds}`;
const ask = (fields: QueryFields = {}) => post(query(zone, 'SOA', { flags: [], ...fields }));
const withFlag = (flag: Flag) => ask({ flags: [flag] });
const withEdns = (edns: EdnsFields) => ask({ edns });
const isSoa = [rcode('NOERROR'), has('AA'), answers(soa)];
const version0 = opt(({ version }) => (version === 0 ? undefined : `version ${version}`));
const isBadVersion = [rcode('BADVERS'), answersNothing, version0];
const noFlags = opt(({ flags }) => ((flags & 0x7fff) === 0 ? undefined : `flags ${flags.toString(16)}`));
const unknownOption: EdnsFields = { options: [[100, []]] };

export const rfc8906: Topic = {
  name: 'The tests of RFC 8906',
  cases: [
    {
      id: 'rfc8906-8.1.1',
      source: 'RFC 8906 §8.1.1',
      level: 'must',
      title: 'The zone is there: plain DNS.',
      ask: ask(),
      checks: [...isSoa, hasNoOpt],
    },
    {
      id: 'rfc8906-8.1.2',
      source: 'RFC 8906 §8.1.2',
      level: 'must',
      title: 'A type that nobody knows is an empty answer.',
      ask: post(query(zone, 'TYPE1000', { flags: [] })),
      checks: [rcode('NOERROR'), has('AA'), answersNothing, hasNoOpt],
    },
    {
      id: 'rfc8906-8.1.3.1',
      source: 'RFC 8906 §8.1.3.1',
      level: 'must',
      title: 'The bit CD does not matter.',
      ask: withFlag('CD'),
      checks: [...isSoa, hasNoOpt],
    },
    {
      id: 'rfc8906-8.1.3.2',
      source: 'RFC 8906 §8.1.3.2',
      level: 'must',
      title: 'The bit AD does not matter.',
      ask: withFlag('AD'),
      checks: [...isSoa, hasNoOpt],
    },
    {
      id: 'rfc8906-8.1.3.3',
      source: 'RFC 8906 §8.1.3.3',
      level: 'must',
      title: 'The reserved bit does not matter, and does not come back.',
      ask: withFlag('Z'),
      checks: [...isSoa, lacks('Z'), hasNoOpt],
    },
    {
      id: 'rfc8906-8.1.3.4',
      source: 'RFC 8906 §8.1.3.4',
      level: 'must',
      title: 'The bit RD does not matter.',
      ask: withFlag('RD'),
      checks: [...isSoa, hasNoOpt],
    },
    {
      id: 'rfc8906-8.1.4',
      source: 'RFC 8906 §8.1.4',
      level: 'must',
      title: 'An opcode that nobody knows, with a header alone, is NOTIMP.',
      ask: post(Buffer.from([0, 1, 15 << 3, ...Array.from({ length: 9 }, () => 0)])),
      checks: [
        rcode('NOTIMP'),
        lacks('AA'),
        dns(({ opcode }) => (opcode === 15 ? undefined : `opcode ${opcode}`)),
        hasNoOpt,
      ],
    },
    {
      id: 'rfc8906-8.2.1',
      source: 'RFC 8906 §8.2.1',
      level: 'must',
      title: 'EDNS is answered with EDNS.',
      ask: withEdns({}),
      checks: [...isSoa, version0],
    },
    {
      id: 'rfc8906-8.2.2',
      source: 'RFC 8906 §8.2.2',
      level: 'must',
      title: 'EDNS of version 1 is BADVERS.',
      ask: withEdns({ version: 1 }),
      checks: isBadVersion,
    },
    {
      id: 'rfc8906-8.2.3',
      source: 'RFC 8906 §8.2.3',
      level: 'must',
      title: 'An option that nobody knows does not matter, and does not come back.',
      ask: withEdns(unknownOption),
      checks: [...isSoa, version0, lacksOptions(100)],
    },
    {
      id: 'rfc8906-8.2.4',
      source: 'RFC 8906 §8.2.4',
      level: 'must',
      title: 'A flag that nobody knows does not matter, and does not come back.',
      ask: withEdns({ flags: 0x40 }),
      checks: [...isSoa, version0, noFlags],
    },
    {
      id: 'rfc8906-8.2.5',
      source: 'RFC 8906 §8.2.5',
      level: 'must',
      title: 'Version 1 with such a flag is BADVERS.',
      ask: withEdns({ version: 1, flags: 0x40 }),
      checks: [...isBadVersion, noFlags],
    },
    {
      id: 'rfc8906-8.2.6',
      source: 'RFC 8906 §8.2.6',
      level: 'must',
      title: 'Version 1 with such an option is BADVERS.',
      ask: withEdns({ version: 1, ...unknownOption }),
      checks: [...isBadVersion, lacksOptions(100)],
    },
    {
      id: 'rfc8906-8.2.7',
      source: 'RFC 8906 §8.2.7',
      level: 'must',
      title: 'A client that takes 512 octets over UDP gets a whole answer over HTTP, with EDNS.',
      ask: post(query(web, 'A', { flags: [], edns: { size: 512, dnssecOk: true } })),
      checks: [rcode('NOERROR'), lacks('TC'), answers(...webAddresses), version0],
    },
    {
      id: 'rfc8906-8.2.8',
      source: 'RFC 8906 §8.2.8',
      level: 'must',
      title: 'The flag DO does not matter to an unsigned zone.',
      ask: withEdns({ dnssecOk: true }),
      checks: [...isSoa, version0],
    },
    {
      id: 'rfc8906-8.2.9',
      source: 'RFC 8906 §8.2.9',
      level: 'must',
      title: 'Version 1 with the flag DO is BADVERS.',
      ask: withEdns({ version: 1, dnssecOk: true }),
      checks: isBadVersion,
    },
    {
      id: 'rfc8906-8.2.10',
      source: 'RFC 8906 §8.2.10',
      level: 'must',
      title: 'Several options together: a cookie, NSID, EXPIRE and a client subnet.',
      ask: withEdns({
        options: [
          [10, [1, 2, 3, 4, 5, 6, 7, 8]],
          [3, []],
          [9, []],
          [8, [0, 1, 0, 0]],
        ],
      }),
      checks: [...isSoa, version0],
    },
  ],
};
