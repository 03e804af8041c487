/** Texts that thousands of objects have in common, such as the names of nodes: each of them once in memory. */

/** Those that were seen lately. */
const texts = new Map<string, string>();
const maxTexts = 10_000;

/** An equal text, the same one each time. */
export function sharedText(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size === maxTexts) texts.clear();
  texts.set(text, text);
  return text;
}
