/** Which packets answer a message that was passed on. */
import { describe, expect, test } from 'vitest';
import { passOn, verdictOn } from '../../../client/do53/passed-on.ts';
import { answerTo, question } from './messages.ts';

const asked = passOn(question('a.EXAMPLE'), 0xbeef)!;
const answer = answerTo(Buffer.from(asked.message), {});

/** The answer with these octets in places of its own. */
function changed(octets: Readonly<Record<number, number>>, length = answer.length): Buffer {
  const copy = Buffer.from(answer.subarray(0, length));
  for (const [at, octet] of Object.entries(octets)) copy[Number(at)] = octet;
  return copy;
}

test('a message is passed on under another id, and as a copy', () => {
  const message = question('a.EXAMPLE');
  expect(Buffer.from(passOn(message, 0xbeef)!.message).toString('hex')).toBe(`beef${message.toString('hex', 2)}`);
  expect(message.readUInt16BE(0)).toBe(0x1234);
});

describe('an answer', () => {
  test.each([
    ['is one', answer],
    ['may have more behind its question', Buffer.concat([answer, Buffer.alloc(100)])],
    ['may be a header alone, when that refuses', changed({ 3: 0x85, 5: 0 }, 12)],
  ])('%s', (_, received) => {
    expect(verdictOn(received, asked)).toBe('answer');
  });

  test.each([
    ['another id', changed({ 1: 0xee })],
    ['no answer bit', changed({ 2: 0x01 })],
    ['another opcode', changed({ 2: 0xa9 })],
    ['another name', changed({ 13: 0x62 })],
    ['another type', changed({ [asked.questionEnd - 3]: 28 })],
    ['another class', changed({ [asked.questionEnd - 1]: 3 })],
    ['two questions', changed({ 5: 2 })],
    ['half of a question', changed({}, asked.questionEnd - 1)],
    ['half of a header', changed({}, 11)],
    ['nothing in it', Buffer.alloc(0)],
    ['a header alone that refuses nothing', changed({ 5: 0 }, 12)],
    ['a refusal without a question, and something behind it', changed({ 3: 0x85, 5: 0 })],
  ])('is not what has %s', (_, received) => {
    expect(verdictOn(received, asked)).toBe('foreign');
  });

  test('in letters of another case is told from the others', () => {
    expect(verdictOn(changed({ 13: 0x41 }), asked)).toBe('other-case');
  });

  test('about type 97 is none about type 65, though these are letters of another case', () => {
    const type65 = question('a.example');
    type65[asked.questionEnd - 3] = 65;
    const sent = passOn(type65, 1)!;
    const received = Buffer.from(sent.message);
    received[2]! |= 0x80;
    expect(verdictOn(received, sent)).toBe('answer');
    received[asked.questionEnd - 3] = 97;
    expect(verdictOn(received, sent)).toBe('foreign');
  });
});
