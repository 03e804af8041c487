/**
 * The records behind the question of a query. Only an OPT record means anything to this server; the others are stepped
 * over by their lengths, whatever their type. Pointers are checked but never followed, so the work is one pass.
 */
import { maxLabelOctets, maxNameOctets } from '../../zone/name.ts';
import { type Edns, readOptions } from './edns.ts';
import { headerOctets, recordFixedOctets } from './layout.ts';
import { typeOpt } from './query-type.ts';

export type RecordFault = 'RECORD_OWNER' | 'RECORD_CUT' | 'OPT_PLACE' | 'OPT_TWICE' | 'OPT_OPTIONS' | 'TRAILING_OCTETS';

interface QueryRecords {
  /** The OPT record, as far as it was read when a fault was found. */
  readonly edns: Edns | undefined;
  readonly ednsVersion: number;
  readonly fault: RecordFault | undefined;
}

/**
 * Walks all records from `start` to the end of the message: first the `others`, those of the answer and authority
 * sections, then the `additionals`. The caller has bounded both counts.
 */
export function readRecords(octets: Uint8Array, start: number, others: number, additionals: number): QueryRecords {
  let edns: Edns | undefined;
  let ednsVersion = 0;
  let at = start;
  for (let i = 0; i < others + additionals; i += 1) {
    const owner = at;
    const fixed = skipOwner(octets, owner);
    if (fixed === undefined) return { edns, ednsVersion, fault: 'RECORD_OWNER' };
    const rdata = fixed + recordFixedOctets;
    if (rdata > octets.length) return { edns, ednsVersion, fault: 'RECORD_CUT' };
    at = rdata + ((octets[fixed + 8]! << 8) | octets[fixed + 9]!);
    if (at > octets.length) return { edns, ednsVersion, fault: 'RECORD_CUT' };
    if (((octets[fixed]! << 8) | octets[fixed + 1]!) !== typeOpt) continue;

    // RFC 6891 §6.1.1: at most one, in the additional section, owned by the root.
    if (i < others || octets[owner] !== 0) return { edns, ednsVersion, fault: 'OPT_PLACE' };
    if (edns !== undefined) return { edns, ednsVersion, fault: 'OPT_TWICE' };
    // The TTL field of an OPT record is extended RCODE, version, DO and reserved bits (RFC 6891 §6.1.3).
    edns = readOptions(octets, rdata, at, (octets[fixed + 6]! & 0x80) !== 0);
    if (edns === undefined) return { edns, ednsVersion, fault: 'OPT_OPTIONS' };
    ednsVersion = octets[fixed + 5]!;
  }
  return { edns, ednsVersion, fault: at === octets.length ? undefined : 'TRAILING_OCTETS' };
}

/** Where the owner name at `start` ends; undefined when it is no name. */
function skipOwner(octets: Uint8Array, start: number): number | undefined {
  let at = start;
  for (;;) {
    const length = octets[at];
    if (length === undefined) return undefined;
    if (length >= 0xc0) {
      const low = octets[at + 1];
      if (low === undefined) return undefined;
      // RFC 1035 §4.1.4: a pointer leads to a prior name; the header holds none.
      const target = ((length & 0x3f) << 8) | low;
      return target >= headerOctets && target < start ? at + 2 : undefined;
    }
    if (length > maxLabelOctets) return undefined;
    at += 1 + length;
    if (length === 0) return at;
    if (at - start >= maxNameOctets) return undefined;
  }
}
