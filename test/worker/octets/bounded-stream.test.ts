/** Reading a stream up to a bound. */
import { describe, expect, test } from 'vitest';
import { readBounded } from '../../../worker/octets/bounded-stream.ts';

/** A stream of these chunks that says how often it was read and whether it was cancelled. */
function chunked(...chunks: readonly number[][]) {
  const seen = { reads: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: (controller) => {
        const chunk = chunks[seen.reads];
        seen.reads += 1;
        if (chunk === undefined) controller.close();
        else controller.enqueue(Uint8Array.from(chunk));
      },
      cancel: () => {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}

test.for([
  ['nothing', [], []],
  ['one chunk', [[1, 2]], [1, 2]],
  ['several', [[1], [2, 3], [4]], [1, 2, 3, 4]],
  ['an empty one', [[], [1], []], [1]],
] as const)('%s', async ([, chunks, octets]) => {
  const { stream, seen } = chunked(...chunks.map((chunk) => [...chunk]));
  expect([...((await readBounded(stream, 4)) ?? [])]).toEqual(octets);
  expect(seen.cancelled).toBe(false);
});

describe('too long', () => {
  test.for([
    [4, [1, 2, 3, 4]],
    [3, undefined],
  ] as const)('a bound of %i octets for four', async ([maxOctets, octets]) => {
    const { stream } = chunked([1, 2], [3, 4]);
    const read = await readBounded(stream, maxOctets);
    expect(read && [...read]).toEqual(octets);
  });

  test('ends the stream and reads no further', async () => {
    const { stream, seen } = chunked([1], [2], [3], [4]);
    expect(await readBounded(stream, 1)).toBeUndefined();
    expect(seen).toEqual({ reads: 2, cancelled: true });
  });
});

test('throws what the stream throws', async () => {
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.error(new Error('gone')),
  });
  await expect(readBounded(stream, 4)).rejects.toThrow('gone');
});
