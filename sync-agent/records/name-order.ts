/**
 * The order of the hosts of a Service. Which one it is does not matter, as long as it depends on names alone; so it is
 * one that is found fast, and in which hosts are neighbours that are encoded alike.
 */

export interface OrderedName {
  readonly subdomain: string | undefined;
  readonly label: string;
  /** An integer from -1 to 2^26 that is compared before the label. Equal labels have equal ranks. */
  readonly rank: number;
}

export function compareNames(a: OrderedName, b: OrderedName): number {
  if (a.subdomain !== b.subdomain) return (a.subdomain ?? '') < (b.subdomain ?? '') ? -1 : 1;
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.label === b.label ? 0 : a.label < b.label ? -1 : 1;
}

/** May change the array that is given. Those with the same name stay as they were among each other. */
export function inOrder<T extends OrderedName>(names: T[]): readonly T[] {
  if (names.length <= few) return sortedFew(names);
  return sortedByRank(names) ?? names.sort(compareNames);
}

/** For so many, `sort` takes more time and memory than the rest of their records. */
const few = 32;

function sortedFew<T extends OrderedName>(names: T[]): readonly T[] {
  for (let i = 1; i < names.length; i += 1) {
    const name = names[i]!;
    let to = i;
    for (; to > 0 && compareNames(names[to - 1]!, name) > 0; to -= 1) names[to] = names[to - 1]!;
    names[to] = name;
  }
  return names;
}

const maxIndex = 2 ** 26;

/** Numbers alone are sorted much faster. Undefined where ranks do not tell all the names apart. */
function sortedByRank<T extends OrderedName>(names: readonly T[]): readonly T[] | undefined {
  const keys = new Float64Array(names.length);
  for (const [i, { rank, subdomain }] of names.entries()) {
    if (subdomain !== names[0]!.subdomain || (i > 0 && rank === names[i - 1]!.rank)) return undefined;
    keys[i] = rank * maxIndex + i;
  }
  keys.sort();
  const sorted: T[] = [];
  for (const key of keys) {
    const name = names[key - Math.floor(key / maxIndex) * maxIndex]!;
    if (name.rank === sorted.at(-1)?.rank) return undefined;
    sorted.push(name);
  }
  return sorted;
}
