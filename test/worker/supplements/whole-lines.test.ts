/** How a supplement is taken apart into lines. */
import { expect, test } from 'vitest';
import { wholeLines } from '../../../worker/supplements/whole-lines.ts';
import { maxLineOctets } from '../../../zone/supplement/supplement.ts';
import { gzip } from '../support/agent.ts';

const mebibyte = 1024 * 1024;

async function linesOf(text: string, maxOctets = 64 * mebibyte): Promise<{ lines: string[]; broken: string[] }> {
  const broken: string[] = [];
  let read = '';
  const body = await gzip(new TextEncoder().encode(text));
  for await (const octets of wholeLines(body, maxOctets, (what) => broken.push(what))) {
    const block = new TextDecoder().decode(octets);
    expect(block.endsWith('\n')).toBe(true);
    read += block;
  }
  return { lines: read.split('\n').slice(0, -1), broken };
}

const short = Array.from({ length: 100_000 }, (_, i) => `line ${i}`);
const long = (letter: string): string => letter.repeat(maxLineOctets - 100);

test.for<[string, readonly string[]]>([
  ['nothing', []],
  ['an empty line', ['']],
  ['many lines', short],
  ['lines that lie across pieces', [long('a'), 'b', long('c'), long('d'), '', 'e']],
])('%s', async ([, lines]) => {
  const text = lines.map((line) => `${line}\n`).join('');
  expect(await linesOf(text)).toEqual({ lines, broken: [] });
});

test.for([
  ['a last line without an end', 'a\nb', ['a'], ['the last line has no end']],
  ['nothing but that', 'b', [], ['the last line has no end']],
] as const)('%s', async ([, text, lines, broken]) => {
  expect(await linesOf(text)).toEqual({ lines, broken });
});

test('a line that is far too long is left out, and what comes behind it is not', async () => {
  const tooLong = 'x'.repeat(3 * mebibyte);
  const broken = [`a line has more than ${maxLineOctets} octets`];
  expect(await linesOf(`a\n${tooLong}\nb\n`)).toEqual({ lines: ['a', 'b'], broken });
  expect(await linesOf(`a\n${tooLong}`)).toEqual({ lines: ['a'], broken: [...broken, 'the last line has no end'] });
});

test('no more is read than may be', async () => {
  const text = 'x\n'.repeat(mebibyte);
  expect((await linesOf(text, 2 * mebibyte)).broken).toEqual([]);
  const { lines, broken } = await linesOf(text, 2 * mebibyte - 1);
  expect(broken).toEqual([`it inflates to more than ${2 * mebibyte - 1} octets`]);
  expect(lines.length).toBeLessThan(mebibyte);
});

test('whoever throws at what is broken ends it', async () => {
  const body = await gzip(new TextEncoder().encode('a\nb'));
  const read = async (): Promise<void> => {
    for await (const _ of wholeLines(body, mebibyte, (what) => {
      throw new Error(what);
    }));
  };
  await expect(read()).rejects.toThrow('the last line has no end');
});
