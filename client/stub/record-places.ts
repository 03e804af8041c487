/** Where the records of a message are. For messages that were read before and found to be whole: nothing is checked here. */
import { recordFixedOctets } from '../../worker/message/layout.ts';

export type Section = 'answer' | 'authority' | 'additional';

export interface RecordPlace {
  readonly section: Section;
  readonly type: number;
  /** Where the record begins. */
  readonly ownerAt: number;
  /** Where its TYPE is, behind the owner. */
  readonly fixedAt: number;
  readonly dataAt: number;
  readonly end: number;
}

/** Where a record has its TTL, counted from its TYPE (RFC 1035 §4.1.3). */
export const ttlOffset = 4;

const sections = [
  ['answer', 6],
  ['authority', 8],
  ['additional', 10],
] as const;

/** `start` is where the question ends. */
export function placesOf(octets: Uint8Array, start: number): RecordPlace[] {
  const places: RecordPlace[] = [];
  let ownerAt = start;
  for (const [section, countAt] of sections) {
    for (let left = uint16(octets, countAt); left > 0; left -= 1) {
      const fixedAt = afterName(octets, ownerAt);
      const dataAt = fixedAt + recordFixedOctets;
      const end = dataAt + uint16(octets, dataAt - 2);
      places.push({ section, type: uint16(octets, fixedAt), ownerAt, fixedAt, dataAt, end });
      ownerAt = end;
    }
  }
  return places;
}

export function afterName(octets: Uint8Array, start: number): number {
  let at = start;
  while (octets[at]! > 0 && octets[at]! < 0xc0) at += 1 + octets[at]!;
  return octets[at] === 0 ? at + 1 : at + 2;
}

export function uint16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}
