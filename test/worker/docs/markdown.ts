/** Pages of the documentation, taken apart: their tables and examples. */

/** The first cells, without their back quotes, of each table that has this title in its first column and stands below the heading. */
export function firstCells(markdown: string, heading: string, title: string): readonly string[] {
  const rows = sectionOf(markdown, heading).split('\n');
  const start = rows.findIndex((row) => row.startsWith(`| ${title} |`));
  if (start < 0) throw new Error(`there is no table of ${title} below ${heading}`);
  const end = rows.findIndex((row, i) => i > start && !row.startsWith('|'));
  return rows.slice(start + 2, end < 0 ? undefined : end).map((row) => /^\| `([^`]+)`/.exec(row)?.[1] ?? '');
}

/** The examples below the heading, which are indented. */
export function examples(markdown: string, heading: string): readonly string[] {
  return [...sectionOf(markdown, heading).matchAll(/(?<=\n\n)( {4}.*\n)+/g)].map(([text]) =>
    text.replace(/^ {4}/gm, ''),
  );
}

function sectionOf(markdown: string, heading: string): string {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`there is no heading ${heading}`);
  return section;
}
