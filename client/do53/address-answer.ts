/** What an answer tells of the addresses of a name, aliases followed as far as they are there. Pure. */
import { classIn, typeSoa } from '../../worker/message/query-type.ts';
import { rcodes } from '../../worker/message/rcode.ts';
import { type ResponseMessage, type ResponseRecord, readResponse } from '../../worker/message/read-response.ts';
import { type Address, addressFromOctets, formatAddress } from '../../zone/address.ts';
import { foldCase, type Name, relativeTo } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import type { AddressType } from './address-question.ts';

export type AddressAnswer =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[]; readonly ttlSeconds: number }
  /** The name has none of the type, or is none. */
  | { readonly kind: 'none'; readonly ttlSeconds: number }
  /** The aliases lead to a name of which nothing is told. */
  | { readonly kind: 'alias'; readonly target: Name; readonly ttlSeconds: number };

const maxAliases = 16;
/** RFC 8767 §4, RFC 2308 §5: neither for ever. */
const maxTtlSeconds = 86_400;
const maxNegativeTtlSeconds = 3600;

/** Undefined when it is no answer about the name, or one of a server that has none. */
export function readAddressAnswer(octets: Uint8Array, name: Name, type: AddressType): AddressAnswer | undefined {
  const message = readResponse(octets);
  if (message === undefined || !isAbout(message, name, type)) return undefined;
  if (message.rcode !== rcodes.NOERROR && message.rcode !== rcodes.NXDOMAIN) return undefined;

  let ttlSeconds = maxTtlSeconds;
  let last = name;
  for (let aliases = 0; aliases <= maxAliases; aliases += 1) {
    const here = message.answer.filter((record) => record.class === classIn && foldCase(record.owner) === last);
    const found = here.filter((record) => record.type === typeCodes[type]);
    if (found.length > 0) {
      const addresses = found.flatMap(({ data }) => addressOf(data, type) ?? []).map(formatAddress);
      for (const record of found) ttlSeconds = Math.min(ttlSeconds, ttlOf(record));
      return { kind: 'addresses', addresses: [...new Set(addresses)], ttlSeconds };
    }
    const alias = here.find((record) => record.type === typeCodes.CNAME);
    if (alias === undefined) return withoutAddresses(message, last, aliases > 0, ttlSeconds);
    ttlSeconds = Math.min(ttlSeconds, ttlOf(alias));
    last = foldCase(String.fromCharCode(...alias.data)) as Name;
  }
  return undefined;
}

function isAbout({ question }: ResponseMessage, name: Name, type: AddressType): boolean {
  if (question === undefined || question.qclass !== classIn) return false;
  return question.qtype === typeCodes[type] && foldCase(question.qname) === name;
}

/** RFC 2308 §2.2: an SOA record of a zone that holds the name vouches for it. Without one, nothing may be kept (§5). */
function withoutAddresses(message: ResponseMessage, last: Name, isAlias: boolean, ttlSeconds: number): AddressAnswer {
  const soa = message.authority.find(
    ({ type, owner }) => type === typeSoa && relativeTo(last, foldCase(owner) as Name) !== undefined,
  );
  if (soa !== undefined) {
    const negative = Math.min(ttlSeconds, ttlOf(soa), minimumOf(soa), maxNegativeTtlSeconds);
    return { kind: 'none', ttlSeconds: negative };
  }
  const isDenied = message.rcode === rcodes.NXDOMAIN;
  return isAlias && !isDenied ? { kind: 'alias', target: last, ttlSeconds } : { kind: 'none', ttlSeconds: 0 };
}

function addressOf(data: Uint8Array, type: AddressType): Address | undefined {
  return data.length === (type === 'A' ? 4 : 16) ? addressFromOctets(data) : undefined;
}

/** RFC 2181 §8: one above 2^31 - 1 means 0. */
function ttlOf({ ttlSeconds }: ResponseRecord): number {
  return ttlSeconds > 0x7fff_ffff ? 0 : ttlSeconds;
}

/** MINIMUM, the last 32 bits of an SOA record (RFC 1035 §3.3.13). */
function minimumOf({ data }: ResponseRecord): number {
  return data.subarray(-4).reduce((seconds, octet) => seconds * 256 + octet, 0);
}
