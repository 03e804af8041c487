/** Which secrets are made: those that are missing, those that are asked for, and none twice. */
import { describe, expect, test } from 'vitest';
import { type Asked, type Plan, planSecrets } from '../../../deploy/worker/secrets/plan.ts';

const newFile = { path: 'admin.key', exists: false };
const oldFile = { path: 'admin.key', exists: true };
const both = ['ADMIN_KEY_SHA256', 'TOKEN_KEY'];

function plan(asked: Partial<Asked>): Plan {
  return planSecrets({ present: 'absent', replaced: new Set(), keyFile: newFile, ...asked });
}

test.for<[string, Partial<Asked>, Plan]>([
  ['a new edge', {}, { administrator: 'make', token: 'make' }],
  [
    'a new edge, after a run that got no further than the file',
    { keyFile: oldFile },
    { administrator: 'take', token: 'make' },
  ],
  ['both are there', { present: both, keyFile: oldFile }, { administrator: 'keep', token: 'keep' }],
  [
    'both are there, and nobody says where the key is',
    { present: both, keyFile: undefined },
    { administrator: 'keep', token: 'keep' },
  ],
  ['one is missing', { present: ['ADMIN_KEY_SHA256'], keyFile: oldFile }, { administrator: 'keep', token: 'make' }],
  [
    'a new token key',
    { present: both, replaced: new Set(['token']), keyFile: undefined },
    { administrator: 'keep', token: 'make' },
  ],
  [
    'a new administrator',
    { present: both, replaced: new Set(['administrator']) },
    { administrator: 'make', token: 'keep' },
  ],
])('%s', ([, asked, expected]) => {
  expect(plan(asked)).toEqual(expected);
});

describe('refused', () => {
  test.for<[Partial<Asked>, string]>([
    [{ keyFile: undefined }, '--admin-key-file is missing'],
    [
      { present: both, replaced: new Set(['administrator']), keyFile: oldFile },
      'admin.key exists already: pass another path',
    ],
  ])('%j', ([asked, reason]) => {
    expect(() => plan(asked)).toThrow(reason);
  });
});
