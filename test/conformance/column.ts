/** What one server does, as a column of the table. */
import type { Topic } from './case.ts';
import { runCases } from './run.ts';
import type { Column } from './table.ts';
import type { Target } from './targets/target.ts';

/** Starts the server, tries all cases, and stops it. */
export async function columnOf(start: () => Promise<Target>, topics: readonly Topic[]): Promise<Column> {
  const target = await start();
  try {
    const cases = topics.flatMap((topic) => topic.cases);
    const verdicts = await runCases(cases, target);
    return { description: target.description, verdicts, isOurs: target.name === 'worker' };
  } finally {
    await target.stop();
  }
}
