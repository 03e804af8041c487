/**
 * Replies to write down quickly: names and addresses as text, everything not mentioned at its plainest.
 */
import { parseQuery, type Query } from '../../../worker/message/query.ts';
import type { Origin, PlacedRRset, RecordsReply, StartOfAuthority } from '../../../worker/message/reply.ts';
import { parseAddress } from '../../../zone/address.ts';
import { parseName, parseRelativeName } from '../../../zone/name.ts';
import type { RRset, Service, Target } from '../../../zone/rrset.ts';
import { dotted, header, message, name, opt, question } from './build-query.ts';

/** A query for dotted text, `.` for the root; with an OPT record when `edns` is given. */
export function query(qname: string, edns?: Parameters<typeof opt>): Query {
  return queryFor(qname === '.' ? name() : dotted(qname), edns);
}

export function queryFor(qname: readonly number[], edns?: Parameters<typeof opt>): Query {
  const records = edns === undefined ? [] : opt(...edns);
  const parsed = parseQuery(
    message(header({ counts: [1, 0, 0, edns === undefined ? 0 : 1] }), question(qname), records),
  );
  if (parsed.kind !== 'query') throw new Error(`"${qname}" gives no query`);
  return parsed.query;
}

/** An authoritative NOERROR for a name in `cluster.local`, unless told otherwise. */
export function reply(to: Query, fields: Partial<Omit<RecordsReply, 'kind' | 'to'>> = {}): RecordsReply {
  return {
    kind: 'records',
    to,
    authoritative: true,
    rcode: 'NOERROR',
    origin: lastLabels(to, 2),
    answer: [],
    authority: [],
    additional: [],
    extendedError: undefined,
    ...fields,
  };
}

/** The origin that is the last `count` labels of the question. */
export function lastLabels(to: Query, count: number): Origin {
  return { kind: 'question', offset: to.labelOffsets.at(-count) ?? to.qname.length - 1 };
}

export function relative(text: string): Target {
  return { kind: 'relative', name: parseRelativeName(text) };
}

export function absolute(text: string): Target {
  return { kind: 'absolute', name: parseName(text) };
}

export function addresses(type: 'A' | 'AAAA', ...texts: string[]): RRset {
  const octets = texts.flatMap((text) => Array.from(parseAddress(text)!, (octet) => octet.charCodeAt(0)));
  return { type, ttlSeconds: 30, addresses: Uint8Array.from(octets) };
}

export function targets(type: 'CNAME' | 'NS' | 'PTR', ...names: Target[]): RRset {
  return { type, ttlSeconds: 30, targets: names };
}

export function services(...all: Service[]): RRset {
  return { type: 'SRV', ttlSeconds: 30, services: all };
}

export function service(port: number, target: Target): Service {
  return { priority: 0, weight: 50, port, target };
}

export function texts(...all: string[][]): RRset {
  return { type: 'TXT', ttlSeconds: 30, texts: all };
}

export const startOfAuthority: StartOfAuthority = {
  type: 'SOA',
  ttlSeconds: 5,
  mname: relative('ns.dns'),
  rname: relative('hostmaster'),
  serial: 4_294_967_295,
  refreshSeconds: 7200,
  retrySeconds: 1800,
  expireSeconds: 86_400,
  minimumSeconds: 30,
};

/** The SOA record at the origin, as it stands beside negative answers. */
export const apexSoa: PlacedRRset = { owner: relative(''), rrset: startOfAuthority };

/** Chance that leaves every set in its order. */
export const inOrder = (): number => 0;
