/** A law of the JSON answers, with dns-packet as the reader of the others: both say the same records of every question. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../../zone/address.ts';
import { exampleZone, origins } from '../answers/example-zone.ts';
import type { DecodedAnswer } from '../message/decode-answer.ts';
import { type Edge, startOpenEdge } from '../support/edge.ts';
import { extendedError } from '../support/outcome.ts';

interface Read {
  readonly Status: number;
  readonly Question: readonly { readonly name: string; readonly type: number }[];
  readonly Answer?: readonly JsonRecord[];
  readonly Authority?: readonly JsonRecord[];
  readonly Additional?: readonly JsonRecord[];
  readonly Comment?: string;
}

interface JsonRecord {
  readonly name: string;
  readonly type: number;
  readonly TTL: number;
  readonly data: string;
}

const types = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  HTTPS: 65,
  AXFR: 252,
} as const;
const typeNames = new Map(Object.entries(types).map(([name, code]): [number, string] => [code, name]));

const names = [
  '',
  'nope.',
  'svc.',
  'empty.svc.',
  'dns-version.',
  'ns.dns.',
  'redis.cache.svc.',
  'redis-0.redis.cache.svc.',
  '_redis._tcp.redis.cache.svc.',
  'db.cache.svc.',
  'web.shop.svc.',
  'outside.shop.svc.',
  'alias.shop.svc.',
  'twice.shop.svc.',
  'dangling.shop.svc.',
  'into.loop.svc.',
  'c0.chain.svc.',
].flatMap((below) => origins.map((origin) => below + origin));
const addresses = ['8.0.244.10.in-addr.arpa', '1.0.0.10.in-addr.arpa', '10.in-addr.arpa', '8.8.8.8.in-addr.arpa'];

let edge: Edge;
beforeAll(async () => {
  edge = await startOpenEdge(exampleZone, origins);
});

test('the same records, in the same sections, for the same reasons', async () => {
  const name = fc.constantFrom(...names, ...addresses, 'example.com').chain((one) => fc.mixedCase(fc.constant(one)));
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(name, fc.constantFrom(...Object.keys(types)), async (asked, type) => {
      const response = await edge.fetch(`/resolve?name=${asked}&type=${type}`);
      const json = (await response.json()) as Read;
      const wire = await edge.ask(asked, types[type as keyof typeof types]);
      seen.add(json.Status);
      expect(json.Status).toBe(wire.rcode);
      expect(json.Question.map((one) => withoutDot(one.name))).toEqual([asked]);
      expect(linesOf(json.Answer)).toEqual(canonical(wire.answer));
      expect(linesOf(json.Authority)).toEqual(canonical(wire.authority));
      expect(linesOf(json.Additional)).toEqual(canonical(wire.additional));
      expect(json.Comment).toEqual(commentOf(wire));
    }),
    { numRuns: 300 },
  );
  expect(seen).toEqual(new Set([0, 3, 5]));
});

/** As dns-packet's reader writes them; chance orders the records of a set. */
function linesOf(records: readonly JsonRecord[] = []): string[] {
  return records
    .map(({ name, type, TTL, data }) => {
      const parts = type === types.TXT ? [data] : data.split(' ').map(withoutDot);
      return `${withoutDot(name)} ${TTL} IN ${typeNames.get(type)} ${parts.join(' ')}`;
    })
    .sort();
}

/** Addresses in the form of RFC 5952. */
function canonical(lines: readonly string[]): string[] {
  return lines
    .map((line) => {
      const data = line.slice(line.lastIndexOf(' ') + 1);
      return / AAAA /.test(line) ? line.slice(0, -data.length) + formatAddress(parseAddress(data)!) : line;
    })
    .sort();
}

function commentOf(wire: DecodedAnswer): unknown {
  const error = extendedError(wire);
  return error === undefined
    ? undefined
    : expect.stringMatching(new RegExp(`^EDE ${error.code} \\(.*\\): ${error.text}$`));
}

function withoutDot(name: string): string {
  return name.length > 1 ? name.replace(/\.$/, '') : name;
}
