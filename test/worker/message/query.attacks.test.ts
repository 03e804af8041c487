/**
 * Packets made to be expensive. The parser's work is counted in octets read, so that a bound is a bound on any machine.
 */
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../worker/message/query.ts';
import {
  dotted,
  header,
  message,
  name,
  nameOfOctets,
  opt,
  option,
  question,
  record,
  repeat,
  zeros,
} from './build-query.ts';

/** The header, two passes over a name, four records with the longest owner, and 64 options: the most there is to read. */
const mostReads = 2 * 12 + 3 * 255 + 4 * (255 + 20) + 64 * 8;

const qname = dotted('redis-0.redis-headless.cache.svc.cluster.local');

/** Parses octets that count how often one of them is read. */
function readsOf(octets: Uint8Array): { kind: string; reads: number } {
  let reads = 0;
  const counted = new Proxy(octets, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads += 1;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { kind: parseQuery(counted).kind, reads };
}

test('reads are counted', () => {
  const { kind, reads } = readsOf(message(header(), question(qname)));
  expect(kind).toBe('query');
  expect(reads).toBeGreaterThan(12 + qname.length);
  expect(reads).toBeLessThan(12 + 3 * qname.length);
});

describe('refused by the header alone', () => {
  /** Names of one pointer each, every one to the name before it: to follow them all is quadratic. */
  const hops = (octets: number) =>
    Array.from({ length: Math.floor((octets - 12) / 12) }, (_, i) => {
      const target = Math.min(0x3fff, 12 + 12 * Math.max(0, i - 1));
      return [0xc0 | (target >> 8), target & 0xff, ...zeros(10)];
    }).flat();

  test.for([
    ['12 octets, all counts 65,535', header({ counts: [65535, 65535, 65535, 65535] })],
    ['12 octets, one question and 65,535 of the rest', header({ counts: [1, 65535, 65535, 65535] })],
    ['17,000 octets of pointers to pointers', [...header({ counts: [1, 0, 0, 1400] }), ...hops(17_000)]],
    ['65,535 octets of pointers to pointers', [...header({ counts: [5000, 0, 0, 0] }), ...hops(65_535)]],
    [
      '65,535 octets of names of 127 labels',
      [...header({ counts: [250, 0, 0, 0] }), ...repeat(250, question(name(...new Array<string>(127).fill('x'))))],
    ],
  ] as const)('%s', ([, octets]) => {
    const { kind, reads } = readsOf(message(octets));
    expect(kind).toBe('error');
    expect(reads).toBeLessThanOrEqual(24);
  });
});

describe('within the counts, yet bounded', () => {
  const counts = [1, 1, 1, 2] as const;

  test.for([
    ['an OPT record of 16,000 options', [1, 0, 0, 1], opt(repeat(16_000, option(3))), 'error'],
    ['a TXT record of 65,000 strings', [1, 0, 0, 1], record([0], 16, zeros(65_000)), 'query'],
    ['owners of pointers into each other', counts, repeat(4, record([0xc0, 12], 1, [])), 'query'],
    ['an owner without end', counts, repeat(32_000, [1, 0x61]), 'error'],
    ['an owner of 65,000 pointers', counts, repeat(32_500, [0xc0, 12]), 'error'],
    ['65,000 octets behind the last record', [1, 0, 0, 0], zeros(65_000), 'error'],
    ['the longest owners', counts, repeat(4, record(nameOfOctets(255), 1, zeros(15_000))), 'query'],
    [
      'the most of everything',
      counts,
      [...repeat(3, record(nameOfOctets(255), 1, zeros(15_000))), ...opt(repeat(64, option(3)))],
      'query',
    ],
  ] as const)('%s', ([, sectionCounts, records, expected]) => {
    const { kind, reads } = readsOf(message(header({ counts: sectionCounts }), question(qname), records));
    expect(kind).toBe(expected);
    expect(reads).toBeLessThanOrEqual(mostReads);
  });

  test('a question of 127 labels', () => {
    const { kind, reads } = readsOf(message(header(), question(name(...new Array<string>(127).fill('x')))));
    expect(kind).toBe('query');
    expect(reads).toBeLessThanOrEqual(mostReads);
  });
});
