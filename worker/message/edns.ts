/**
 * The EDNS options that concern this server (RFC 6891; IANA "DNS EDNS0 Option Codes").
 */

export const optionCodes = { nsid: 3, padding: 12, extendedError: 15, zoneVersion: 19 } as const;

/** What the OPT record of a query asks for. */
export interface Edns {
  /** The DO bit (RFC 3225); answers repeat it. */
  readonly dnssecOk: boolean;
  /** RFC 7830: answers to a padded query must be padded. */
  readonly wantsPadding: boolean;
  /** RFC 5001: which server answers. */
  readonly wantsNsid: boolean;
  /** RFC 9660: from which version of the zone. */
  readonly wantsZoneVersion: boolean;
}

const maxOptions = 64;

/**
 * Reads the options in [start, end), the RDATA of an OPT record. Unknown options and whatever the known ones hold are
 * passed over (RFC 6891 §6.1.2; RFC 5001 §2.1 says the same of NSID, and ZONEVERSION is asked for alike). Undefined when the options do not fill the RDATA exactly, or are more than 64.
 */
export function readOptions(octets: Uint8Array, start: number, end: number, dnssecOk: boolean): Edns | undefined {
  let wantsPadding = false;
  let wantsNsid = false;
  let wantsZoneVersion = false;
  let at = start;
  for (let count = 0; at < end; count += 1) {
    if (count === maxOptions || at + 4 > end) return undefined;
    const code = (octets[at]! << 8) | octets[at + 1]!;
    at += 4 + ((octets[at + 2]! << 8) | octets[at + 3]!);
    if (at > end) return undefined;
    if (code === optionCodes.padding) wantsPadding = true;
    else if (code === optionCodes.nsid) wantsNsid = true;
    else if (code === optionCodes.zoneVersion) wantsZoneVersion = true;
  }
  return { dnssecOk, wantsPadding, wantsNsid, wantsZoneVersion };
}
