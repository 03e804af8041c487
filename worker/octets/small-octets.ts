/**
 * Short arrays of octets, as parts of longer ones. The platform keeps an array of more than 64 octets outside of its heap, and
 * to get one there costs more than all that is done with a question.
 *
 * Nobody else ever gets the same octets. A part keeps the whole alive, so what is to stay for long is copied.
 */
const wholeOctets = 16 * 1024;
const maxOctets = 1024;

let whole = new Uint8Array(wholeOctets);
let used = 0;

/** All zero. */
export function smallOctets(length: number): Uint8Array<ArrayBuffer> {
  if (length > maxOctets) return new Uint8Array(length);
  if (used + length > wholeOctets) {
    whole = new Uint8Array(wholeOctets);
    used = 0;
  }
  used += length;
  return whole.subarray(used - length, used);
}
