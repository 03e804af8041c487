/** Remarks as they are written, so that whoever reads them with `readRemarkLine` finds all that fits. */
import { maxLineOctets } from '../supplement/supplement.ts';
import type { NameRemarks } from './remarks.ts';

/** How much of a line is written: all of it, or without `names`. */
export const levels = ['whole', 'without-names'] as const;

export type Level = (typeof levels)[number];

/** One line of at most so much, without its line feed; less where that is too long, and undefined where nothing fits. */
export function formatRemarkLine(remarks: NameRemarks, most: Level = 'whole'): string | undefined {
  return levels
    .slice(levels.indexOf(most))
    .map((level) => textAt(level, remarks))
    .find((text) => text.length <= maxLineOctets);
}

/** JSON in ASCII. The name comes first, so that a reader can pass over the lines of other names. */
function textAt(level: Level, { name, at, below, service, names = {} }: NameRemarks): string {
  const isListed = level === 'whole' && Object.keys(names).length > 0;
  return JSON.stringify({ name, at, below, service, ...(isListed && { names }) });
}
