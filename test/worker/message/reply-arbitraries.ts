/**
 * Replies of every form: questions, origins and sections whose names share their ends in every way there is.
 */
import fc from 'fast-check';
import type { Query } from '../../../worker/message/query.ts';
import type { Origin, Owner, PlacedRRset } from '../../../worker/message/reply.ts';
import { parseName } from '../../../zone/name.ts';
import type { Target } from '../../../zone/rrset.ts';
import { option } from './build-query.ts';
import { absolute, query, relative } from './replies.ts';

// Few and short labels, so that they meet.
const label = fc.constantFrom('a', 'b', 'web', 'svc', 'a-b', '_tcp');
const dottedName = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const target: fc.Arbitrary<Target> = fc.oneof(
  fc.constant(relative('')),
  dottedName.map(relative),
  dottedName.map(absolute),
  fc.constant(absolute('.')),
);
const owner: fc.Arbitrary<Owner> = fc.oneof(fc.constant<Owner>({ kind: 'question' }), target);
const ttlSeconds = fc.nat(2 ** 31 - 1);
const uint16 = fc.nat(65535);
const uint32 = fc.nat(2 ** 32 - 1);

const rrset: fc.Arbitrary<PlacedRRset['rrset']> = fc.oneof(
  fc.record({
    type: fc.constant('A' as const),
    ttlSeconds,
    addresses: fc.array(fc.uint8Array({ minLength: 4, maxLength: 4 }), { maxLength: 5 }).map(joined),
  }),
  fc.record({
    type: fc.constant('SRV' as const),
    ttlSeconds,
    services: fc.array(fc.record({ priority: uint16, weight: uint16, port: uint16, target }), { maxLength: 4 }),
  }),
  fc.record({
    type: fc.constantFrom('CNAME' as const, 'NS' as const, 'PTR' as const),
    ttlSeconds,
    targets: fc.array(target, { maxLength: 4 }),
  }),
  fc.record({
    type: fc.constant('TXT' as const),
    ttlSeconds,
    texts: fc.array(fc.array(fc.stringMatching(/^[\x20-\x7e\xa0-\xff]{0,255}$/), { minLength: 1, maxLength: 3 }), {
      maxLength: 2,
    }),
  }),
  fc.record({
    type: fc.constant('SOA' as const),
    ttlSeconds,
    mname: target,
    rname: target,
    serial: uint32,
    refreshSeconds: uint32,
    retrySeconds: uint32,
    expireSeconds: uint32,
    minimumSeconds: uint32,
  }),
  fc.record({
    type: fc.constant('other' as const),
    // For private use (RFC 6895 §3.1), so that no reader knows them.
    typeCode: fc.integer({ min: 0xff00, max: 0xfffe }),
    ttlSeconds,
    data: fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 }),
  }),
);

export const section = fc.array(fc.record<PlacedRRset>({ owner, rrset }), { maxLength: 6 });

/** A question and an origin: one of its ends, or a name of its own. */
export const asked: fc.Arbitrary<{ to: Query; origin: Origin }> = fc
  .record({
    labels: fc.array(fc.mixedCase(label), { minLength: 1, maxLength: 6 }),
    end: fc.nat(6),
    elsewhere: fc.option(dottedName),
    edns: fc.constantFrom(undefined, [], option(12)),
  })
  .map(({ labels, end, elsewhere, edns }) => {
    const to = query(labels.join('.'), edns === undefined ? undefined : [edns]);
    const offset = to.labelOffsets[end] ?? to.qname.length - 1;
    return {
      to,
      origin: elsewhere === null ? { kind: 'question', offset } : { kind: 'absolute', name: parseName(elsewhere) },
    };
  });

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
