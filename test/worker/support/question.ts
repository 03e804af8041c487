/** Questions as people write them, as octets and as requests. */
import { dotted, header, message, name, opt, question } from '../message/build-query.ts';
import { base64Url } from './agent.ts';

const typeCodes: Readonly<Record<string, number>> = {
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
  HTTPS: 65,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
};

/** A query with EDNS, so that answers say why they are as they are. */
export function queryFor(text: string, type: string | number = 'A', qclass = 1): Uint8Array<ArrayBuffer> {
  return queryForName(text === '.' ? name() : dotted(text), type, qclass);
}

/** As `queryFor`, for a name in wire form. */
export function queryForName(qname: readonly number[], type: string | number = 'A', qclass = 1) {
  const code = typeof type === 'number' ? type : typeCodes[type];
  if (code === undefined) throw new Error(`no such type: ${type}`);
  return Uint8Array.from(message(header({ counts: [1, 0, 0, 1] }), question(qname, code, qclass), opt()));
}

export function askFor(text: string, type?: string | number): RequestInit {
  return post(queryFor(text, type));
}

export function post(octets: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/dns-message', ...headers }, body: octets };
}

/** The query part of a GET. */
export function asParameter(octets: Uint8Array): string {
  return `?dns=${base64Url(octets)}`;
}
