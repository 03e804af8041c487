/**
 * The record that designates this endpoint as an encrypted resolver (RFC 9460, RFC 9461, RFC 9462). It never holds a token:
 * whoever asks may be anybody.
 */
import type { Name } from '../../zone/name.ts';
import type { OtherRecords } from '../message/reply.ts';

export const typeSvcb = 64;

/** Hosts change with a deployment, and rarely. */
const ttlSeconds = 300;

/** `1 <host> alpn=h2,h3 dohpath=/dns-query{?dns}`. */
export function designationOf(host: Name): OtherRecords {
  const data = [
    uint16(1),
    host,
    parameter(keys.alpn, [...protocols].map((protocol) => String.fromCharCode(protocol.length) + protocol).join('')),
    parameter(keys.dohpath, '/dns-query{?dns}'),
  ].join('');
  return {
    type: 'other',
    typeCode: typeSvcb,
    ttlSeconds,
    data: [Uint8Array.from(data, (octet) => octet.charCodeAt(0))],
  };
}

/** IANA "Service Parameter Keys", in the order in which they must come (RFC 9460 §2.2). */
const keys = { alpn: 1, dohpath: 7 } as const;

const protocols = ['h2', 'h3'] as const;

/** `value` has one character per octet. */
function parameter(key: number, value: string): string {
  return uint16(key) + uint16(value.length) + value;
}

function uint16(value: number): string {
  return String.fromCharCode(value >> 8, value & 255);
}
