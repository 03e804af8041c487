/** What of an answer is compared, as lines of text that are equal where the answers are. Pure. */
import type { Answer as DnsRecord, Packet } from 'dns-packet';

/** Names and data in lower case, without final dots. Lines are sorted. */
export interface Answer {
  readonly rcode: string;
  readonly answer: readonly string[];
  /** The authority section: an SOA or nothing. */
  readonly authority: readonly string[];
  /** Without OPT. */
  readonly additional: readonly string[];
}

/** The server gave nothing that is a DNS message. */
export const noAnswer: Answer = { rcode: 'no answer', answer: [], authority: [], additional: [] };

export function textOf({ rcode, answer, authority, additional }: Answer): string {
  return [
    rcode,
    ...answer,
    ...authority.map((line) => `authority: ${line}`),
    ...additional.map((line) => `additional: ${line}`),
  ].join('\n');
}

/** Puts the lines in order. */
export function answerOf(
  rcode: string,
  sections: {
    readonly answer?: readonly string[];
    readonly authority?: readonly string[];
    readonly additional?: readonly string[];
  } = {},
): Answer {
  const { answer = [], authority = [], additional = [] } = sections;
  return { rcode, answer: sorted(answer), authority: sorted(authority), additional: sorted(additional) };
}

const sorted = (lines: readonly string[]): string[] => [...lines].sort();

export function answerFrom(packet: Packet): Answer {
  const { answers = [], authorities = [], additionals = [] } = packet;
  return {
    rcode: (packet as Packet & { readonly rcode: string }).rcode,
    answer: answers.map(lineOf).sort(),
    // Whose zone denies a name is compared by asking for its SOA; here it is whether it does, and for how long.
    authority: authorities
      .map((record) =>
        record.type === 'SOA' ? negativeSoa(record.ttl ?? 0, record.data.minimum ?? 0) : lineOf(record),
      )
      .sort(),
    additional: additionals
      .filter(({ type }) => type !== 'OPT')
      .map(lineOf)
      .sort(),
  };
}

export function negativeSoa(ttlSeconds: number, minimumSeconds: number): string {
  return `SOA ${ttlSeconds} minimum ${minimumSeconds}`;
}

/** The serial is only told to be one of the two kinds. */
export function soaLine(
  owner: string,
  ttlSeconds: number,
  server: string,
  mailbox: string,
  minimumSeconds: number,
  serial: SerialKind,
): string {
  return `${owner} ${ttlSeconds} SOA ${server} ${mailbox} (${serial}) 7200 1800 86400 ${minimumSeconds}`;
}

export type SerialKind = 'a time' | 'a count';

/** No cluster has published a snapshot every second for thirty years. */
const earliestTime = 1_000_000_000;

function lineOf(record: DnsRecord): string {
  const ttlSeconds = 'ttl' in record ? record.ttl : 0;
  return `${record.name.toLowerCase()} ${ttlSeconds} ${record.type} ${dataOf(record).toLowerCase()}`;
}

function dataOf(record: DnsRecord): string {
  if (!('data' in record)) return '';
  if (record.type === 'SRV') {
    const { priority, weight, port, target } = record.data;
    return `${priority} ${weight} ${port} ${target}`;
  }
  if (record.type === 'SOA') {
    const { mname, rname, serial = 0, refresh, retry, expire, minimum } = record.data;
    return `${mname} ${rname} (${serial > earliestTime ? 'a time' : 'a count'}) ${refresh} ${retry} ${expire} ${minimum}`;
  }
  return Array.isArray(record.data)
    ? record.data.map(String).join(' ')
    : typeof record.data === 'string'
      ? record.data
      : JSON.stringify(record.data);
}
