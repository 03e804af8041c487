/** Text in lines of a terminal. Pure. */

export const columns = 80;

/**
 * `head` and the words behind it, in lines of at most 80 columns that begin below the first word. A word that is longer, as a
 * name may be, has a line for itself, and what stands in quotes, as a command does, is one word: whoever copies it needs it
 * whole. Without control characters.
 */
export function wrapped(head: string, text: string): readonly string[] {
  const indent = ' '.repeat(head.length);
  const lines: string[] = [];
  let line = '';
  for (const word of withoutControls(text).match(wordOrQuoted) ?? []) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent.length + longer.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(line);
  return lines.map((each, i) => `${i === 0 ? head : indent}${each}`.trimEnd());
}

const wordOrQuoted = /(?:[^\s"]|"[^"]*")+|\S+/g;

/** What somebody else says goes to a terminal. */
function withoutControls(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cf}]/gu, '?');
}
