/**
 * The lines of a supplement, piece by piece as they are inflated, so that nobody holds all of them.
 */
import { maxLineOctets } from '../../zone/supplement/supplement.ts';
import { inflated } from '../octets/gunzip.ts';

const lineFeed = 10;

/**
 * As many whole lines at a time as a piece holds, each with its line feed. `broken` is told what cannot be read: a line
 * that is too long, one without an end, and all that comes behind `maxOctets`. If it returns, what can be read goes on.
 * Throws when the body is not gzip.
 */
export async function* wholeLines(
  body: Uint8Array,
  maxOctets: number,
  broken: (what: string) => void,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  /** Of a line that goes on in the next piece. */
  let begun = new Uint8Array(0);
  let isTooLong = false;
  for await (const piece of inflated(body)) {
    read += piece.length;
    if (read > maxOctets) {
      broken(`it inflates to more than ${maxOctets} octets`);
      return;
    }
    const end = piece.lastIndexOf(lineFeed) + 1;
    // Of a line that is too long, what is left out goes up to its line feed.
    const start = isTooLong && end > 0 ? piece.indexOf(lineFeed) + 1 : 0;
    if (end > start) {
      yield joined(begun, piece.subarray(start, end));
      begun = new Uint8Array(0);
    }
    if (end > 0) isTooLong = false;
    if (isTooLong) continue;
    begun = joined(begun, piece.subarray(end));
    if (begun.length > maxLineOctets) {
      broken(`a line has more than ${maxLineOctets} octets`);
      begun = new Uint8Array(0);
      isTooLong = true;
    }
  }
  if (begun.length > 0 || isTooLong) broken('the last line has no end');
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(a.length + b.length);
  octets.set(a);
  octets.set(b, a.length);
  return octets;
}
