import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../../sync-agent/kube/lines.ts';

const octets = (text: string): Uint8Array => Buffer.from(text, 'utf8');

async function lines(chunks: readonly Uint8Array[], maxLineBytes = 1000): Promise<string[]> {
  async function* source() {
    yield* chunks;
  }
  const read: string[] = [];
  for await (const line of linesOf(source(), maxLineBytes)) read.push(line);
  return read;
}

describe('lines out of chunks', () => {
  test.for([
    ['one chunk', ['a\nb\n'], ['a', 'b']],
    ['a line over three chunks', ['a', 'b', 'c\n'], ['abc']],
    ['a line feed by itself', ['a', '\n', 'b', '\n'], ['a', 'b']],
    ['empty lines', ['\n\na\n\r\n'], ['a']],
    ['nothing', [], []],
  ] as const)('%s', async ([, chunks, expected]) => {
    expect(await lines(chunks.map(octets))).toEqual(expected);
  });

  test('characters that are split over chunks stay whole', async () => {
    const text = 'é漢🦊\n';
    const each = Array.from(octets(text), (octet) => Uint8Array.of(octet));
    expect(await lines(each)).toEqual(['é漢🦊']);
  });

  test('a line of the maximum length is read, a longer one is an error', async () => {
    expect(await lines([octets('12345\n')], 5)).toEqual(['12345']);
    await expect(lines([octets('123456\n')], 5)).rejects.toMatchObject({ code: 'BAD_RESPONSE' });
    await expect(lines(['123', '456'].map(octets), 5)).rejects.toMatchObject({ code: 'BAD_RESPONSE' });
  });

  test('a last line without a line feed is an error, after the whole ones', async () => {
    const seen: string[] = [];
    async function* source() {
      yield octets('{"a":1}\n{"b":2}');
    }
    const read = async () => {
      for await (const line of linesOf(source(), 100)) seen.push(line);
    };
    await expect(read()).rejects.toMatchObject({ code: 'DISCONNECTED' });
    expect(seen).toEqual(['{"a":1}']);
  });

  test('do not depend on where the chunks are cut', async () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !/[\r\n]/.test(line) && line !== ''));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(50)), async (expected, cuts) => {
        let rest = octets(expected.map((line) => `${line}\n`).join(''));
        const chunks: Uint8Array[] = [];
        for (const cut of cuts) {
          chunks.push(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        expect(await lines([...chunks, rest])).toEqual(expected);
      }),
    );
  });
});
