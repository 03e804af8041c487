/** Alloy's language, as its own formatter writes it. Pure. */
import { doubleQuoted } from '../quote.ts';

export interface AlloyBlock {
  /** Stands before it, as a comment. */
  readonly why?: string | undefined;
  /** Its name and, in quotes, its label. */
  readonly head: string;
  /** Texts as they stand there. */
  readonly members?: readonly AlloyMember[];
  readonly blocks?: readonly AlloyBlock[];
}

export type AlloyMember = readonly [name: string, value: string];

/** Blocks with empty lines between them. */
export function alloyText(blocks: readonly AlloyBlock[]): string {
  return blocks.map((block) => linesOf(block).join('\n')).join('\n\n');
}

/** An object of texts, as the value of a member. */
export function alloyObject(texts: Readonly<Record<string, string>>): string {
  const members = Object.entries(texts).map(([name, text]) => [name, `${doubleQuoted(text)},`] as const);
  return ['{', ...setIn(aligned(members)), '}'].join('\n');
}

function linesOf({ why, head, members = [], blocks = [] }: AlloyBlock): readonly string[] {
  const parts = [...(members.length === 0 ? [] : [aligned(members)]), ...blocks.map(linesOf)];
  const inner = parts.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
  return [...(why === undefined ? [] : [`// ${why}`]), `${head} {`, ...setIn(inner), '}'];
}

function aligned(members: readonly AlloyMember[]): readonly string[] {
  const width = Math.max(...members.map(([name]) => name.length));
  return members.flatMap(([name, value]) => `${name.padEnd(width)} = ${value}`.split('\n'));
}

function setIn(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line === '' ? '' : `\t${line}`));
}
