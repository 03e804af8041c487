/**
 * Laws of the reader of responses: it gives back what the answer writer was given, and takes any octets.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeAnswer } from '../../../worker/message/answer.ts';
import { typeCode } from '../../../worker/message/rdata.ts';
import { type ResponseRecord, readResponse } from '../../../worker/message/read-response.ts';
import type { Owner, PlacedRRset, RecordsReply } from '../../../worker/message/reply.ts';
import { foldCase } from '../../../zone/name.ts';
import { reply } from './replies.ts';
import { asked, section } from './reply-arbitraries.ts';

test('what was written is read', () => {
  fc.assert(
    fc.property(asked, section, section, section, ({ to, origin }, answer, authority, additional) => {
      const given = reply(to, { origin, answer, authority, additional });
      const read = readResponse(encodeAnswer(given, () => 0));
      expect(read).toMatchObject({ id: to.id, rcode: 0 });
      expect(foldCase(read!.question!.qname)).toBe(latin1(to.qname));
      expect(read!.edns === undefined).toBe(to.edns === undefined);
      expect(linesRead(read!.answer)).toEqual(linesGiven(given, answer));
      expect(linesRead(read!.authority)).toEqual(linesGiven(given, authority));
      expect(linesRead(read!.additional)).toEqual(linesGiven(given, additional));
    }),
    { numRuns: 300 },
  );
});

test('any octets behind a header give a value', () => {
  const octet = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 12, 0xc0));
  let responses = 0;
  fc.assert(
    fc.property(
      fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
      fc.array(octet, { maxLength: 80 }),
      (counts, rest) => {
        const read = readResponse(Uint8Array.from([0, 0, 0x80, 0, ...counts.flatMap((count) => [0, count]), ...rest]));
        if (read !== undefined) responses += 1;
      },
    ),
    { numRuns: 2_000 },
  );
  expect(responses).toBeGreaterThan(0);
});

/** Records as lines that do not tell letter case; chance orders the records of a set. */
function linesRead(records: readonly ResponseRecord[]): string[] {
  return records.map(({ owner, type, ttlSeconds, data }) => line(owner, type, ttlSeconds, latin1(data))).sort();
}

function linesGiven({ to, origin }: RecordsReply, sets: readonly PlacedRRset[]): string[] {
  const qname = latin1(to.qname);
  const below = origin.kind === 'absolute' ? origin.name : qname.slice(origin.offset);
  const wire = (name: Owner): string => {
    if (name.kind === 'question') return qname;
    return name.kind === 'absolute' ? name.name : name.name + below;
  };
  return sets
    .flatMap(({ owner, rrset }) =>
      dataOf(rrset, wire).map((data) => line(wire(owner), typeCode(rrset), rrset.ttlSeconds, data)),
    )
    .sort();
}

/** RDATA with all names in full. */
function dataOf(set: PlacedRRset['rrset'], wire: (name: Owner) => string): string[] {
  switch (set.type) {
    case 'A':
    case 'AAAA': {
      const size = set.type === 'A' ? 4 : 16;
      return Array.from({ length: set.addresses.length / size }, (_, i) =>
        latin1(set.addresses.subarray(i * size, (i + 1) * size)),
      );
    }
    case 'SRV':
      return set.services.map(
        ({ priority, weight, port, target }) => uint16(priority) + uint16(weight) + uint16(port) + wire(target),
      );
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return set.targets.map(wire);
    case 'TXT':
      return set.texts.map((strings) => strings.map((text) => String.fromCharCode(text.length) + text).join(''));
    case 'SOA': {
      const { serial, refreshSeconds, retrySeconds, expireSeconds, minimumSeconds } = set;
      const numbers = [serial, refreshSeconds, retrySeconds, expireSeconds, minimumSeconds];
      return [wire(set.mname) + wire(set.rname) + numbers.map(uint32).join('')];
    }
    case 'other':
      return set.data.map(latin1);
  }
}

function line(owner: string, type: number, ttlSeconds: number, data: string): string {
  return foldCase(JSON.stringify([owner, type, ttlSeconds, data]));
}

function uint16(value: number): string {
  return String.fromCharCode(value >>> 8, value & 255);
}

function uint32(value: number): string {
  return uint16(value >>> 16) + uint16(value & 0xffff);
}

function latin1(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}
