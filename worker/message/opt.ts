/**
 * The OPT record of an answer (RFC 6891 §6.1): extended RCODE, DO, an extended error, what was asked of the server and
 * its zone, and padding as the last option.
 */
import { type Edns, optionCodes } from './edns.ts';
import { type ExtendedError, extendedErrorCodes } from './extended-error.ts';
import type { MessageWriter } from './message-writer.ts';
import { typeOpt } from './query-type.ts';
import type { ZoneVersion } from './reply.ts';

/** RFC 8467 §4.1: answers are padded to a multiple of this. */
export const paddingBlockOctets = 468;

/** Without meaning over HTTP; this one fits every path (DNS Flag Day 2020). */
export const udpPayloadOctets = 1232;

const utf8 = new TextEncoder();
const maxErrorTextOctets = 255;
const fixedOctets = 11;
const optionHeaderOctets = 4;

/** What is longer is cut. */
const maxIdentityOctets = 64;
const zoneVersionOctets = 6;

/** The TYPE of a zone version that is the SOA's serial (RFC 9660 §2.1). */
const soaSerial = 0;

export interface OptContent {
  /** With the upper bits. */
  readonly rcode: number;
  readonly extendedError: ExtendedError | undefined;
  /** Which server this is, in ASCII; said where it is asked for. */
  readonly identity: string;
  readonly zoneVersion: ZoneVersion | undefined;
}

/** The most that the record takes, the octets of padding aside; also room that is kept where a query has none. */
export function maxOptOctets(edns: Edns | undefined): number {
  let octets = fixedOctets + optionHeaderOctets + 2 + maxErrorTextOctets + optionHeaderOctets;
  if (edns?.wantsNsid) octets += optionHeaderOctets + maxIdentityOctets;
  if (edns?.wantsZoneVersion) octets += optionHeaderOctets + zoneVersionOctets;
  return octets;
}

/** Writes the record at the end of the message, whose limit leaves room for `maxOptOctets` and, where asked for, padding. */
export function writeOpt(out: MessageWriter, edns: Edns, content: OptContent): void {
  const { rcode, extendedError, identity, zoneVersion } = content;
  out.octet(0);
  out.uint16(typeOpt);
  out.uint16(udpPayloadOctets);
  out.octet(rcode >>> 4);
  out.octet(0);
  out.uint16(edns.dnssecOk ? 0x8000 : 0);
  const lengthAt = out.length;
  out.uint16(0);
  if (extendedError !== undefined) writeExtendedError(out, extendedError);
  if (edns.wantsNsid) writeNsid(out, identity);
  if (edns.wantsZoneVersion && zoneVersion !== undefined) writeZoneVersion(out, zoneVersion);
  if (edns.wantsPadding) writePadding(out);
  out.uint16At(lengthAt, out.length - lengthAt - 2);
}

/** RFC 8914 §2. */
function writeExtendedError(out: MessageWriter, { code, text }: ExtendedError): void {
  const textAt = out.length + optionHeaderOctets + 2;
  // Stops before a character that does not fit.
  const { written } = utf8.encodeInto(text, out.octets.subarray(textAt, textAt + maxErrorTextOctets));
  out.uint16(optionCodes.extendedError);
  out.uint16(2 + written);
  out.uint16(extendedErrorCodes[code]);
  out.length += written;
}

/** RFC 5001 §2.3: what the octets mean is the server's business. */
function writeNsid(out: MessageWriter, identity: string): void {
  const octets = Math.min(identity.length, maxIdentityOctets);
  out.uint16(optionCodes.nsid);
  out.uint16(octets);
  out.characters(identity, 0, octets);
}

/** RFC 9660 §2. */
function writeZoneVersion(out: MessageWriter, { labelCount, serial }: ZoneVersion): void {
  out.uint16(optionCodes.zoneVersion);
  out.uint16(zoneVersionOctets);
  out.octet(labelCount);
  out.octet(soaSerial);
  out.uint32(serial);
}

/** RFC 7830 §3. */
function writePadding(out: MessageWriter): void {
  const end = out.length + optionHeaderOctets;
  const octets = Math.ceil(end / paddingBlockOctets) * paddingBlockOctets - end;
  out.uint16(optionCodes.padding);
  out.uint16(octets);
  out.zeros(octets);
}
