/**
 * The names that the demo shows, asked as any client would ask them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from 'dns-packet';
import type { DohAnswer, DohClient, QuestionType } from '../client/doh/doh-client.ts';
import { DohError } from '../client/doh/doh-error.ts';

export interface Question {
  /** Below the cluster's domain. */
  readonly name: string;
  readonly type: QuestionType;
}

/** What came back, in one line for people. */
export interface Answered extends Question {
  readonly answer: string;
}

/** One of each kind that the examples have. */
export const exampleQuestions: readonly Question[] = [
  { name: 'redis-0.redis-headless.cache.svc', type: 'A' },
  { name: 'redis-headless.cache.svc', type: 'A' },
  { name: '_redis._tcp.redis-headless.cache.svc', type: 'SRV' },
  { name: 'elasticsearch-2.elasticsearch-hl.logging.svc', type: 'A' },
  { name: 'postgres-0.postgres.database.svc', type: 'A' },
  { name: 'postgres-primary.database.svc', type: 'A' },
  { name: 'postgres-4.postgres.data.svc', type: 'A' },
  { name: 'kafka-0.kafka-headless.streaming.svc', type: 'A' },
  { name: '_broker._tcp.kafka-headless.streaming.svc', type: 'SRV' },
  { name: 'mysql.default.svc', type: 'A' },
  { name: 'mysql-0.mysql-headless.default.svc', type: 'A' },
  { name: 'web-headless.default.svc', type: 'A' },
];

const pollMilliseconds = 50;
const patienceMilliseconds = 20_000;

/** Resolves when what was published is answered; whoever asked before made the edge remember that there was nothing. */
export async function untilAnswered(client: DohClient, zone: string, signal: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + patienceMilliseconds;
  for (;;) {
    const said = await client.ask(zone, 'SOA').then(({ rcode }) => rcode, reasonOf);
    if (said === 'NOERROR') return;
    signal.throwIfAborted();
    if (performance.now() > giveUpAt) throw new Error(`the edge does not answer what was published: ${said}`);
    await delay(pollMilliseconds, undefined, { signal });
  }
}

/** Asks all at the same time. A question that gets no answer says why in its place. */
export function askAll(client: DohClient, zone: string, questions: readonly Question[]): Promise<Answered[]> {
  return Promise.all(
    questions.map(async ({ name, type }) => {
      const answer = await client.ask(`${name}.${zone}`, type).then(textOf, reasonOf);
      return { name, type, answer };
    }),
  );
}

const byNumber = new Intl.Collator('en', { numeric: true });

function textOf({ rcode, packet }: DohAnswer): string {
  const answers = (packet.answers ?? []).map(dataOf);
  return answers.length === 0 ? rcode : answers.sort(byNumber.compare).join(', ');
}

/** Of a target only the first label: the rest is the question's. */
function dataOf(answer: Answer): string {
  if (answer.type === 'SRV') {
    const { priority, weight, port, target } = answer.data;
    return `${priority ?? 0} ${weight ?? 0} ${port} ${target.split('.', 1)[0]}…`;
  }
  return 'data' in answer ? String(answer.data) : answer.type;
}

function reasonOf(error: unknown): string {
  if (error instanceof DohError) return error.message;
  throw error;
}
