/** Remarks as they are sent. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { remarksBody } from '../../../sync-agent/remarks/body.ts';
import { formatRemarkLine, type Level } from '../../../zone/remarks/format.ts';
import { maxLineOctets, type NameRemarks } from '../../../zone/remarks/remarks.ts';

const remark = { code: 'NOT_READY', cause: 'It is so.', next: 'Do this.' };

function line(name: string, more: Partial<NameRemarks> = {}): NameRemarks {
  return { name, below: remark, ...more };
}

async function linesOf(
  remarks: readonly NameRemarks[],
  limits?: Parameters<typeof remarksBody>[1],
): Promise<readonly Record<string, unknown>[] | undefined> {
  const body = await remarksBody(() => remarks, limits);
  if (body === undefined) return undefined;
  const text = gunzipSync(body.octets).toString();
  expect(text.endsWith('\n')).toBe(true);
  const lines = text.slice(0, -1).split('\n');
  expect(lines).toHaveLength(body.lines);
  return lines.map((each) => JSON.parse(each));
}

test('lines come in the order of their names', async () => {
  const lines = await linesOf([line('web.shop.svc'), line(''), line('svc'), line('a.shop.svc')]);
  expect(lines?.map(({ name }) => name)).toEqual(['', 'a.shop.svc', 'svc', 'web.shop.svc']);
});

test('equal remarks have equal hashes, and others have not', async () => {
  const hash = async (...remarks: NameRemarks[]) => (await remarksBody(() => remarks))?.textHash;
  expect(await hash(line('a'), line('b'))).toBe(await hash(line('b'), line('a')));
  expect(await hash(line('a'), line('b'))).not.toBe(await hash(line('a')));
});

test('a line that is too long is left out alone', async () => {
  const long = line('b', { at: { ...remark, cause: 'x'.repeat(maxLineOctets) } });
  expect((await linesOf([line('a'), long, line('c')]))?.map(({ name }) => name)).toEqual(['a', 'c']);
});

describe('what is too much', () => {
  const full = line('web.shop.svc', { names: { 'web-1': remark } });
  const sizeOf = (level: Level) => formatRemarkLine(full, level)!.length + 1;
  const [whole, withoutNames] = [sizeOf('whole'), sizeOf('without-names')];

  test.for<[textOctets: number, fields: readonly string[] | undefined]>([
    [Number.POSITIVE_INFINITY, ['name', 'below', 'names']],
    [whole, ['name', 'below', 'names']],
    [whole - 1, ['name', 'below']],
    [withoutNames, ['name', 'below']],
    [withoutNames - 1, undefined],
  ])('of %i octets there are these fields', async ([textOctets, fields]) => {
    const [only] = (await linesOf([full], { textOctets, bodyOctets: 10_000 })) ?? [];
    expect(only && Object.keys(only)).toEqual(fields);
  });

  test('compressed it counts too', async () => {
    const names = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x${i * i * 7919}`, remark]));
    const [only] = (await linesOf([{ ...full, names }], { textOctets: 1e6, bodyOctets: 1000 })) ?? [];
    expect(only && Object.keys(only)).toEqual(['name', 'below']);
    expect(await linesOf([full], { textOctets: 1e6, bodyOctets: 10 })).toBeUndefined();
  });
});

test('others have their turn meanwhile', async () => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await remarksBody(() => Array.from({ length: 2000 }, (_, i) => line(`x${i}`)));
  isOver = true;
  expect(turns).toBeGreaterThan(20);
});
