/** The limits of what one group may hold, as an error. */
import { groupLimits } from '../format.ts';

/** A group beyond what the format can hold. `code` is stable. */
export class GroupTooLargeError extends Error {
  readonly code = 'GROUP_TOO_LARGE';

  constructor(found: string, limit: number) {
    super(`${found} under one name; at most ${limit} can be published`);
    this.name = 'GroupTooLargeError';
  }
}

/** The items, if they are not too many. Throws GroupTooLargeError. */
export function limited<T>(what: string, items: readonly T[], limit: number): readonly T[] {
  checkCount(what, items.length, limit);
  return items;
}

/** Throws GroupTooLargeError. */
export function checkCount(what: string, count: number, limit: number): void {
  if (count > limit) throw new GroupTooLargeError(`${count} ${what}`, limit);
}

/** Looks early and often: what multiplies is to end before it costs time and memory. Throws GroupTooLargeError. */
export function checkOctets({ length }: { readonly length: number }): void {
  const { octets } = groupLimits;
  if (length > octets) throw new GroupTooLargeError(`more than ${octets} octets`, octets);
}
