/** A report for people: in 80 columns, without colours. Pure. */
import type { Report, Step } from './report.ts';
import { verdictOf } from './report.ts';
import { wrapped } from './wrapped.ts';

/** With a final line end. */
export function reportText(report: Report): string {
  const { name, type, edge, steps, cause, suggestions } = report;
  const lines = [
    ...wrapped('', `${name} ${type}, asked of ${edge}`),
    '',
    ...steps.flatMap((step) => wrapped(step.ok ? 'ok  ' : '--  ', shownText(step, cause))),
    '',
    ...(cause === null ? verdictLines(report) : [...wrapped('Cause: ', cause.text), ...wrapped('Next:  ', cause.next)]),
    ...(suggestions.length === 0
      ? []
      : ['Did you mean:', ...suggestions.flatMap((suggestion) => wrapped('  ', suggestion))]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A sentence that is the cause too is told there alone; it may differ in its capital and its final dot. */
function shownText({ step, ok, text }: Step, cause: Report['cause']): string {
  const bare = (sentence: string): string => sentence.toLowerCase().replace(/\.$/, '');
  return !ok && cause !== null && bare(cause.text) === bare(text) ? `${step}: see the cause below` : text;
}

function verdictLines(report: Report): readonly string[] {
  return verdictOf(report) === 'found'
    ? wrapped('', 'Nothing is in the way.')
    : wrapped('', 'The cause could not be told.');
}
