/** Tables as text: figures in columns, and beside each limited figure whether it holds. */

export interface Cell {
  readonly text: string;
  readonly isMissed: boolean;
}

export type Row = { readonly heading: string } | { readonly label: string; readonly cells: readonly Cell[] };

/** The lines to print, and how many bars are missed. */
export interface Table {
  readonly lines: readonly string[];
  readonly missed: number;
}

/** Every row has as many cells as the others. */
export function layOut(rows: readonly Row[]): Table {
  const cells = rows.flatMap((row) => ('cells' in row ? row.cells : []));
  return { lines: linesOf(rows), missed: cells.filter(({ isMissed }) => isMissed).length };
}

/** The figure, and its bar where it has one: an upper limit. */
export function limited(value: number, bar: number | undefined, format: (value: number) => string): Cell {
  if (bar === undefined) return plain(format(value));
  const isMissed = value > bar;
  return { text: `${format(value)} (≤ ${format(bar)} ${isMissed ? 'MISSED' : 'ok'})`, isMissed };
}

export function plain(text: string): Cell {
  return { text, isMissed: false };
}

function linesOf(rows: readonly Row[]): string[] {
  const labelled = rows.flatMap((one) => ('cells' in one ? [[one.label, ...one.cells.map(({ text }) => text)]] : []));
  const widths = labelled[0]!.map((_, column) => Math.max(...labelled.map((texts) => texts[column]!.length)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) => text.padEnd(widths[column]!))
      .join('   ')
      .trimEnd();
  return rows.flatMap((one) =>
    'heading' in one ? ['', one.heading] : [`  ${line([one.label, ...one.cells.map(({ text }) => text)])}`],
  );
}
