/** Queries as octets, right ones and wrong ones: each part of the message can be said otherwise. */

export interface QueryFields {
  readonly id?: number;
  readonly opcode?: number;
  /** Set: of QR AA TC RD RA Z AD CD. RD unless told otherwise. */
  readonly flags?: readonly Flag[];
  readonly qclass?: number;
  readonly edns?: EdnsFields;
  /** Records as they are, in answer, authority and additional section; an OPT record comes behind. */
  readonly records?: readonly [readonly Uint8Array[], readonly Uint8Array[], readonly Uint8Array[]];
  /** What the header says of the four sections, whatever is in them. */
  readonly counts?: readonly [number, number, number, number];
  /** Behind the last record. */
  readonly tail?: Uint8Array;
}

export interface EdnsFields {
  readonly size?: number;
  readonly version?: number;
  readonly dnssecOk?: boolean;
  /** Of the 16 bits of flags, beside DO. */
  readonly flags?: number;
  readonly extendedRcode?: number;
  readonly options?: readonly Option[];
}

/** Code and data. */
export type Option = readonly [number, Uint8Array | readonly number[]];

export const flagBits = { QR: 0x8000, AA: 0x0400, TC: 0x0200, RD: 0x0100, RA: 0x80, Z: 0x40, AD: 0x20, CD: 0x10 };
export type Flag = keyof typeof flagBits;

export const types = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  DS: 43,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  SVCB: 64,
  HTTPS: 65,
  NXNAME: 128,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  TYPE1000: 1000,
} as const;
export type TypeName = keyof typeof types;

/** `name` is presentation format, whose letter case stays, or octets in wire form. */
export function query(name: string | Uint8Array, type: TypeName | number, fields: QueryFields = {}): Uint8Array {
  const { id = 0, opcode = 0, flags = ['RD'], qclass = 1, edns, records = [[], [], []], tail } = fields;
  const [answer, authority, additional] = records;
  const last = edns === undefined ? additional : [...additional, optRecord(edns)];
  const counts = fields.counts ?? [1, answer.length, authority.length, last.length];
  const bits = flags.reduce((sum, flag) => sum | flagBits[flag], opcode << 11);
  const typeCode = typeof type === 'number' ? type : types[type];
  return Buffer.concat([
    Buffer.from([id, bits, ...counts].flatMap(uint16)),
    typeof name === 'string' ? wireName(name) : name,
    Buffer.from([typeCode, qclass].flatMap(uint16)),
    ...answer,
    ...authority,
    ...last,
    tail ?? new Uint8Array(0),
  ]);
}

/** An OPT record (RFC 6891 §6.1.2). */
export function optRecord({
  size = 1232,
  version = 0,
  dnssecOk = false,
  flags = 0,
  extendedRcode = 0,
  options = [],
}: EdnsFields): Uint8Array {
  const data = Buffer.concat(
    options.map(([code, body]) => Buffer.from([...uint16(code), ...uint16(body.length), ...body])),
  );
  const ttl = [extendedRcode, version, ...uint16((dnssecOk ? 0x8000 : 0) | flags)];
  return record(Buffer.from([0]), types.OPT, size, ttl, data);
}

/** Any record. `ttl` is its four octets. */
export function record(
  owner: Uint8Array,
  type: number,
  rrClass: number,
  ttl: readonly number[],
  data: Uint8Array,
): Uint8Array {
  return Buffer.concat([
    owner,
    Buffer.from([...uint16(type), ...uint16(rrClass), ...ttl, ...uint16(data.length)]),
    data,
  ]);
}

/** Presentation format (RFC 1035 §5.1) to wire form, with the root label. Nothing is checked. */
export function wireName(text: string): Uint8Array {
  const labels: number[][] = [[]];
  for (let at = 0; at < text.length; at += 1) {
    const escaped = /^\\(?:(\d{3})|(.))/.exec(text.slice(at, at + 4));
    if (escaped !== null) {
      labels.at(-1)!.push(escaped[1] === undefined ? escaped[2]!.charCodeAt(0) : Number(escaped[1]));
      at += escaped[0].length - 1;
    } else if (text[at] === '.') labels.push([]);
    else labels.at(-1)!.push(text.charCodeAt(at));
  }
  const octets = labels.filter((label) => label.length > 0).flatMap((label) => [label.length, ...label]);
  return Uint8Array.from([...octets, 0]);
}

export function uint16(value: number): number[] {
  return [value >> 8, value & 0xff];
}
