/** The verdicts as docs/conformance.md shows them. Pure. */
import type { Case, Level, Topic } from './case.ts';
import type { Verdicts } from './run.ts';

export interface Column {
  /** Server and version. */
  readonly description: string;
  readonly verdicts: Verdicts;
  /** Whether what is left open was decided by this project, so that it has to do what the case says. */
  readonly isOurs: boolean;
}

const begin = '<!-- written by: node test/conformance/main.ts --write -->';
const end = '<!-- end -->';

const levels: Readonly<Record<Level, string>> = { must: 'must', should: 'should', open: '' };

/** The page with this text between its marks. Throws when it has none. */
export function withTables(page: string, text: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page has no lines "${begin}" and "${end}"`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n${page.slice(to)}`;
}

/** The totals, and a table for each topic. */
export function tables(topics: readonly Topic[], columns: readonly Column[]): string {
  const cases = topics.flatMap((topic) => topic.cases);
  return [totals(cases, columns), ...topics.map((topic) => topicTable(topic, columns)), reasons(cases, columns)].join(
    '\n',
  );
}

/** The cells of each case's row: id, document, level, title, and a mark for each server. */
export function rowsOf(page: string): readonly (readonly string[])[] {
  const rows = page.split('\n').filter((line) => /^\| `/.test(line));
  return rows.map((line) => line.slice(2, -2).split(/(?<!\\) \| /));
}

function totals(cases: readonly Case[], columns: readonly Column[]): string {
  const rows = columns.map((column) => {
    const { description } = column;
    const count = (level: Level | undefined, wanted: string): number =>
      cases.filter((each) => (level === undefined || each.level === level) && markOf(each, column) === wanted).length;
    return row([
      description,
      `${count('must', '✓')} of ${count('must', '✓') + count('must', '✗')}`,
      `${count('should', '✓')} of ${count('should', '✓') + count('should', '✗')}`,
      `${count('open', '✓')} of ${count('open', '✓') + count('open', '≠') + count('open', '✗')}`,
      String(count(undefined, '–')),
    ]);
  });
  return [row(['server', 'must', 'should', 'left open: as here', 'not tried']), divider(5), ...rows, ''].join('\n');
}

function topicTable({ name, cases }: Topic, columns: readonly Column[]): string {
  const rows = cases.map((each) => {
    const marks = columns.map((column) => markOf(each, column));
    return row([`\`${each.id}\``, each.source, levels[each.level], escaped(each.title), ...marks]);
  });
  const header = ['case', 'document', '', 'what is expected', ...columns.map(({ description }) => description)];
  return [`### ${name}`, '', row(header), divider(header.length), ...rows, ''].join('\n');
}

/** Where a document leaves it open, whoever does otherwise is not wrong. */
function markOf({ id, level }: Case, { verdicts, isOurs }: Column): string {
  const kind = verdicts.get(id)?.kind;
  if (kind === 'pass') return '✓';
  if (kind === 'fail') return level === 'open' && !isOurs ? '≠' : '✗';
  return '–';
}

/** Each reason once, with the cases that it is the reason for. */
function reasons(cases: readonly Case[], columns: readonly Column[]): string {
  const lines = columns.flatMap(({ description, verdicts }) => {
    const byReason = new Map<string, string[]>();
    for (const { id } of cases) {
      const verdict = verdicts.get(id);
      if (verdict?.kind === 'unfit') byReason.set(verdict.reason, [...(byReason.get(verdict.reason) ?? []), id]);
    }
    return [...byReason].map(
      ([reason, ids]) => `- ${description}, ${reason}: ${ids.map((id) => `\`${id}\``).join(', ')}`,
    );
  });
  return ['### Not tried, and why', '', ...lines, ''].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function divider(cells: number): string {
  return `|${'---|'.repeat(cells)}`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
