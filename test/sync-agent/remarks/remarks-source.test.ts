/** Remarks as a supplement: what of them is left out where they are too much. */
import { expect, test } from 'vitest';
import { remarkForms } from '../../../sync-agent/remarks/remarks-source.ts';
import type { NameRemarks } from '../../../zone/remarks/remarks.ts';
import { maxLineOctets } from '../../../zone/supplement/supplement.ts';

const remark = { code: 'NOT_READY', cause: 'It is so.', next: 'Do this.' };

test('the second form has no names', () => {
  const full: NameRemarks = { name: 'web.shop.svc', below: remark, names: { 'web-1': remark } };
  const [whole, withoutNames, ...others] = remarkForms(() => [full]).map((form) =>
    [...form()].map(({ name, text }) => [name, Object.keys(JSON.parse(text))]),
  );
  expect(whole).toEqual([['web.shop.svc', ['name', 'below', 'names']]]);
  expect(withoutNames).toEqual([['web.shop.svc', ['name', 'below']]]);
  expect(others).toEqual([]);
});

test('a line that is too long is left out alone', () => {
  const long = { name: 'b', at: { ...remark, cause: 'x'.repeat(maxLineOctets) } };
  const [form] = remarkForms(() => [{ name: 'a' }, long, { name: 'c' }]);
  expect([...form()].map(({ name }) => name)).toEqual(['a', 'c']);
});
