/**
 * Finds the remarks on a few names among those of a whole cluster. A line is looked into only if one of the names stands at
 * its start: nothing is parsed of any other. What cannot be read is passed over.
 */
import { type NameRemarks, readRemarkLine } from '../../zone/remarks/remarks.ts';
import { supplementLimits } from '../../zone/supplement/supplement.ts';
import { wholeLines } from '../supplements/whole-lines.ts';

const lineFeed = 10;
const quote = 34;
/** Of what stands in front of the name. */
const nameAt = '{"name":"'.length;
const maxNameCharacters = 253;

/** By name; nothing of what is not there, or is no line. Throws when the body is not gzip. */
export async function findLines(
  body: Uint8Array,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, NameRemarks>> {
  const found = new Map<string, NameRemarks>();
  for await (const octets of wholeLines(body, supplementLimits.remarks.textOctets, () => {})) {
    let at = 0;
    for (let end = octets.indexOf(lineFeed); end >= 0; end = octets.indexOf(lineFeed, at)) {
      if (octets[at + nameAt - 1] === quote && names.has(nameIn(octets, at + nameAt, end))) {
        const line = readRemarkLine(new TextDecoder().decode(octets.subarray(at, end)));
        if (line !== undefined && names.has(line.name)) found.set(line.name, line);
      }
      at = end + 1;
    }
  }
  return found;
}

/** Up to the quotation mark behind it, and no longer than a name may be. */
function nameIn(octets: Uint8Array, from: number, lineEnd: number): string {
  const most = Math.min(lineEnd, from + maxNameCharacters);
  let to = from;
  while (to < most && octets[to] !== quote) to += 1;
  return String.fromCharCode(...octets.subarray(from, to));
}
