/** How often a line is told that comes again and again. */
import { expect, test } from 'vitest';
import { SeldomLog, times } from '../../worker/seldom-log.ts';
import { TestMachine } from './support/test-machine.ts';

test('a line is told again after the time, with how often it came since', () => {
  const machine = new TestMachine();
  const log = new SeldomLog(machine, 1000);
  const tell = (about: string) => log.tell(about, (count) => about + times(count));
  for (const about of ['a', 'b', 'a', 'a']) tell(about);
  expect(machine.lines).toEqual(['a', 'b']);
  machine.advance(999);
  tell('a');
  expect(machine.lines).toHaveLength(2);
  machine.advance(1);
  tell('a');
  tell('b');
  expect(machine.lines).toEqual(['a', 'b', 'a (4 times)', 'b']);
});

test('what is remembered of lines has a bound', () => {
  const machine = new TestMachine();
  const log = new SeldomLog(machine, 1000);
  for (let i = 0; i <= 10_000; i += 1) log.tell(String(i), () => String(i));
  log.tell('10000', () => 'the last again');
  expect(machine.lines).toHaveLength(10_001);
  log.tell('0', () => 'the first again');
  expect(machine.lines).toHaveLength(10_002);
});
