/** Which names belong to which namespace, and so who may hear of them. */
import { describe, expect, test } from 'vitest';
import { isNameInScope, isQuestionInScope, namespaceOf, type Scope } from '../../../worker/answers/scope.ts';
import { relativeLabels } from '../../../zone/image/open.ts';
import { apex, parseRelativeName } from '../../../zone/name.ts';

const shop: Scope = new Set(['shop']);

/** Names below the apex, with the namespace that each belongs to. */
const names = [
  ['@', undefined],
  ['svc', undefined],
  ['pod', undefined],
  ['shop', undefined],
  ['dns-version', undefined],
  ['ns.dns', undefined],
  ['shop.svc', 'shop'],
  ['shop.pod', 'shop'],
  ['web.shop.svc', 'shop'],
  ['10-0-0-1.shop.pod', 'shop'],
  ['_http._tcp.web.shop.svc', 'shop'],
  ['web.shop.svc.bank.svc', 'bank'],
  ['svc.svc', 'svc'],
  ['pod.svc', 'pod'],
  ['shop.svcs', undefined],
  ['shop.sv', undefined],
  ['shop.xsvc', undefined],
  ['shop\\.svc', undefined],
  ['web.shop\\.svc', undefined],
  ['web.shop.bank\\.svc', undefined],
  ['web.shop.svc.cluster', undefined],
] as const;

function relative(text: string) {
  return text === '@' ? apex : parseRelativeName(text);
}

describe.each(names)('%s', (text, namespace) => {
  const name = relative(text);

  test(`belongs to ${namespace ?? 'no namespace'}`, () => {
    expect(namespaceOf(name)).toBe(namespace);
  });

  test('is heard of with that namespace, or when it has none', () => {
    for (const scope of [shop, new Set(['bank']), new Set(['svc']), new Set<string>()]) {
      const expected = namespace === undefined || scope.has(namespace);
      expect(isNameInScope(scope, name)).toBe(expected);
      expect(isQuestionInScope(scope, relativeLabels(name))).toBe(expected);
    }
  });

  test('is heard of without a limit', () => {
    expect(isNameInScope('all', name)).toBe(true);
    expect(isQuestionInScope('all', relativeLabels(name))).toBe(true);
  });
});

test('only the labels above the apex of a question count', () => {
  const below = relativeLabels(parseRelativeName('web.shop.svc.prod.example'));
  const asked = (count: number, end: number) => isQuestionInScope(new Set(), { ...below, count, end });
  expect(asked(3, below.starts[3]!)).toBe(false);
  expect(asked(5, below.end)).toBe(true);
  expect(asked(0, 0)).toBe(true);
});
