/** Sets of records: each record once, in an order that is another each time, and as many as a message holds. */
import type { Complaint, Topic } from '../case.ts';
import { dns, has, lacks, messageOf, rcode } from '../checks/dns.ts';
import type { HttpAnswer, HttpRequest } from '../http/exchange.ts';
import { post } from '../http/request.ts';
import { query, type TypeName } from '../message/query.ts';
import { fleetSize, largeSetSize } from '../zone.ts';
import { convoy, dual, fleet, many } from './names.ts';

/** That one of twenty never comes first in so many random orders happens once in a hundred million times. */
const asks = 450;
const largestMessageOctets = 65_535;
/** What a message holds of records whose owner is written as a pointer, and some less. */
const manyRecords = 4000;

export const sets: Topic = {
  name: 'Sets of records',
  cases: [
    {
      id: 'set-once',
      source: 'RFC 2181 §5',
      level: 'must',
      title: 'What two protocols on one port, or two pods with one address, have in common stands once.',
      ask: [post(query(dual, 'A')), post(query(dual, 'SRV')), post(query(`_dns._udp.${dual}`, 'SRV'))],
      checks: [rcode('NOERROR'), dns(({ answer }) => repeatIn(answer))],
      together: (all) => {
        const counts = all.map((answer) => messageOf(answer)?.answer.length);
        return counts.join() === '1,4,2' ? undefined : `${counts.join(', ')} records, not 1, 4 and 2`;
      },
    },
    {
      id: 'set-once-beside',
      source: 'RFC 2181 §5',
      level: 'must',
      title: 'The address of a server stands once beside SRV records, also when several name the server.',
      ask: post(query(dual, 'SRV')),
      checks: [
        rcode('NOERROR'),
        dns(({ additional }) => repeatIn(additional) ?? (additional.length === 2 ? undefined : additional.join('; '))),
      ],
    },
    {
      id: 'set-order-addresses',
      source: 'RFC 1794 §3',
      level: 'open',
      title: 'Each of twenty addresses comes first at some time, so that clients that take the first spread over all.',
      ask: repeatedly(fleet, 'A'),
      checks: [rcode('NOERROR')],
      together: (all) => everyOneComesFirst(all, ' A '),
    },
    {
      id: 'set-order-alias',
      source: 'RFC 1794 §3',
      level: 'open',
      title: 'So it does behind an alias.',
      ask: repeatedly(convoy, 'A'),
      checks: [rcode('NOERROR')],
      together: (all) => everyOneComesFirst(all, ' A '),
    },
    {
      id: 'set-order-services',
      source: 'RFC 2782',
      level: 'open',
      title: 'So does each of twenty servers of one priority and weight.',
      ask: repeatedly(`_http._tcp.${fleet}`, 'SRV'),
      checks: [rcode('NOERROR')],
      together: (all) => everyOneComesFirst(all, ' SRV '),
    },
    {
      id: 'set-alias-first',
      source: 'RFC 1034 §4.3.2',
      level: 'must',
      title: 'Whatever the order of addresses, the alias that leads to them stands before them.',
      ask: Array.from({ length: 10 }, () => post(query(convoy, 'A'))),
      checks: [rcode('NOERROR'), dns(({ answer }) => (/ CNAME /.test(answer[0] ?? '') ? undefined : answer[0]))],
    },
    {
      id: 'set-too-large',
      source: 'RFC 8484 §6',
      level: 'open',
      title: 'Of a set that no message holds a part is answered, nearly as much as there is room for, and without TC.',
      ask: post(query(many, 'A')),
      checks: [
        rcode('NOERROR'),
        has('AA'),
        lacks('TC'),
        dns(({ answer }, { body }) => {
          const isRight =
            answer.length >= manyRecords && answer.length < largeSetSize && body.length <= largestMessageOctets;
          return isRight ? repeatIn(answer) : `${answer.length} records in ${body.length} octets`;
        }),
      ],
    },
    {
      id: 'set-too-large-turns',
      source: 'RFC 8484 §6',
      level: 'open',
      title: 'It is another part each time, so that nobody is left out for ever.',
      ask: Array.from({ length: 6 }, () => post(query(many, 'A'))),
      checks: [rcode('NOERROR'), dns(({ answer }) => (answer.length >= manyRecords ? undefined : 'few records'))],
      together: (all) => {
        const parts = new Set(all.map((answer) => [...messageOf(answer)!.answer].sort().join()));
        return parts.size === all.length ? undefined : `${parts.size} different parts in ${all.length} answers`;
      },
    },
  ],
};

function repeatedly(name: string, type: TypeName): readonly HttpRequest[] {
  return Array.from({ length: asks }, () => post(query(name, type)));
}

function repeatIn(lines: readonly string[]): Complaint {
  const repeated = lines.find((line, i) => lines.indexOf(line) !== i);
  return repeated === undefined ? undefined : `twice: ${repeated}`;
}

function everyOneComesFirst(all: readonly HttpAnswer[], type: string): Complaint {
  const firsts = new Set(all.map((answer) => messageOf(answer)?.answer.find((line) => line.includes(type))));
  return firsts.size === fleetSize ? undefined : `${firsts.size} of ${fleetSize} came first at some time`;
}
