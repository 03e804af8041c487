/**
 * Marked blocks in the text of a hosts file, one for each profile. Everything outside of them stays octet for octet as it
 * is, and taking a block out gives the text that was there before it was put in. Pure; text has one character per octet.
 *
 * A text without a final line end stays without one: then the block has none either, and the line end in front of it is
 * the block's. A file that was not there, undefined here, begins with a line that says so, and goes with its last block.
 */

/** A marker without its counterpart. The message is one line. */
export class HostsBlockError extends Error {
  readonly code = 'HOSTS_BLOCK';

  constructor(line: string) {
    super(`"${line}" has no counterpart: somebody edited the block; take its lines out by hand, then run this again`);
    this.name = 'HostsBlockError';
  }
}

export type LineEnd = '\n' | '\r\n';

interface Block {
  readonly name: string;
  /** Where its first line begins, and where the line behind it does. */
  readonly start: number;
  readonly end: number;
  /** Of its first line. */
  readonly lineEnd: LineEnd;
  /** Whether its last line has a line end. */
  readonly isClosed: boolean;
}

const madeHere = '# This file was made by kube-doh hosts, and goes with the last of its names.';

/** The text with the block of this name holding these lines: where it was, or at the end. Throws HostsBlockError. */
export function withBlock(
  given: string | undefined,
  name: string,
  lines: readonly string[],
  usualLineEnd: LineEnd = '\n',
): string {
  const text = given ?? `${madeHere}${usualLineEnd}`;
  const old = blocksOf(text).find((block) => block.name === name);
  if (old !== undefined) {
    return text.slice(0, old.start) + blockText(name, lines, old) + text.slice(old.end);
  }
  const lineEnd = lineEndOf(text) ?? usualLineEnd;
  const isClosed = text === '' || text.endsWith('\n');
  return `${text}${isClosed ? '' : lineEnd}${blockText(name, lines, { lineEnd, isClosed })}`;
}

/**
 * The text without the block of this name, or without any when none is named; undefined when the file was made for blocks
 * and none is left. Throws HostsBlockError.
 */
export function withoutBlock(given: string | undefined, name?: string): string | undefined {
  if (given === undefined) return undefined;
  const text = withoutBlocks(given, name);
  if (text === given || blocksOf(text).length > 0) return text;
  const first = [`${madeHere}\n`, `${madeHere}\r\n`].find((line) => text.startsWith(line)) ?? '';
  return text !== '' && text === first ? undefined : text.slice(first.length);
}

function withoutBlocks(text: string, name: string | undefined): string {
  const block = blocksOf(text).findLast((candidate) => name === undefined || candidate.name === name);
  return block === undefined ? text : withoutBlocks(cutOut(text, block), name);
}

function cutOut(text: string, { start, end, lineEnd, isClosed }: Block): string {
  const before = text.slice(0, start);
  const isOpen = !isClosed && before.endsWith(lineEnd);
  return (isOpen ? before.slice(0, -lineEnd.length) : before) + text.slice(end);
}

function blockText(name: string, lines: readonly string[], { lineEnd, isClosed }: Pick<Block, 'lineEnd' | 'isClosed'>) {
  const all = [`# BEGIN kube-doh ${name}`, ...lines, `# END kube-doh ${name}`];
  return all.join(lineEnd) + (isClosed ? lineEnd : '');
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open:
    | { readonly name: string; readonly line: string; readonly start: number; readonly lineEnd: LineEnd }
    | undefined;
  for (const { 0: whole, index: start } of text.matchAll(/[^\n]*\n|[^\n]+$/g)) {
    const line = whole.replace(/\r?\n$/, '');
    const [, marker, name] = /^# (BEGIN|END) kube-doh (\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    if (marker === 'BEGIN') {
      if (open !== undefined) throw new HostsBlockError(open.line);
      open = { name, line, start, lineEnd: whole.endsWith('\r\n') ? '\r\n' : '\n' };
    } else {
      if (open?.name !== name) throw new HostsBlockError(line);
      blocks.push({
        name,
        start: open.start,
        end: start + whole.length,
        lineEnd: open.lineEnd,
        isClosed: whole.endsWith('\n'),
      });
      open = undefined;
    }
  }
  if (open !== undefined) throw new HostsBlockError(open.line);
  return blocks;
}

/** Windows' own only where all lines have it; undefined where no line ends. */
function lineEndOf(text: string): LineEnd | undefined {
  if (!text.includes('\n')) return undefined;
  return /(^|[^\r])\n/.test(text) ? '\n' : '\r\n';
}
