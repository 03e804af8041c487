/** What holds for every name and every scope. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isNameInScope, isQuestionInScope, namespaceOf } from '../../../worker/answers/scope.ts';
import { relativeLabels } from '../../../zone/image/open.ts';
import { apex, joinRelative, parseName, prependLabel, type RelativeName } from '../../../zone/name.ts';

const label = fc.oneof(
  fc.constantFrom('svc', 'pod', 'shop', 'bank', 'web', 'svc.', '\x03svc', 's', '_tcp'),
  fc.string({ minLength: 1, maxLength: 12, unit: 'binary-ascii' }),
);
const name = fc
  .array(label, { maxLength: 6 })
  .map((labels) => labels.reduceRight<RelativeName>((below, text) => prependLabel(text, below), apex));
const scope = fc.array(fc.constantFrom('shop', 'bank', 'svc', 'pod', 'web')).map((list) => new Set(list));
const origin = parseName('cluster.local');

test('a question and a record are judged alike, whatever stands behind the name', () => {
  fc.assert(
    fc.property(name, scope, (below, namespaces) => {
      const inScope = isNameInScope(namespaces, below);
      expect(isQuestionInScope(namespaces, relativeLabels(below))).toBe(inScope);
      const whole = relativeLabels((below + origin.slice(0, -1)) as RelativeName);
      const { count, end } = relativeLabels(below);
      expect(isQuestionInScope(namespaces, { ...whole, count, end })).toBe(inScope);
    }),
  );
});

test('every name below one of a namespace is that namespace’s', () => {
  fc.assert(
    fc.property(name, name, (above, below) => {
      const namespace = namespaceOf(below);
      if (namespace !== undefined) expect(namespaceOf(joinRelative(above, below))).toBe(namespace);
    }),
  );
});

test('a wider scope never hears of less', () => {
  fc.assert(
    fc.property(name, scope, scope, (below, one, other) => {
      const wider = new Set([...one, ...other]);
      const either = isNameInScope(one, below) || isNameInScope(other, below);
      expect(isNameInScope(wider, below)).toBe(either);
      expect(isNameInScope('all', below)).toBe(true);
    }),
  );
});
