/** Extended errors (RFC 8914): which are sent, when, and in what form. */
import type { Topic } from '../case.ts';
import { answersNothing, dns, messageOf, rcode } from '../checks/dns.ts';
import { extendedError, hasNoExtendedError, hasNoOpt } from '../checks/edns.ts';
import { post } from '../http/request.ts';
import { query } from '../message/query.ts';
import { api, foreign, ledger, missing, web } from './names.ts';

const plain = { edns: {} };
const readableText = dns(({ opts }) => {
  const data = opts[0]?.options.find(({ code }) => code === 15)?.data;
  return data !== undefined && data.length > 10 ? undefined : 'no text for people';
});

export const extendedErrors: Topic = {
  name: 'Extended errors',
  cases: [
    {
      id: 'ede-not-authoritative',
      source: 'RFC 8914 §4.21',
      level: 'open',
      title: 'A name in no zone of this server: REFUSED, and 20.',
      ask: post(query(foreign, 'A', plain)),
      checks: [rcode('REFUSED'), extendedError(20)],
    },
    {
      id: 'ede-not-ready',
      source: 'RFC 8914 §4.15',
      level: 'open',
      title: 'A cluster that has published nothing yet: SERVFAIL, and 14.',
      ask: post(query(web, 'A', plain), { at: 'unpublished' }),
      checks: [rcode('SERVFAIL'), extendedError(14)],
    },
    {
      id: 'ede-invalid-data',
      source: 'RFC 8914 §4.25',
      level: 'open',
      title: 'A snapshot that contradicts itself where the answer should be: SERVFAIL, and 24.',
      // The last of its addresses, and its last octets are wrong.
      ask: post(query(pointerOf('fd00::2:20'), 'PTR', plain), { at: 'contradictory' }),
      checks: [rcode('SERVFAIL'), extendedError(24)],
    },
    {
      id: 'ede-damaged-data',
      source: 'RFC 8914 §4.25',
      level: 'open',
      title: 'A stored snapshot that is not what was signed: SERVFAIL, and 24, whatever is asked.',
      ask: [web, missing].map((name) => post(query(name, 'A', plain), { at: 'damaged' })),
      checks: [rcode('SERVFAIL'), answersNothing, extendedError(24)],
    },
    {
      id: 'ede-retired',
      source: 'RFC 8914 §4.21',
      level: 'open',
      title: 'A cluster that has left: REFUSED, and 20.',
      ask: post(query(web, 'A', plain), { at: 'retired' }),
      checks: [rcode('REFUSED'), extendedError(20)],
    },
    {
      id: 'ede-prohibited',
      source: 'RFC 8914 §4.19',
      level: 'open',
      title: 'A namespace that the token is not for: REFUSED, and 18, whether the name exists or not.',
      ask: [ledger, `nothing.bank.svc.cluster.local`, ledger.toUpperCase()].map((name) =>
        post(query(name, 'A', plain), { at: 'closed', path: '/t/{shop}/dns-query' }),
      ),
      checks: [rcode('REFUSED'), extendedError(18)],
    },
    {
      id: 'ede-not-on-good-answers',
      source: 'RFC 8914 §2',
      level: 'open',
      title: 'Where nothing is wrong, there is none.',
      ask: [api, missing].map((name) => post(query(name, 'A', plain))),
      checks: [rcode('NOERROR', 'NXDOMAIN'), hasNoExtendedError],
    },
    {
      id: 'ede-needs-edns',
      source: 'RFC 8914 §2',
      level: 'must',
      title: 'Without EDNS in the question there is none.',
      ask: [post(query(foreign, 'A')), post(query(api, 'A', { qclass: 3 }))],
      checks: [hasNoOpt],
    },
    {
      id: 'ede-text',
      source: 'RFC 8914 §2',
      level: 'open',
      title: 'It has a text that people can read.',
      ask: post(query(foreign, 'A', plain)),
      checks: [extendedError(20), readableText],
    },
    {
      id: 'ede-changes-nothing',
      source: 'RFC 8914 §6',
      level: 'must',
      title: 'It changes nothing else in the answer.',
      ask: [post(query(foreign, 'A')), post(query(foreign, 'A', plain))],
      checks: [rcode('REFUSED')],
      together: (all) => {
        const seen = all.map((answer) => {
          const { flags, rcode: code, answer: records, authority } = messageOf(answer)!;
          return JSON.stringify([flags, code, records, authority]);
        });
        return seen[0] === seen[1] ? undefined : seen.join(' / ');
      },
    },
    {
      id: 'ede-with-padding',
      source: 'RFC 8467 §4.1',
      level: 'should',
      title: 'Padding counts it.',
      ask: post(query(foreign, 'A', { edns: { options: [[12, []]] } })),
      checks: [rcode('REFUSED'), dns((_, { body }) => (body.length % 468 === 0 ? undefined : `${body.length} octets`))],
      unfit: { coredns: 'it does not pad' },
    },
  ],
};

/** The name of an IPv6 address (RFC 3596 §2.5); groups that are zero are left out once. */
function pointerOf(address: string): string {
  const [head, tail] = address.split('::').map((part) =>
    part
      .split(':')
      .map((group) => group.padStart(4, '0'))
      .join(''),
  );
  const digits = `${head}${'0'.repeat(32 - head!.length - tail!.length)}${tail}`;
  return `${[...digits].reverse().join('.')}.ip6.arpa`;
}
