/**
 * Drawing without putting back: the first n draws are a random n of all, in random order (Fisher–Yates, one step a draw).
 */

/** Gives numbers from 0 up to, but not including, 1; as Math.random. */
export type Random = () => number;

/** The numbers from 0 to `count` - 1, to draw from. */
export function ascending(count: number): number[] {
  const numbers: number[] = [];
  for (let i = 0; i < count; i += 1) numbers.push(i);
  return numbers;
}

/** The next draw, after `drawn` draws from the same `numbers`. */
export function draw(numbers: number[], drawn: number, random: Random): number {
  const left = numbers.length - drawn;
  const at = left === 1 ? drawn : drawn + Math.floor(random() * left);
  const number = numbers[at]!;
  numbers[at] = numbers[drawn]!;
  numbers[drawn] = number;
  return number;
}
