/** The limits of what one group may hold, as an error. */

/** A group beyond what the format can hold. `code` is stable. */
export class GroupTooLargeError extends Error {
  readonly code = 'GROUP_TOO_LARGE';

  constructor(what: string, count: number, limit: number) {
    super(`${count} ${what} under one name; at most ${limit} can be published`);
    this.name = 'GroupTooLargeError';
  }
}

/** The items, if they are not too many. Throws GroupTooLargeError. */
export function limited<T>(what: string, items: readonly T[], limit: number): readonly T[] {
  if (items.length > limit) throw new GroupTooLargeError(what, items.length, limit);
  return items;
}
