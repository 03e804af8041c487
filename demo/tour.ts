/**
 * The names that the demo shows, asked as any client would ask them.
 */
import type { Answer } from 'dns-packet';
import type { DohClient, QuestionType } from '../client/doh-client.ts';

export interface Question {
  /** Below the cluster's domain. */
  readonly name: string;
  readonly type: QuestionType;
}

/** One of each kind that the examples have (examples/README.md). */
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

/** A line: the question and what came back. */
export async function askOne(client: DohClient, zone: string, { name, type }: Question): Promise<string> {
  const { rcode, packet } = await client.ask(`${name}.${zone}`, type);
  const answers = (packet.answers ?? []).map(dataOf).sort();
  return `${`${name}.${zone}`.padEnd(62)} ${type.padEnd(4)} ${answers.length > 0 ? answers.join(', ') : rcode}`;
}

function dataOf(answer: Answer): string {
  if (answer.type === 'SRV') {
    const { priority, weight, port, target } = answer.data;
    return `${priority ?? 0} ${weight ?? 0} ${port} ${target.split('.', 1)[0]}…`;
  }
  return 'data' in answer ? String(answer.data) : answer.type;
}
