/** Comments in the languages that configurations are written in. */

export interface CommentStyle {
  /** What has to stand before any comment. */
  readonly prolog: readonly string[];
  /** The lines as one comment. */
  wrap(lines: readonly string[]): readonly string[];
}

/** Most files, shells and PowerShell. */
export const hash: CommentStyle = eachLine('#');
/** Go, Java and JavaScript. */
export const slashes: CommentStyle = eachLine('//');
export const xml: CommentStyle = {
  prolog: ['<?xml version="1.0" encoding="UTF-8"?>'],
  // XML 1.0 §2.5: "--" must not occur in a comment.
  wrap: (lines) => ['<!--', ...lines.map((line) => `  ${line.replace(/-(?=-)/g, '- ')}`), '-->'],
};

function eachLine(mark: string): CommentStyle {
  return { prolog: [], wrap: (lines) => lines.map((line) => `${mark} ${line}`.trimEnd()) };
}
