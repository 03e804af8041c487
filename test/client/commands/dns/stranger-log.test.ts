import { expect, test } from 'vitest';
import { StrangerLog } from '../../../../client/commands/dns/stranger-log.ts';

test('strangers are told of at once, and then counted for a minute', () => {
  const lines: string[] = [];
  let now = 0;
  const strangers = new StrangerLog({ warn: (line) => lines.push(line) }, () => now);
  strangers.note('192.0.2.1');
  expect(lines).toEqual(['dropped a question from 192.0.2.1: --allow does not name it']);
  for (let at = 0; at < 1000; at += 1) strangers.note('192.0.2.2');
  now = 59_999;
  strangers.note('192.0.2.3');
  expect(lines).toHaveLength(1);
  now = 60_000;
  strangers.note('2001:db8::1');
  expect(lines[1]).toBe('dropped 1002 questions, the last from 2001:db8::1: --allow does not name it');
  expect(lines).toHaveLength(2);
});
