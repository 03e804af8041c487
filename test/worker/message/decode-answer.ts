/**
 * Answers as dns-packet reads them, in zone-file text: an independent view of what the writer wrote.
 */
import dnsPacket, { type Answer, type SrvData } from 'dns-packet';

export interface DecodedAnswer {
  readonly id: number;
  /** With the upper bits of the OPT record. */
  readonly rcode: number;
  /** The flags that are set, of QR AA TC RD RA Z AD CD. */
  readonly flags: string;
  readonly questions: readonly string[];
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  readonly opt: DecodedOpt | undefined;
}

export interface DecodedOpt {
  readonly size: number;
  readonly version: number;
  readonly dnssecOk: boolean;
  readonly options: readonly { readonly code: number; readonly data: readonly number[] }[];
}

/** Throws when the octets are no message, when some are left over, or when there are two OPT records. */
export function decodeAnswer(octets: Uint8Array): DecodedAnswer {
  const packet = dnsPacket.decode(Buffer.from(octets));
  if (dnsPacket.decode.bytes !== octets.length) throw new Error('octets left over');
  const additional = packet.additionals ?? [];
  const opts = additional.filter((record) => record.type === 'OPT');
  if (opts.length > 1) throw new Error('two OPT records');
  if (opts.length === 1 && additional.at(-1) !== opts[0]) throw new Error('OPT is not the last record');
  const opt = opts[0];
  const names = ['QR', 'AA', 'TC', 'RD', 'RA', 'Z', 'AD', 'CD'] as const;
  const set = { QR: packet.flag_qr, AA: packet.flag_aa, TC: packet.flag_tc, RD: packet.flag_rd, RA: packet.flag_ra };
  const all = { ...set, Z: packet.flag_z, AD: packet.flag_ad, CD: packet.flag_cd };
  return {
    id: packet.id ?? 0,
    rcode: (octets[3]! & 0x0f) | ((opt?.extendedRcode ?? 0) << 4),
    flags: names.filter((name) => all[name]).join(' '),
    questions: (packet.questions ?? []).map(({ name, class: qclass, type }) => `${name} ${qclass} ${type}`),
    answer: (packet.answers ?? []).map(line),
    authority: (packet.authorities ?? []).map(line),
    additional: additional.filter((record) => record.type !== 'OPT').map(line),
    opt: opt && {
      size: opt.udpPayloadSize,
      version: opt.ednsVersion,
      dnssecOk: opt.flag_do,
      options: opt.options.map(({ code, data }) => ({ code: Number(code), data: [...(data ?? [])] })),
    },
  };
}

/** A record as one line: owner, TTL, class, type and data. */
function line(record: Answer): string {
  if (record.type === 'OPT') throw new Error('OPT has no presentation');
  const type = record.type.replace(/^UNKNOWN_/, 'TYPE');
  return `${record.name} ${record.ttl} ${record.class} ${type} ${data(record)}`;
}

function data(record: Exclude<Answer, { type: 'OPT' }>): string {
  switch (record.type) {
    case 'SRV': {
      const { priority, weight, port, target } = record.data as Required<SrvData>;
      return `${priority} ${weight} ${port} ${target}`;
    }
    case 'TXT':
      return (record.data as Buffer[]).map((text) => `"${text.toString('latin1')}"`).join(' ');
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record.data;
      return `${mname} ${rname} ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
    }
    case 'MX':
      return `${record.data.preference} ${record.data.exchange}`;
    default:
      // RFC 3597 §5.
      return Buffer.isBuffer(record.data)
        ? `\\# ${record.data.length} ${record.data.toString('hex')}`
        : String(record.data);
  }
}
