/**
 * The OPT record of an answer (RFC 6891 §6.1): extended RCODE, DO, an extended error, and padding as its last option.
 */
import { type Edns, optionCodes } from './edns.ts';
import { type ExtendedError, extendedErrorCodes } from './extended-error.ts';
import type { MessageWriter } from './message-writer.ts';
import { typeOpt } from './query-type.ts';

/** RFC 8467 §4.1: answers are padded to a multiple of this. */
export const paddingBlockOctets = 468;

/** Without meaning over HTTP; this one fits every path (DNS Flag Day 2020). */
const udpPayloadOctets = 1232;

const utf8 = new TextEncoder();
const maxErrorTextOctets = 255;
const fixedOctets = 11;
const optionHeaderOctets = 4;

/** The most that the record takes, the octets of padding aside. */
export const maxOptOctets = fixedOctets + optionHeaderOctets + 2 + maxErrorTextOctets + optionHeaderOctets;

/** Writes the record at the end of the message, whose limit leaves room for `maxOptOctets` and, where asked for, padding. */
export function writeOpt(
  out: MessageWriter,
  edns: Edns,
  rcode: number,
  extendedError: ExtendedError | undefined,
): void {
  out.makeRoom(maxOptOctets);
  out.octet(0);
  out.uint16(typeOpt);
  out.uint16(udpPayloadOctets);
  out.octet(rcode >>> 4);
  out.octet(0);
  out.uint16(edns.dnssecOk ? 0x8000 : 0);
  const lengthAt = out.length;
  out.uint16(0);
  if (extendedError !== undefined) writeExtendedError(out, extendedError);
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

/** RFC 7830 §3. */
function writePadding(out: MessageWriter): void {
  const end = out.length + optionHeaderOctets;
  const octets = Math.ceil(end / paddingBlockOctets) * paddingBlockOctets - end;
  out.makeRoom(optionHeaderOctets + octets);
  out.uint16(optionCodes.padding);
  out.uint16(octets);
  out.zeros(octets);
}
