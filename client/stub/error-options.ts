/** Extended errors (RFC 8914) as options of an OPT record, ready to be sent. */
import { optionCodes } from '../../worker/message/edns.ts';
import { type ExtendedErrorCode, extendedErrorCodes } from '../../worker/message/extended-error.ts';
import type { ReceivedError } from '../../worker/message/response-edns.ts';

/** What is more, or longer, helps nobody and would not fit over UDP. */
const maxErrors = 4;
const maxTextOctets = 160;
const optionHeaderOctets = 4;
const codeOctets = 2;

const utf8 = new TextEncoder();

/** One option behind the other; a text that is too long is cut. */
export function errorOptions(errors: readonly ReceivedError[]): Uint8Array {
  const octets = new Uint8Array(errors.length * (optionHeaderOctets + codeOctets + maxTextOctets));
  let length = 0;
  for (const { code, text } of errors.slice(0, maxErrors)) {
    const textAt = length + optionHeaderOctets + codeOctets;
    // Stops before a character that does not fit.
    const { written } = utf8.encodeInto(text, octets.subarray(textAt, textAt + maxTextOctets));
    octets.set([0, optionCodes.extendedError, 0, codeOctets + written, code >> 8, code & 0xff], length);
    length = textAt + written;
  }
  return octets.slice(0, length);
}

/** An error of our own. */
export function errorOption(code: ExtendedErrorCode, text: string): Uint8Array {
  return errorOptions([{ code: extendedErrorCodes[code], text }]);
}

export const noErrors = new Uint8Array(0);

/** Both, one behind the other. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const octets = new Uint8Array(first.length + second.length);
  octets.set(first);
  octets.set(second, first.length);
  return octets;
}
