/**
 * The data of records (RDATA), by type.
 */
import { typeCodes } from '../../zone/rrset.ts';
import type { MessageWriter } from './message-writer.ts';
import type { NameWriter } from './name-writer.ts';
import { typeSoa } from './query-type.ts';
import type { RecordSet } from './reply.ts';

export function typeCode(rrset: RecordSet): number {
  if (rrset.type === 'other') return rrset.typeCode;
  return rrset.type === 'SOA' ? typeSoa : typeCodes[rrset.type];
}

export function recordCount(rrset: RecordSet): number {
  switch (rrset.type) {
    case 'A':
      return rrset.addresses.length / 4;
    case 'AAAA':
      return rrset.addresses.length / 16;
    case 'SRV':
      return rrset.services.length;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return rrset.targets.length;
    case 'TXT':
      return rrset.texts.length;
    case 'SOA':
      return 1;
    case 'other':
      return rrset.data.length;
  }
}

/** The most octets that the data of one record takes; undefined when it holds a name that cannot be written. */
export function maxDataOctets(rrset: RecordSet, index: number, names: NameWriter): number | undefined {
  switch (rrset.type) {
    case 'A':
      return 4;
    case 'AAAA':
      return 16;
    case 'SRV':
      return sum(6, names.maxOctets(rrset.services[index]!.target));
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return names.maxOctets(rrset.targets[index]!);
    case 'TXT':
      return stringOctets(rrset.texts[index]!);
    case 'SOA':
      return sum(sum(20, names.maxOctets(rrset.mname)), names.maxOctets(rrset.rname));
    case 'other':
      return rrset.data[index]!.length;
  }
}

/** Writes the data of one record, for which there is room. */
export function writeData(rrset: RecordSet, index: number, out: MessageWriter, names: NameWriter): void {
  switch (rrset.type) {
    case 'A':
      out.bytesOf(rrset.addresses, index * 4, 4);
      return;
    case 'AAAA':
      out.bytesOf(rrset.addresses, index * 16, 16);
      return;
    case 'SRV': {
      const { priority, weight, port, target } = rrset.services[index]!;
      out.uint16(priority);
      out.uint16(weight);
      out.uint16(port);
      // RFC 2782: "name compression is not to be used for this field".
      names.full(target);
      return;
    }
    case 'CNAME':
    case 'NS':
    case 'PTR':
      names.compressed(rrset.targets[index]!);
      return;
    case 'TXT':
      writeStrings(out, rrset.texts[index]!);
      return;
    case 'SOA':
      names.compressed(rrset.mname);
      names.compressed(rrset.rname);
      out.uint32(rrset.serial);
      out.uint32(rrset.refreshSeconds);
      out.uint32(rrset.retrySeconds);
      out.uint32(rrset.expireSeconds);
      out.uint32(rrset.minimumSeconds);
      return;
    case 'other': {
      const data = rrset.data[index]!;
      out.bytesOf(data, 0, data.length);
      return;
    }
  }
}

/** Character strings, each at most 255 octets, one character per octet (RFC 1035 §3.3.14: one or more). */
function writeStrings(out: MessageWriter, strings: readonly string[]): void {
  if (strings.length === 0) out.octet(0);
  for (const text of strings) {
    out.octet(text.length);
    out.characters(text, 0, text.length);
  }
}

function stringOctets(strings: readonly string[]): number {
  return strings.length === 0 ? 1 : strings.reduce((octets, text) => octets + 1 + text.length, 0);
}

function sum(octets: number | undefined, more: number | undefined): number | undefined {
  return octets === undefined || more === undefined ? undefined : octets + more;
}
