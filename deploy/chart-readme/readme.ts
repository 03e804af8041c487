/** The part of the chart's README that comes from its values.yaml. Pure. */
import { valueRows, valuesTable } from './values-table.ts';

const begin = '<!-- The table is made of the comments of values.yaml: node deploy/chart-readme/main.ts -->';
const end = '<!-- end of the table -->';

/** The README with the table of these values. Throws an error when it does not say where that goes. */
export function withValues(readme: string, values: string): string {
  const [before, rest] = splitAt(readme, begin);
  const [, after] = splitAt(rest, end);
  return `${before}${begin}\n\n${valuesTable(valueRows(values))}\n\n${end}${after}`;
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`the README has no line "${mark}"`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
