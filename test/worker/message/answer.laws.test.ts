/**
 * Laws of the answer writer, with dns-packet as the reader: what goes in comes out, whatever is shortened on the way, and
 * no answer is larger than a message may be.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeAnswer } from '../../../worker/message/answer.ts';
import type { Owner, PlacedRRset, RecordsReply } from '../../../worker/message/reply.ts';
import { formatName, formatRelativeName, type parseName } from '../../../zone/name.ts';
import type { RRset } from '../../../zone/rrset.ts';
import { type DecodedAnswer, decodeAnswer } from './decode-answer.ts';
import { absolute, relative, reply } from './replies.ts';
import { asked, joined, section } from './reply-arbitraries.ts';

describe('what goes in comes out', () => {
  test('every record of every section, and nothing else', () => {
    fc.assert(
      fc.property(
        asked,
        section,
        section,
        section,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (about, a, b, c, chance) => {
          const { to, origin } = about;
          const given = reply(to, { origin, answer: a, authority: b, additional: c });
          const octets = encodeAnswer(given, () => chance.next().value);
          const read = decodeAnswer(octets);
          expect(folded(read.answer)).toEqual(folded(linesOf(given, given.answer)));
          expect(folded(read.authority)).toEqual(folded(linesOf(given, given.authority)));
          expect(folded(read.additional)).toEqual(folded(linesOf(given, given.additional)));
          expect(read.opt === undefined).toBe(to.edns === undefined);
          if (to.edns?.wantsPadding) expect(octets.length % 468).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('size', () => {
  const large = fc.record({ type: fc.constantFrom('A', 'AAAA', 'SRV', 'TXT', 'NS'), count: fc.nat(6_000) });

  test('no answer exceeds 65,535 octets, and what is sent was given', () => {
    fc.assert(
      fc.property(
        asked,
        fc.array(large, { maxLength: 4 }),
        fc.array(large, { maxLength: 4 }),
        (about, answer, additional) => {
          const { to, origin } = about;
          const sets = (all: readonly { type: string; count: number }[]) =>
            all.map(({ type, count }, i) => ({
              owner: i % 2 === 0 ? relative(`n${i}`) : relative(''),
              rrset: largeSet(type, count),
            }));
          const given = reply(to, { origin, answer: sets(answer), additional: sets(additional) });
          const octets = encodeAnswer(given, Math.random);
          expect(octets.length).toBeLessThanOrEqual(65_535);
          if (to.edns?.wantsPadding) expect(octets.length % 468).toBe(0);
          const read = decodeAnswer(octets);
          expect(isPart(read.answer, linesOf(given, given.answer))).toBe(true);
          expect(isPart(read.additional, linesOf(given, given.additional))).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  function largeSet(type: string, count: number): RRset {
    const indexes = Array.from({ length: count }, (_, i) => i);
    switch (type) {
      case 'A':
        return { type, ttlSeconds: 1, addresses: joined(indexes.map((i) => Uint8Array.of(10, 0, i >> 8, i))) };
      case 'AAAA':
        return {
          type,
          ttlSeconds: 1,
          addresses: joined(
            indexes.map((i) => Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0x10 | (i >> 8), i)),
          ),
        };
      case 'SRV':
        return {
          type,
          ttlSeconds: 1,
          services: indexes.map((port) => ({ priority: 0, weight: 1, port, target: relative(`pod-${port}.web`) })),
        };
      case 'NS':
        return { type, ttlSeconds: 1, targets: indexes.map((i) => absolute(`ns-${i}.example`)) };
      default:
        return { type: 'TXT', ttlSeconds: 1, texts: indexes.map((i) => [`${i}`, 'x'.repeat(i % 256)]) };
    }
  }
});

/** The records of a section as lines, put together from the reply's text forms. */
function linesOf(given: RecordsReply, sets: readonly PlacedRRset[]): string[] {
  const qname = String.fromCharCode(...given.to.qname);
  const question = formatName(qname as ReturnType<typeof parseName>);
  const origin =
    given.origin.kind === 'question'
      ? formatName(qname.slice(given.origin.offset) as ReturnType<typeof parseName>)
      : formatName(given.origin.name);
  const text = (name: Owner): string => {
    if (name.kind === 'question') return withoutDot(question);
    if (name.kind === 'absolute') return withoutDot(formatName(name.name));
    if (name.name === '') return withoutDot(origin);
    return withoutDot(`${formatRelativeName(name.name)}.${origin === '.' ? '' : origin}`);
  };
  return sets.flatMap(({ owner: at, rrset: set }) =>
    dataOf(set, text).map(
      (data) => `${text(at)} ${set.ttlSeconds} IN ${set.type === 'other' ? `TYPE${set.typeCode}` : set.type} ${data}`,
    ),
  );
}

function dataOf(set: PlacedRRset['rrset'], text: (name: Owner) => string): string[] {
  switch (set.type) {
    case 'A':
      return chunks(set.addresses, 4).map((octets) => octets.join('.'));
    case 'AAAA':
      // Good enough for addresses whose eight groups are all without leading zeros and not zero.
      return chunks(set.addresses, 16).map((octets) =>
        chunks(octets, 2)
          .map(([high, low]) => (high! * 256 + low!).toString(16))
          .join(':'),
      );
    case 'SRV':
      return set.services.map(
        (service) => `${service.priority} ${service.weight} ${service.port} ${text(service.target)}`,
      );
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return set.targets.map(text);
    case 'TXT':
      return set.texts.map((strings) => strings.map((string) => `"${string}"`).join(' '));
    case 'SOA': {
      const { serial, refreshSeconds, retrySeconds, expireSeconds, minimumSeconds } = set;
      const numbers = [serial, refreshSeconds, retrySeconds, expireSeconds, minimumSeconds];
      return [[text(set.mname), text(set.rname), ...numbers].join(' ')];
    }
    case 'other':
      return set.data.map((octets) => `\\# ${octets.length} ${Buffer.from(octets).toString('hex')}`);
  }
}

/** In one order and letter case; that a pointer takes over the asker's spelling is shown elsewhere. */
function folded(lines: readonly string[]): string[] {
  return lines.map((line) => line.toLowerCase()).sort();
}

/** Whether all of `some` is in `all`, none more often. */
function isPart(some: DecodedAnswer['answer'], all: readonly string[]): boolean {
  const left = new Map<string, number>();
  for (const line of folded(all)) left.set(line, (left.get(line) ?? 0) + 1);
  return folded(some).every((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count > 0;
  });
}

/** The name without its final dot, as dns-packet shows names; the root stays a dot. */
function withoutDot(name: string): string {
  return name === '.' ? name : name.slice(0, -1);
}

function chunks(octets: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: octets.length / size }, (_, i) => octets.subarray(i * size, (i + 1) * size));
}
