/** Reading a stream up to a bound. */
import { describe, expect, test } from 'vitest';
import { readBounded } from '../../../worker/octets/bounded-stream.ts';
import { octetStream } from '../support/observed-stream.ts';

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

describe('in pieces', () => {
  const octets = Uint8Array.from({ length: 10_000 }, (_, i) => i % 251);

  /** A stream in steps of 100 octets that says how many were pulled. */
  function stepped() {
    const seen = { octets: 0 };
    const stream = octetStream(
      octets,
      (count) => {
        seen.octets += count;
      },
      100,
    );
    return { stream, seen };
  }

  test.for([
    ['smaller than the stream', 999],
    ['a divisor of it', 2500],
    ['as large', 10_000],
    ['larger', 10_001],
    ['of one octet', 1],
  ] as const)('%s', async ([, pieceOctets]) => {
    expect(await readBounded(stepped().stream, 10_000, pieceOctets)).toEqual(octets);
  });

  test('a stream that cannot fill buffers is read as it comes', async () => {
    const { stream } = chunked([1], [2, 3]);
    expect(await readBounded(stream, 4, 1000)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('what is too long is cancelled, and not read to its end', async () => {
    const { stream, seen } = stepped();
    expect(await readBounded(stream, 2000, 1500)).toBeUndefined();
    expect(seen.octets).toBe(3000);
  });

  test('an end in the middle is thrown', async () => {
    const stream = octetStream(octets, () => {
      throw new Error('gone');
    });
    await expect(readBounded(stream, 10_000, 1000)).rejects.toThrow('gone');
  });

  test('nothing', async () => {
    expect(
      await readBounded(
        octetStream(new Uint8Array(0), () => {}),
        10,
        1000,
      ),
    ).toEqual(new Uint8Array(0));
  });

  /** The platform reads at most so much at once out of a body by itself; in pieces it gives what was asked for. */
  test('of a stream of the platform take few reads', async () => {
    const body = new Uint8Array(1_000_000).fill(7);
    let reads = 0;
    const stream = new Response(body).body as ReadableStream<Uint8Array<ArrayBuffer>>;
    const getReader = stream.getReader.bind(stream) as (options?: unknown) => object;
    Object.defineProperty(stream, 'getReader', {
      value: (options?: unknown) =>
        new Proxy(getReader(options), {
          get: (reader, name) => {
            const member: unknown = Reflect.get(reader, name);
            if (typeof member !== 'function') return member;
            return (...given: unknown[]) => {
              reads += 1;
              return (member as (...given: unknown[]) => unknown).apply(reader, given);
            };
          },
        }),
    });
    expect(await readBounded(stream, body.length, 250_000)).toEqual(body);
    expect(reads).toBeLessThanOrEqual(5);
  });
});
