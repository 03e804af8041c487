/** Addresses of one name side by side in an answer, which come in another order each time, so that clients spread. */
import type { Random } from '../../worker/message/random-order.ts';
import type { RecordPlace } from './record-places.ts';

/** Records that are alike but for their addresses, and follow each other at the same distance. */
export interface AddressRun {
  /** Where the first address is. */
  readonly at: number;
  readonly addressOctets: number;
  /** From one address to the next. */
  readonly stride: number;
  /** Two or more. */
  readonly count: number;
}

const addressOctetsOf: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [28, 16],
]);

/** In the answer section; places count from the start of `octets`. */
export function addressRuns(octets: Uint8Array, places: readonly RecordPlace[]): AddressRun[] {
  const runs: AddressRun[] = [];
  for (let first = 0; first < places.length; ) {
    let next = first + 1;
    while (next < places.length && isAlike(octets, places[first]!, places[next]!)) next += 1;
    const { dataAt, end, ownerAt } = places[first]!;
    // Behind a first owner that is written out come pointers to it, at a distance of their own.
    if (next - first > 1) {
      runs.push({ at: dataAt, addressOctets: end - dataAt, stride: end - ownerAt, count: next - first });
    }
    first = next;
  }
  return runs;
}

/** Whether both are addresses of one type, with owners that are written alike. */
function isAlike(octets: Uint8Array, a: RecordPlace, b: RecordPlace): boolean {
  const ownerOctets = a.fixedAt - a.ownerAt;
  if (a.section !== 'answer' || b.section !== 'answer' || a.type !== b.type) return false;
  if (addressOctetsOf.get(a.type) !== a.end - a.dataAt) return false;
  if (b.end - b.ownerAt !== a.end - a.ownerAt || b.fixedAt - b.ownerAt !== ownerOctets) return false;
  for (let i = 0; i < ownerOctets; i += 1) if (octets[a.ownerAt + i] !== octets[b.ownerAt + i]) return false;
  return true;
}

/** Writes the addresses of `from` to `into`, where `shift` octets lie in front of them, beginning with any of them. */
export function rotateAddresses(
  { at, addressOctets, stride, count }: AddressRun,
  from: Uint8Array,
  into: Uint8Array,
  shift: number,
  random: Random,
): void {
  let drawn = Math.floor(random() * count);
  for (let i = 0; i < count; i += 1) {
    const source = at + drawn * stride;
    const target = shift + at + i * stride;
    for (let octet = 0; octet < addressOctets; octet += 1) into[target + octet] = from[source + octet]!;
    drawn = drawn + 1 === count ? 0 : drawn + 1;
  }
}
