import { describe, expect, test } from 'vitest';
import type { Log } from '../../sync-agent/log.ts';
import { type LogFormat, type LogLevel, LogWriter, messagesOnly } from '../../sync-agent/log-writer.ts';

/** What is written of what `say` says. */
function written(format: LogFormat, level: LogLevel, say: (log: Log) => void): string {
  let text = '';
  const write = (line: string): void => {
    text += line;
  };
  say(new LogWriter({ format, level, write, now: () => Date.UTC(2026, 10, 3, 10, 15) }));
  return text;
}

const failure = (log: Log): void => log.warn('Service: it is down', { resource: 'Service', code: 'UNREACHABLE' });

describe('text', () => {
  test.for<[what: string, say: (log: Log) => void, line: string]>([
    ['an event', (log) => log.info('ended'), '2026-11-03T10:15:00.000Z ended'],
    ['a warning', (log) => log.warn('look'), '2026-11-03T10:15:00.000Z WARN look'],
    ['an error', (log) => log.error('help'), '2026-11-03T10:15:00.000Z ERROR help'],
    ['what the message does not say', failure, '2026-11-03T10:15:00.000Z WARN Service: it is down code=UNREACHABLE'],
    [
      'a part of a word is not said',
      (log) => log.info('serial 12', { epoch: 1 }),
      '2026-11-03T10:15:00.000Z serial 12 epoch=1',
    ],
    [
      'a word that comes twice',
      (log) => log.info('serial 12, epoch 1', { epoch: 1 }),
      '2026-11-03T10:15:00.000Z serial 12, epoch 1',
    ],
    ['an empty value', (log) => log.info('a', { b: '' }), '2026-11-03T10:15:00.000Z a b=""'],
    ['a value of words', (log) => log.info('a', { b: 'c "d"' }), String.raw`2026-11-03T10:15:00.000Z a b="c \"d\""`],
    ['a truth', (log) => log.info('it is true', { b: true }), '2026-11-03T10:15:00.000Z it is true b=true'],
    [
      'what would steer a terminal or begin a line',
      (log) => log.info('a\nb\u001b[31m', { c: 'd\re' }),
      String.raw`2026-11-03T10:15:00.000Z a\u000ab\u001b[31m c=d\u000de`,
    ],
  ])('%s', ([, say, line]) => {
    expect(written('text', 'info', say)).toBe(`${line}\n`);
  });
});

test('a line that cannot be written is lost and counted, and the next is written', () => {
  const lines: string[] = [];
  let isFull = true;
  const write = (line: string): void => {
    if (isFull) throw new Error('ENOSPC');
    lines.push(line);
  };
  const log = new LogWriter({ format: 'text', level: 'warn', write, now: () => 0 });
  log.error('a');
  log.warn('b');
  log.info('not even tried');
  expect([lines, log.lostLines]).toEqual([[], 2]);
  isFull = false;
  log.warn('c');
  expect([lines, log.lostLines]).toEqual([['1970-01-01T00:00:00.000Z WARN c\n'], 2]);
});

describe('JSON', () => {
  test('an event is an object on one line', () => {
    expect(written('json', 'info', failure)).toBe(
      '{"time":"2026-11-03T10:15:00.000Z","level":"warn","msg":"Service: it is down","resource":"Service","code":"UNREACHABLE"}\n',
    );
  });

  test('whatever the message is', () => {
    const text = written('json', 'info', (log) => log.error('a\n"b"\u2028', { c: '\u0000', serial: 7, isOpen: false }));
    expect(text.trimEnd()).not.toContain('\n');
    expect(JSON.parse(text)).toMatchObject({
      level: 'error',
      msg: 'a\n"b"\u2028',
      c: '\u0000',
      serial: 7,
      isOpen: false,
    });
  });

  test('a fact does not pass for what the line says of itself', () => {
    const text = written('json', 'info', (log) => log.info('a', { msg: 'b', level: 'error', time: 'now' }));
    expect(JSON.parse(text)).toEqual({ time: '2026-11-03T10:15:00.000Z', level: 'info', msg: 'a' });
  });
});

test.for([
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
] as const)('from level %s on: %j', ([level, levels]) => {
  const text = written('json', level, (log) => {
    log.info('a');
    log.warn('a');
    log.error('a');
  });
  const lines = text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(levels);
});

test('a screen shows the messages alone', () => {
  const lines: string[] = [];
  failure(messagesOnly((line) => lines.push(line)));
  expect(lines).toEqual(['Service: it is down']);
});
