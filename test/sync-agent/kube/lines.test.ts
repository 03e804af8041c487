import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineCutter } from '../../../sync-agent/kube/lines.ts';

const octets = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** All lines; `onLine` sees each at once, also if it comes to no good end. */
function lines(chunks: readonly Uint8Array[], maxLineBytes = 1000, onLine = (_: string) => {}): string[] {
  const cutter = new LineCutter(maxLineBytes);
  const read: string[] = [];
  for (const chunk of chunks) {
    for (const line of cutter.linesOf(chunk)) {
      read.push(line);
      onLine(line);
    }
  }
  cutter.end();
  return read;
}

describe('lines out of chunks', () => {
  test.for([
    ['one chunk', ['a\nb\n'], ['a', 'b']],
    ['a line over three chunks', ['a', 'b', 'c\n'], ['abc']],
    ['a line feed by itself', ['a', '\n', 'b', '\n'], ['a', 'b']],
    ['empty lines', ['\n\na\n\r\n'], ['a']],
    ['nothing', [], []],
  ] as const)('%s', ([, chunks, expected]) => {
    expect(lines(chunks.map(octets))).toEqual(expected);
  });

  test('characters that are split over chunks stay whole', () => {
    const text = 'é漢🦊\n';
    const each = Array.from(octets(text), (octet) => Uint8Array.of(octet));
    expect(lines(each)).toEqual(['é漢🦊']);
  });

  test('a line of the maximum length is read, a longer one is an error', () => {
    expect(lines([octets('12345\n')], 5)).toEqual(['12345']);
    const tooLong = expect.objectContaining({ code: 'BAD_RESPONSE' });
    expect(() => lines([octets('123456\n')], 5)).toThrow(tooLong);
    expect(() => lines(['123', '456'].map(octets), 5)).toThrow(tooLong);
  });

  test('a last line without a line feed is an error, after the whole ones', () => {
    const seen: string[] = [];
    const read = () => lines([octets('{"a":1}\n{"b":2}')], 100, (line) => seen.push(line));
    expect(read).toThrow(expect.objectContaining({ code: 'DISCONNECTED' }));
    expect(seen).toEqual(['{"a":1}']);
  });

  test('do not depend on where the chunks are cut', () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !/[\r\n]/.test(line) && line !== ''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(50)), (expected, cuts) => {
        let rest = octets(expected.map((line) => `${line}\n`).join(''));
        const chunks: Uint8Array[] = [];
        for (const cut of cuts) {
          chunks.push(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        expect(lines([...chunks, rest])).toEqual(expected);
      }),
    );
  });
});
