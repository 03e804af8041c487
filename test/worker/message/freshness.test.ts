/**
 * How long an answer may be kept (RFC 8484 §5.1, RFC 2308 §5).
 */
import { expect, test } from 'vitest';
import { minimumTtlSeconds } from '../../../worker/message/freshness.ts';
import { errorReply, questionOwner, type RecordsReply } from '../../../worker/message/reply.ts';
import { addresses, query, relative, reply, startOfAuthority, targets } from './replies.ts';

const to = query('web.shop.svc.cluster.local');

function address(ttlSeconds: number) {
  return { owner: questionOwner, rrset: { ...addresses('A', '10.0.0.1'), ttlSeconds } };
}

function alias(ttlSeconds: number) {
  return { owner: questionOwner, rrset: { ...targets('CNAME', relative('db')), ttlSeconds } };
}

function soa(ttlSeconds: number, minimumSeconds: number) {
  return { owner: relative(''), rrset: { ...startOfAuthority, ttlSeconds, minimumSeconds } };
}

const cases: [string, Partial<RecordsReply>, number | undefined][] = [
  ['one record', { answer: [address(30)] }, 30],
  ['TTL 0', { answer: [address(0)] }, 0],
  ['the smallest of the answer section', { answer: [alias(60), address(7), address(30)] }, 7],
  ['no other section counts', { answer: [address(30)], authority: [alias(1)], additional: [address(2)] }, 30],
  ['an answer that is an SOA record', { answer: [soa(30, 5)] }, 30],
  ['NODATA: the SOA record’s TTL', { authority: [soa(5, 30)] }, 5],
  ['NODATA: the SOA record’s MINIMUM', { authority: [soa(3600, 30)] }, 30],
  ['NXDOMAIN', { rcode: 'NXDOMAIN', authority: [soa(3600, 30)] }, 30],
  ['NODATA behind an alias that lasts longer', { answer: [alias(60)], authority: [soa(3600, 30)] }, 30],
  ['NXDOMAIN behind an alias that lasts shorter', { rcode: 'NXDOMAIN', answer: [alias(3)], authority: [soa(9, 9)] }, 3],
  ['NODATA without SOA', {}, undefined],
  ['NODATA with another authority', { authority: [alias(30)] }, undefined],
  ['NXDOMAIN without SOA', { rcode: 'NXDOMAIN', answer: [alias(30)] }, undefined],
];

test.for(cases)('%s', ([, fields, expected]) => {
  expect(minimumTtlSeconds(reply(to, fields))).toBe(expected);
});

test.for(['FORMERR', 'SERVFAIL', 'NOTIMP', 'REFUSED', 'BADVERS'] as const)('%s is not kept', (rcode) => {
  expect(minimumTtlSeconds(errorReply(to, rcode))).toBeUndefined();
});
