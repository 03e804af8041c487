/** The sentence by which a file is known as ours. It stands in the first line, and says how to undo what it does. */

const author = 'Written by kube-doh';

/** No `--` in it, which a comment of XML may not hold. */
export const mark = `${author}; "kube-doh dns uninstall" removes it.`;

export const editMark = `${author}; "kube-doh dns uninstall" puts back what was here.`;

export function isMarked(text: string): boolean {
  return text.split('\n', 1)[0]!.includes(author);
}
