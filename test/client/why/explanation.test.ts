/** What an edge tells is read whole or not at all. */
import { describe, expect, test } from 'vitest';
import { parseListedNames } from '../../../client/commands/list/listed-names.ts';
import { parseExplanation } from '../../../client/why/explanation.ts';

const told = {
  name: 'redis-9.redis-headless.cache.svc.cluster.local.',
  type: 'A',
  cluster: 'prod',
  steps: [{ step: 'credential', ok: true, text: 'token abcd2345 is good for cluster prod' }],
  rcode: 'NXDOMAIN',
  records: 0,
  cause: { code: 'NO_SUCH_POD', text: 'There is none.', next: 'Ask for another.' },
  suggestions: ['redis-0.redis-headless.cache.svc.cluster.local.'],
};

test('what is known is taken, and what is of a later version is not', () => {
  const { name: _, type: __, ...expected } = told;
  expect(parseExplanation({ ...told, later: 1, steps: [{ ...told.steps[0], later: 1 }] })).toEqual(expected);
});

test('what may be null', () => {
  expect(parseExplanation({ ...told, cluster: null, rcode: null, cause: null })).toMatchObject({
    cluster: null,
    rcode: null,
    cause: null,
  });
});

describe('is none:', () => {
  test.for([
    undefined,
    null,
    'no',
    [],
    {},
    { ...told, steps: undefined },
    { ...told, steps: [{ step: 'zone', ok: 'yes', text: '' }] },
    { ...told, steps: ['credential'] },
    { ...told, rcode: 3 },
    { ...told, rcode: 'no such name' },
    { ...told, records: -1 },
    { ...told, records: 1.5 },
    { ...told, cause: 'NO_SUCH_POD' },
    { ...told, cause: { code: 'no such pod', text: '', next: '' } },
    { ...told, cause: { code: 'NO_SUCH_POD', text: 'a' } },
    { ...told, suggestions: [1] },
    { ...told, cluster: 7 },
  ])('%j', (value) => {
    expect(parseExplanation(value)).toBeUndefined();
  });
});

test.for([
  [{ names: ['a.b.svc', 'c'] }, ['a.b.svc', 'c']],
  [{ names: [] }, []],
  [{ names: ['a', 1] }, undefined],
  [{ names: 'a' }, undefined],
  [{}, undefined],
  [null, undefined],
] as const)('a list of names: %j', ([value, expected]) => {
  expect(parseListedNames(value)).toEqual(expected);
});
