/**
 * The data of records (RDATA) that somebody else wrote. Names that may be compressed there are written out, so that the
 * data means the same outside its message (RFC 3597 §4).
 */
import type { NameReader } from './response-names.ts';

/** Octets in front of the names, how many names, octets behind them. */
type Form = readonly [before: number, names: number, after: number];

const name: Form = [0, 1, 0];
const preferenceAndName: Form = [2, 1, 0];

/**
 * The types of RFC 1035 that hold names, and those that RFC 3597 §4 adds: RP, AFSDB, RT, PX, SRV. Not SIG, NXT and NAPTR,
 * which nobody compresses any more (RFC 4034 §3.1.7, RFC 3403 §4.1).
 */
const forms: ReadonlyMap<number, Form> = new Map([
  [2, name],
  [3, name],
  [4, name],
  [5, name],
  [6, [0, 2, 20]],
  [7, name],
  [8, name],
  [9, name],
  [12, name],
  [14, [0, 2, 0]],
  [15, preferenceAndName],
  [17, [0, 2, 0]],
  [18, preferenceAndName],
  [21, preferenceAndName],
  [26, [2, 2, 0]],
  [33, [6, 1, 0]],
]);

/** The data in [start, end); undefined when the names of its type do not fill it exactly. */
export function readData(
  octets: Uint8Array,
  start: number,
  end: number,
  type: number,
  names: NameReader,
): Uint8Array | undefined {
  const form = forms.get(type);
  if (form === undefined) return octets.subarray(start, end);
  const [before, count, after] = form;
  let at = start + before;
  let written = '';
  for (let i = 0; i < count; i += 1) {
    const read = names.read(at);
    if (read === undefined) return undefined;
    written += read.name;
    at = read.end;
  }
  if (at + after !== end) return undefined;
  const data = new Uint8Array(before + written.length + after);
  data.set(octets.subarray(start, start + before));
  for (let i = 0; i < written.length; i += 1) data[before + i] = written.charCodeAt(i);
  data.set(octets.subarray(at, end), before + written.length);
  return data;
}
