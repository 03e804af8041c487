/** What an unsigned zone says to those who ask for signatures. */
import type { Topic } from '../case.ts';
import { answers, dns, lacks, noData, rcode } from '../checks/dns.ts';
import { post } from '../http/request.ts';
import { type Flag, query, types } from '../message/query.ts';
import { api, apiAddress, missing, web, webAddresses, zone } from './names.ts';

const dnssecTypes: ReadonlySet<number> = new Set([types.DS, types.RRSIG, types.NSEC, types.DNSKEY, 50, 51]);
const signed = (name: string) => post(query(name, 'A', { edns: { dnssecOk: true } }));
const withFlags = (...flags: readonly Flag[]) => post(query(api, 'A', { flags, edns: { dnssecOk: true } }));

export const dnssec: Topic = {
  name: 'DNSSEC',
  cases: [
    {
      id: 'dnssec-no-signatures',
      source: 'RFC 4035 §3.1.1',
      level: 'must',
      title: 'An unsigned zone answers without signatures, also to whom DO asks for them.',
      ask: [signed(web), signed(missing), signed(`x.${api}`)],
      checks: [
        rcode('NOERROR', 'NXDOMAIN'),
        dns(({ records }) => (records.some(({ type }) => dnssecTypes.has(type)) ? 'a record of DNSSEC' : undefined)),
      ],
    },
    {
      id: 'dnssec-same-answer',
      source: 'RFC 4035 §3.1',
      level: 'must',
      title: 'DO changes nothing in what is answered.',
      ask: signed(web),
      checks: [answers(...webAddresses)],
    },
    {
      id: 'dnssec-no-ad',
      source: 'RFC 4035 §3.1.6',
      level: 'must',
      title: 'Nothing is called validated.',
      ask: [signed(web), signed(missing), withFlags('RD', 'AD'), withFlags('RD', 'AD', 'CD')],
      checks: [lacks('AD')],
    },
    {
      id: 'dnssec-cd',
      source: 'RFC 4035 §3.1.6',
      level: 'should',
      title: 'Whether the client checks for itself does not matter.',
      ask: withFlags('RD', 'CD'),
      checks: [answers(apiAddress)],
    },
    {
      id: 'dnssec-types',
      source: 'RFC 4035 §3.1.1',
      level: 'must',
      title: 'Types of DNSSEC are types that no name here has.',
      ask: [
        ...[types.DNSKEY, types.RRSIG, types.NSEC, 50, 51, 59, 60].map((type) => post(query(zone, type))),
        ...[types.DS, types.RRSIG, types.NSEC].map((type) => post(query(web, type))),
      ],
      checks: noData(zone),
    },
    {
      id: 'dnssec-ds-of-apex',
      source: 'RFC 4035 §3.1.4.1',
      level: 'should',
      title: 'DS of the zone’s own apex, which the parent would have, is an empty answer.',
      ask: post(query(zone, 'DS')),
      checks: noData(zone),
    },
    {
      id: 'dnssec-key-tag',
      source: 'RFC 8509 §3',
      level: 'open',
      title: 'Names that ask a validator about its keys are names like all others.',
      ask: post(query(`root-key-sentinel-is-ta-20326.${zone}`, 'A')),
      checks: [rcode('NXDOMAIN')],
    },
  ],
};
