/** Which lines are found among those of a cluster, and what is passed over. */
import { describe, expect, test } from 'vitest';
import { findLines } from '../../../worker/remarks/find-lines.ts';
import type { NameRemarks } from '../../../zone/remarks/remarks.ts';
import { maxLineOctets, supplementLimits } from '../../../zone/supplement/supplement.ts';
import { gzip } from '../support/agent.ts';
import { remark } from '../support/remarks.ts';
import { textOf } from '../support/supplements.ts';

const web: NameRemarks = { name: 'web.shop.svc', at: remark('NONE_READY'), names: { 'web-0': remark('NOT_READY') } };

async function found(body: Uint8Array<ArrayBuffer>, names: readonly string[]): Promise<readonly string[]> {
  return [...(await findLines(body, new Set(names))).keys()];
}

test('what a line says is what was written', async () => {
  const lines = await findLines(await gzip(textOf([web])), new Set(['web.shop.svc']));
  expect(lines.get('web.shop.svc')).toEqual(web);
});

test.for([
  ['one of many', ['b.shop.svc'], ['b.shop.svc']],
  ['the first, the last and the apex', ['', 'svc', 'a.shop.svc'], ['', 'a.shop.svc', 'svc']],
  ['none', [], []],
  ['one that is not there', ['c.shop.svc', 'shop', 'a.shop', '.shop.svc'], []],
] as const)('%s', async ([, names, expected]) => {
  const lines = ['', 'a.shop.svc', 'b.shop.svc', 'shop.svc', 'svc'].map((name) => ({ name, below: remark('X') }));
  expect(await found(await gzip(textOf(lines)), names)).toEqual(expected);
});

test('lines that are longer than a piece, and lie across several', async () => {
  const long = (name: string): NameRemarks => {
    const names = Array.from({ length: 900 }, (_, i) => [`web-${i}`, remark('NOT_READY', 'x'.repeat(200))] as const);
    return { name, names: Object.fromEntries(names) };
  };
  const lines = Array.from({ length: 9 }, (_, i) => long(`s${i}.shop.svc`));
  expect(JSON.stringify(lines[0]).length).toBeGreaterThan(200_000);
  const body = await gzip(textOf(lines));
  expect(await found(body, ['s0.shop.svc', 's4.shop.svc', 's8.shop.svc'])).toEqual([
    's0.shop.svc',
    's4.shop.svc',
    's8.shop.svc',
  ]);
});

describe('what is passed over, and what comes behind it', () => {
  test.for([
    ['a line that is too long', JSON.stringify({ name: 'a.shop.svc', more: 'x'.repeat(maxLineOctets) })],
    ['a line that is no JSON', '{"name":"a.shop.svc",'],
    ['a name that is not in front', '{"below":{},"name":"a.shop.svc"}'],
    ['a name that is none', '{"name":"a..svc"}'],
    ['an empty line', ''],
  ] as const)('%s', async ([, line]) => {
    const names = ['a.shop.svc', 'a..svc', 'web.shop.svc'];
    expect(await found(await gzip(textOf([line, web])), names)).toEqual(['web.shop.svc']);
  });

  test('a last line without a line feed', async () => {
    const text = new TextEncoder().encode(`${JSON.stringify(web)}\n{"name":"x.shop.svc"}`);
    expect(await found(await gzip(text), ['web.shop.svc', 'x.shop.svc'])).toEqual(['web.shop.svc']);
  });
});

test('a body that inflates to more than it may is read up to there', async () => {
  const long = `${' '.repeat(1024 * 1024)}\n`;
  const bodyOf = (lines: number) => {
    return gzip(new TextEncoder().encode(`${JSON.stringify(web)}\n${long.repeat(lines)}{"name":"z.svc"}\n`));
  };
  const most = supplementLimits.remarks.textOctets / long.length;
  expect(await found(await bodyOf(Math.floor(most) - 1), ['web.shop.svc', 'z.svc'])).toEqual(['web.shop.svc', 'z.svc']);
  expect(await found(await bodyOf(Math.ceil(most)), ['web.shop.svc', 'z.svc'])).toEqual(['web.shop.svc']);
});

test('a body that is not gzip throws, and so does one that is cut off', async () => {
  await expect(found(new TextEncoder().encode('x'.repeat(100)), ['svc'])).rejects.toThrow();
  const whole = await gzip(crypto.getRandomValues(new Uint8Array(10_000)));
  await expect(found(whole.slice(0, 5000), ['svc'])).rejects.toThrow();
});
