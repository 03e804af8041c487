/** The options of a table as people read them: on the screen, and in docs/operating.md. */
import { defaultOf, type Option, type OptionTable } from './option.ts';

const columnWidth = 25;
const lineWidth = 120;

/** For a usage: an option and what it means, on as many lines as that takes. */
export function helpOf(table: OptionTable): string {
  return Object.entries(table)
    .map(([name, option]) => entryOf(flagOf(name, option), `${option.help}${inBrackets(otherwiseOf(option))}`))
    .join('');
}

/** Such as `--ttl SECONDS`; of a switch that is on, how to turn it off. */
export function flagOf(name: string, option: Option): string {
  if (option.kind !== 'switch') return `--${name} ${option.value}`;
  return option.default === false ? `--${name}` : `--[no-]${name}`;
}

/** What holds when nobody says anything; undefined when that is nothing. */
export function otherwiseOf(option: Option): string | undefined {
  if (option.otherwise !== undefined) return option.otherwise;
  if (option.kind === 'switch') return option.default === true ? 'on' : undefined;
  const value = defaultOf(option);
  return typeof value === 'string' ? value : undefined;
}

function inBrackets(text: string | undefined): string {
  return text === undefined ? '' : ` (${text})`;
}

function entryOf(flag: string, text: string): string {
  const head = `  ${flag}`;
  const lines = wrapped(text, lineWidth - columnWidth).map((line) => `${' '.repeat(columnWidth)}${line}`);
  if (head.length >= columnWidth) return `${[head, ...lines].join('\n')}\n`;
  const [first = '', ...others] = lines;
  return `${[`${head.padEnd(columnWidth)}${first.trimStart()}`, ...others].join('\n')}\n`;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
