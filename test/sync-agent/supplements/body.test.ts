/** Supplements as they are sent. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { supplementBody } from '../../../sync-agent/supplements/body.ts';
import type { SupplementForm, SupplementLine } from '../../../sync-agent/supplements/source.ts';
import type { SupplementLimits } from '../../../zone/supplement/supplement.ts';

const ample: SupplementLimits = { textOctets: 1e6, bodyOctets: 1e6 };

function line(name: string, text = `{"name":"${name}"}`): SupplementLine {
  return { name, text };
}

/** Of the first form that fits. */
async function textOf(forms: readonly (readonly SupplementLine[])[], limits = ample): Promise<string | undefined> {
  const [first, ...others] = forms.map(
    (lines): SupplementForm =>
      () =>
        lines,
  );
  const body = await supplementBody([first!, ...others], limits);
  if (body === undefined) return undefined;
  const text = gunzipSync(body.octets).toString();
  expect(text.split('\n').length - 1).toBe(body.lines);
  return text;
}

test('lines come in the order of their names, and those of one name in their own', async () => {
  const lines = [line('web.shop.svc', '2'), line('', '0'), line('web.shop.svc', '1'), line('a.shop.svc', '3')];
  expect(await textOf([lines])).toBe('0\n3\n2\n1\n');
  expect(await textOf([[]])).toBe('');
});

test('however long they are', async () => {
  const lines = Array.from({ length: 40 }, (_, i) => line(String(i).padStart(2, '0'), String(i % 10).repeat(10_000)));
  expect(await textOf([lines.toReversed()])).toBe(lines.map(({ text }) => `${text}\n`).join(''));
});

test('equal supplements have equal hashes, and others have not', async () => {
  const hash = async (...lines: SupplementLine[]) => (await supplementBody([() => lines], ample))?.textHash;
  expect(await hash(line('a'), line('b'))).toBe(await hash(line('b'), line('a')));
  expect(await hash(line('a'), line('b'))).not.toBe(await hash(line('a')));
});

describe('what is too much', () => {
  const [most, less] = [[line('a', 'x'.repeat(99))], [line('a', 'x'.repeat(9))]];

  test.for<[textOctets: number, length: number | undefined]>([
    [100, 100],
    [99, 10],
    [10, 10],
    [9, undefined],
  ])('of %i octets there are %i', async ([textOctets, length]) => {
    expect((await textOf([most, less], { ...ample, textOctets }))?.length).toBe(length);
  });

  test('compressed it counts too', async () => {
    const random = [line('a', Array.from({ length: 300 }, (_, i) => i * i * 7919).join())];
    expect(await textOf([random, less], { ...ample, bodyOctets: 500 })).toBe('xxxxxxxxx\n');
    expect(await textOf([random, less], { ...ample, bodyOctets: 10 })).toBeUndefined();
  });
});

test.for([
  ['many lines', 2000, 10, 20],
  ['long lines', 100, 100_000, 100],
] as const)('others have their turn meanwhile: %s', async ([, count, length, expected]) => {
  let turns = 0;
  let isOver = false;
  const takeTurn = (): void => {
    turns += 1;
    if (!isOver) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  const lines = Array.from({ length: count }, (_, i) => line(`x${i}`, 'x'.repeat(length)));
  await supplementBody([() => lines], { textOctets: 1e8, bodyOctets: 1e8 });
  isOver = true;
  expect(turns).toBeGreaterThan(expected);
});
