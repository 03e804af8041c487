/** The identifiers of a profile for Apple's systems: the same one is installed over, another one beside. */
import { expect, test } from 'vitest';
import type { Profile } from '../../../client/profiles/profile.ts';
import { writeRecipe } from '../../../client/recipes/write-recipe.ts';
import { parseClusterId } from '../../../zone/cluster-id.ts';
import { parseName } from '../../../zone/name.ts';
import { otherToken, prod, setupOf, staging } from './example-profiles.ts';

function identifiers(...profiles: readonly Profile[]): readonly string[] {
  const { text } = writeRecipe('apple', setupOf(profiles));
  return [...text.matchAll(/<key>PayloadUUID<\/key>\s*<string>([^<]*)</g)].map(([, uuid]) => uuid!);
}

test('the same input has the same', () => {
  expect(identifiers(prod)).toEqual(identifiers(prod));
  expect(identifiers(prod)).toHaveLength(2);
});

test('another token, or another name of the profile, changes none', () => {
  expect(identifiers({ ...prod, token: otherToken, name: 'work' })).toEqual(identifiers(prod));
});

test.for<[string, Partial<Profile>]>([
  ['edge', { edge: new URL('https://dns.example.org') }],
  ['cluster', { cluster: parseClusterId('test') }],
  ['zone', { zones: [parseName('cluster.local'), parseName('test.k8s.example.com')] }],
])('another %s changes all', ([, change]) => {
  const before = identifiers(prod);
  for (const uuid of identifiers({ ...prod, ...change })) expect(before).not.toContain(uuid);
});

test('none is there twice', () => {
  const all = [...identifiers(prod), ...identifiers(staging)];
  expect(new Set(all).size).toBe(all.length);
});
