/** How far two labels are apart: how many letters were put in, left out, changed, or swapped with the next (Damerau). */

/** More is not a slip. */
export const maxSlips = 2;

/** Undefined for more than `maxSlips`, and where nothing of either label is left. */
export function labelDistance(a: string, b: string): number | undefined {
  if (Math.abs(a.length - b.length) > maxSlips) return undefined;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  const distance = last[b.length]!;
  return distance <= maxSlips && distance < Math.min(a.length, b.length) ? distance : undefined;
}
