/**
 * Aliases that lead out of the zones. Who asks for addresses gets those of the last name too: what asks, such as a C library,
 * takes its answers from one server and does not ask another one for the rest.
 */
import { classIn, typeSoa } from '../../worker/message/query-type.ts';
import { rcodes } from '../../worker/message/rcode.ts';
import type { ResponseMessage, ResponseRecord } from '../../worker/message/read-response.ts';
import { parseAddress } from '../../zone/address.ts';
import { foldCase, type Name } from '../../zone/name.ts';
import type { ChasedAddresses } from './contract.ts';
import { nameText, type Question } from './question.ts';
import { placesOf, uint16 } from './record-places.ts';
import { recordsStart } from './source-answer.ts';

const typeCname = 5;
const addressTypes = { 1: 'A', 28: 'AAAA' } as const;
export type AddressType = (typeof addressTypes)[keyof typeof addressTypes];

/** More helps nobody. */
const maxAddresses = 64;
/** An edge that sends thousands would keep everybody else waiting while they are followed. */
const maxAliases = 16;
const addressOctetsOf = { A: 4, AAAA: 16 } as const;

/** Undefined when another type was asked for. */
export function addressTypeOf({ qtype, qclass }: Question): AddressType | undefined {
  if (qclass !== classIn) return undefined;
  return qtype === 1 || qtype === 28 ? addressTypes[qtype] : undefined;
}

/**
 * Where the aliases of an answer end without a record of the type that was asked for. Undefined when they do not: there are
 * none, or too many, they go round in a circle, or an SOA record says that there is nothing of the type (RFC 2308 §2.2).
 */
export function unansweredTarget({ rcode, answer, authority }: ResponseMessage, asked: Question): Name | undefined {
  if (rcode !== rcodes.NOERROR || authority.some(({ type }) => type === typeSoa)) return undefined;
  let name = nameText(asked.qname) as Name;
  for (let aliases = 0; aliases <= maxAliases; aliases += 1) {
    const here = answer.filter(({ owner }) => foldCase(owner) === name);
    if (here.some(({ type }) => type === asked.qtype)) return undefined;
    const alias = here.find(({ type }) => type === typeCname);
    if (alias === undefined) return aliases === 0 ? undefined : name;
    name = targetOf(alias);
  }
  return undefined;
}

function targetOf({ data }: ResponseRecord): Name {
  return foldCase(nameText(data)) as Name;
}

/** The answer section of `message` with the addresses behind it, as a message; the other sections are left out. */
export function withAddresses(
  message: Uint8Array,
  asked: Question,
  target: Name,
  type: AddressType,
  { addresses, ttlSeconds }: ChasedAddresses,
): Uint8Array {
  const start = recordsStart(asked);
  const answers = placesOf(message, start).filter(({ section }) => section === 'answer');
  const end = answers.at(-1)?.end ?? start;
  const found = addresses.map(parseAddress).filter((address) => address?.length === addressOctetsOf[type]);
  const kept = found.slice(0, maxAddresses);
  const octets = Array.from(message.subarray(0, end));
  for (const address of kept) {
    octets.push(...charactersOf(target), 0, asked.qtype, 0, classIn);
    octets.push((ttlSeconds >>> 24) & 0xff, (ttlSeconds >>> 16) & 0xff, (ttlSeconds >>> 8) & 0xff, ttlSeconds & 0xff);
    octets.push(0, addressOctetsOf[type], ...charactersOf(address!));
  }
  const written = Uint8Array.from(octets);
  const count = uint16(message, 6) + kept.length;
  written.set([count >>> 8, count & 0xff, 0, 0, 0, 0], 6);
  return written;
}

function charactersOf(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
