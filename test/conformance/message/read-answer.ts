/**
 * A DNS answer, read twice: by dns-packet, which shares nothing with the server, as zone file text; and as octets, for what
 * dns-packet does not show.
 */
import dnsPacket, { type Answer, type SrvData } from 'dns-packet';
import { type Flag, flagBits } from './query.ts';

export interface DnsAnswer {
  readonly id: number;
  readonly opcode: number;
  /** With the upper bits of the OPT record. */
  readonly rcode: number;
  readonly flags: readonly Flag[];
  /** Of the header: question, answer, authority and additional section. */
  readonly counts: readonly number[];
  /** The question section as it came. */
  readonly question: Uint8Array;
  /** `owner TTL class type data`, by section, without the OPT record. */
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  readonly records: readonly RawRecord[];
  /** Each OPT record. */
  readonly opts: readonly Opt[];
}

export interface RawRecord {
  readonly section: 'answer' | 'authority' | 'additional';
  readonly ownerIsPointer: boolean;
  readonly type: number;
  readonly class: number;
  readonly ttlSeconds: number;
  readonly data: Uint8Array;
}

export interface Opt {
  readonly ownerIsRoot: boolean;
  readonly isLastRecord: boolean;
  readonly version: number;
  /** All 16 bits. */
  readonly flags: number;
  readonly options: readonly { readonly code: number; readonly data: Uint8Array }[];
}

/** Throws with one line when the octets are no DNS message, or when some are left over. */
export function readAnswer(octets: Uint8Array): DnsAnswer {
  if (octets.length < 12) throw new Error(`${octets.length} octets are no DNS message`);
  const packet = dnsPacket.decode(Buffer.from(octets));
  const { question, records, opts } = readOctets(octets);
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const bits = view.getUint16(2);
  const upper = opts[0] === undefined ? 0 : opts[0].extendedRcode;
  const section = (given: readonly Answer[] | undefined): string[] =>
    (given ?? []).filter(({ type }) => type !== 'OPT').map(line);
  return {
    id: view.getUint16(0),
    opcode: (bits >> 11) & 15,
    rcode: (bits & 15) | (upper << 4),
    flags: (Object.keys(flagBits) as Flag[]).filter((flag) => (bits & flagBits[flag]) !== 0),
    counts: [4, 6, 8, 10].map((at) => view.getUint16(at)),
    question,
    answer: section(packet.answers),
    authority: section(packet.authorities),
    additional: section(packet.additionals),
    records,
    opts,
  };
}

interface ReadOpt extends Opt {
  readonly extendedRcode: number;
}

function readOctets(octets: Uint8Array): Pick<DnsAnswer, 'question' | 'records'> & { opts: ReadOpt[] } {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const records: RawRecord[] = [];
  const opts: ReadOpt[] = [];
  let at = 12;
  for (let i = 0; i < view.getUint16(4); i += 1) at = endOfName(octets, at) + 4;
  const question = octets.slice(12, at);
  const sections = ['answer', 'authority', 'additional'] as const;
  for (const [index, section] of sections.entries()) {
    for (let left = view.getUint16(6 + 2 * index); left > 0; left -= 1) {
      const owner = at;
      const fixed = endOfName(octets, owner);
      const end = fixed + 10 + view.getUint16(fixed + 8);
      if (end > octets.length) throw new Error('a record goes beyond the end of the message');
      const data = octets.slice(fixed + 10, end);
      const type = view.getUint16(fixed);
      at = end;
      if (type === 41) {
        opts.push({
          ownerIsRoot: octets[owner] === 0,
          isLastRecord: end === octets.length,
          extendedRcode: octets[fixed + 4]!,
          version: octets[fixed + 5]!,
          flags: view.getUint16(fixed + 6),
          options: optionsOf(data),
        });
      } else {
        const ownerIsPointer = octets[owner]! >= 0xc0;
        const ttlSeconds = view.getUint32(fixed + 4);
        records.push({ section, ownerIsPointer, type, class: view.getUint16(fixed + 2), ttlSeconds, data });
      }
    }
  }
  if (at !== octets.length) throw new Error(`${octets.length - at} octets are left over`);
  return { question, records, opts };
}

function endOfName(octets: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const length = octets[at];
    if (length === undefined) throw new Error('a name goes beyond the end of the message');
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
    if (length === 0) return at;
  }
}

function optionsOf(data: Uint8Array): Opt['options'] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const options: { code: number; data: Uint8Array }[] = [];
  for (let at = 0; at < data.length; ) {
    if (at + 4 > data.length) throw new Error('an EDNS option has no length');
    const end = at + 4 + view.getUint16(at + 2);
    if (end > data.length) throw new Error('an EDNS option goes beyond the OPT record');
    options.push({ code: view.getUint16(at), data: data.slice(at + 4, end) });
    at = end;
  }
  return options;
}

function line(record: Answer): string {
  if (record.type === 'OPT') throw new Error('OPT has no presentation');
  return `${record.name} ${record.ttl} ${record.class} ${record.type} ${dataOf(record)}`;
}

function dataOf(record: Exclude<Answer, { type: 'OPT' }>): string {
  switch (record.type) {
    case 'SRV': {
      const { priority, weight, port, target } = record.data as Required<SrvData>;
      return `${priority} ${weight} ${port} ${target}`;
    }
    case 'TXT':
      return [record.data]
        .flat()
        .map((text) => `"${Buffer.from(text as Buffer).toString('latin1')}"`)
        .join(' ');
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      return `${mname} ${rname} ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
    }
    default:
      return Buffer.isBuffer(record.data) ? record.data.toString('hex') : String(record.data);
  }
}
