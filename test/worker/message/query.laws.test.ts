/**
 * Laws of the query parser: any octets give a value, and what another implementation writes is read as it was meant.
 */
import dnsPacket, { type Packet, type RecordType } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../worker/message/query.ts';
import { header, message, opt, option, question, record } from './build-query.ts';

const octet = fc.integer({ min: 0, max: 255 });
const octets = (maxLength: number) => fc.array(octet, { maxLength });

/** Labels of letters, digits, hyphens and underscores that make a name of at most 255 octets. */
const labels = fc
  .array(fc.stringMatching(/^[A-Za-z0-9_-]{1,63}$/), { minLength: 1, maxLength: 127 })
  .filter((all) => all.reduce((sum, label) => sum + 1 + label.length, 1) <= 255);

describe('any octets give a value', () => {
  test('octets from nowhere', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (random) => kinds.has(parseQuery(random).kind)));
  });

  test('octets behind an acceptable header', () => {
    const counts = fc.tuple(fc.constant(1), fc.nat(1), fc.nat(1), fc.nat(2));
    fc.assert(
      fc.property(counts, octets(300), (sections, rest) => {
        return kinds.has(parseQuery(message(header({ counts: sections }), rest)).kind);
      }),
    );
  });

  test('a good query with octets changed, dropped or doubled', () => {
    const good = message(
      header({ counts: [1, 1, 0, 2] }),
      question([1, 0x61, 2, 0x62, 0x63, 0]),
      record([0xc0, 12], 1, [10, 0, 0, 1]),
      record([0], 16, [1, 0x61]),
      opt([...option(12, [0, 0]), ...option(3)]),
    );
    expect(parseQuery(good).kind).toBe('query');
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), octet), { maxLength: 4 }),
        fc.nat(good.length),
        (changes, end) => {
          const changed = good.slice();
          for (const [at, value] of changes) changed[at] = value;
          for (const candidate of [
            changed,
            changed.subarray(0, end),
            message([...changed], [...changed.subarray(end)]),
          ]) {
            const { kind } = parseQuery(candidate);
            seen.add(kind);
            expect(kinds).toContain(kind);
          }
        },
      ),
    );
    expect(seen).toEqual(kinds);
  });

  const kinds = new Set(['query', 'error', 'malformed']);
});

describe('queries written by dns-packet', () => {
  const types: RecordType[] = ['A', 'AAAA', 'CNAME', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'];
  const numbers: Readonly<Record<string, number>> = {
    A: 1,
    NS: 2,
    CNAME: 5,
    SOA: 6,
    PTR: 12,
    TXT: 16,
    AAAA: 28,
    SRV: 33,
  };
  const flags = fc.record({ rd: fc.boolean(), cd: fc.boolean(), ad: fc.boolean() });
  const edns = fc.option(fc.record({ dnssecOk: fc.boolean(), size: fc.integer({ min: 512, max: 65535 }) }));

  test('are read with the same name, type, class and flags', () => {
    fc.assert(
      fc.property(
        fc.nat(65535),
        labels,
        fc.constantFrom(...types),
        flags,
        edns,
        (id, asked, type, { rd, cd, ad }, opted) => {
          const parsed = parseQuery(
            new Uint8Array(
              dnsPacket.encode({
                type: 'query',
                id,
                flags: (rd ? 0x0100 : 0) | (ad ? 0x20 : 0) | (cd ? 0x10 : 0),
                questions: [{ type, class: 'IN', name: asked.join('.') }],
                additionals: opted === null ? [] : [optOf(opted)],
              }),
            ),
          );
          if (parsed.kind !== 'query') throw new Error(`read as ${parsed.kind}`);
          const { query } = parsed;
          expect(query).toMatchObject({
            id,
            recursionDesired: rd,
            checkingDisabled: cd,
            qtype: numbers[type],
            qclass: 1,
          });
          expect(labelsAt(query.qname, query.labelOffsets)).toEqual(asked.map((label) => label.toLowerCase()));
          expect(labelsAt(query.question, query.labelOffsets)).toEqual(asked);
          expect(query.edns?.dnssecOk).toBe(opted?.dnssecOk);
        },
      ),
    );
  });

  function optOf({ dnssecOk, size }: { dnssecOk: boolean; size: number }): NonNullable<Packet['additionals']>[number] {
    const flags = dnssecOk ? dnsPacket.DNSSEC_OK : 0;
    return {
      type: 'OPT',
      name: '.',
      udpPayloadSize: size,
      extendedRcode: 0,
      ednsVersion: 0,
      flags,
      flag_do: dnssecOk,
      options: [],
    };
  }

  function labelsAt(wire: Uint8Array, offsets: readonly number[]): string[] {
    return offsets.map((at) => String.fromCharCode(...wire.subarray(at + 1, at + 1 + wire[at]!)));
  }
});
