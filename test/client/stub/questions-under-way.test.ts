import { expect, test } from 'vitest';
import { QuestionsUnderWay } from '../../../client/stub/questions-under-way.ts';

const atOnce = 1000;

function question(number: number) {
  return { qname: Uint8Array.from([2, number >> 8, number & 0xff, 0]), qtype: 1, qclass: 1 };
}

test.each([
  ['hashes of their own', (number: number) => number],
  ['one hash', () => 7],
])('no more than a thousand questions are under way at once, with %s', async (_, hashOf) => {
  const underWay = new QuestionsUnderWay<string, number>();
  const answers: (() => void)[] = [];
  const ask = (number: number): Promise<number> | undefined =>
    underWay.share(question(number), hashOf(number), 'lane', () => {
      return new Promise((resolve) => answers.push(() => resolve(number)));
    });
  const asked = Array.from({ length: atOnce + 1 }, (_, number) => ask(number));
  expect(asked.filter((outcome) => outcome !== undefined)).toHaveLength(atOnce);
  expect(answers).toHaveLength(atOnce);
  for (const answer of answers) answer();
  expect(await Promise.all(asked.slice(0, atOnce))).toEqual(Array.from({ length: atOnce }, (_, number) => number));
  // There is room again.
  expect(ask(atOnce)).toBeDefined();
});

test('who asks the same waits for the same outcome, until it is there', async () => {
  const underWay = new QuestionsUnderWay<string, string>();
  const first = underWay.share(question(1), 1, 'lane', async () => 'first');
  expect(underWay.share(question(1), 1, 'lane', async () => 'second')).toBe(first);
  await first;
  await expect(underWay.share(question(1), 1, 'lane', async () => 'third')).resolves.toBe('third');
});
