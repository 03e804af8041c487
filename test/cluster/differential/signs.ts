/** Answers that show how far a server has followed. */
import { waitUntil } from '../control-plane/wait-until.ts';
import type { Answer } from './answer.ts';
import type { Asker } from './asker.ts';
import type { Question } from './model/question.ts';

const timeoutSeconds = 60;
const intervalMilliseconds = 40;

/** What must be answered to `question`. */
export interface Sign {
  readonly question: Question;
  readonly shows: (answer: Answer) => boolean;
}

/** The answer has a record with these data. */
export function signOf(name: string, type: Question['type'], data: string): Sign {
  return { question: { name, type }, shows: ({ answer }) => answer.some((line) => line.endsWith(` ${data}`)) };
}

/** Whether there is anything by that name. */
export function signOfExistence(name: string, exists: boolean): Sign {
  return { question: { name, type: 'A' }, shows: ({ rcode }) => rcode === (exists ? 'NOERROR' : 'NXDOMAIN') };
}

/** Returns when all are shown at the same time. Fails with not-ready. */
export async function untilShown(who: string, asker: Asker, signs: readonly Sign[]): Promise<void> {
  const showsAll = async (): Promise<boolean> => {
    for (const { question, shows } of signs) if (!shows(await asker.ask(question))) return false;
    return true;
  };
  await waitUntil(`${who} to follow the cluster`, showsAll, { timeoutSeconds, intervalMilliseconds });
}
