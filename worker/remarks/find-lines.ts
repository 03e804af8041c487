/**
 * Finds the remarks on a few names among those of a whole cluster. They are inflated piece by piece, and a line is looked
 * into only if the octets at its start say one of the names: nothing is parsed, and nothing is held, of any other.
 */
import { maxLineOctets, maxRemarksOctets, type NameRemarks, readRemarkLine } from '../../zone/remarks/remarks.ts';
import { inflated } from '../octets/gunzip.ts';

const lineFeed = 10;

/** By name; nothing of what is not there, or is no line. Throws when the body is not gzip. */
export async function findLines(
  body: Uint8Array,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, NameRemarks>> {
  const found = new Map<string, NameRemarks>();
  const starts = Array.from(names, (name) => new TextEncoder().encode(`{"name":"${name}"`));
  let read = 0;
  /** Of a line that goes on in the next piece. */
  let begun = new Uint8Array(0);
  let isTooLong = false;
  for await (const piece of inflated(body)) {
    read += piece.length;
    if (read > maxRemarksOctets) break;
    const octets = new Uint8Array(begun.length + piece.length);
    octets.set(begun);
    octets.set(piece, begun.length);
    let at = 0;
    for (let end = octets.indexOf(lineFeed); end >= 0; end = octets.indexOf(lineFeed, at)) {
      if (!isTooLong && starts.some((start) => beginsAt(octets, at, start))) {
        const line = readRemarkLine(new TextDecoder().decode(octets.subarray(at, end)));
        if (line !== undefined) found.set(line.name, line);
      }
      isTooLong = false;
      at = end + 1;
    }
    isTooLong ||= octets.length - at > maxLineOctets;
    begun = isTooLong ? new Uint8Array(0) : octets.slice(at);
  }
  return found;
}

function beginsAt(octets: Uint8Array, at: number, start: Uint8Array): boolean {
  let i = 0;
  while (i < start.length && octets[at + i] === start[i]) i += 1;
  return i === start.length;
}
