import { expect, test } from 'vitest';
import { profileFor } from '../../../client/export/zone-choice.ts';
import { parseName } from '../../../zone/name.ts';

const profile = (name: string, ...zones: string[]) => ({
  name,
  edge: new URL('https://dns.example.com'),
  cluster: undefined,
  token: undefined,
  zones: zones.map(parseName),
  authorityFile: undefined,
});
const profiles = [
  profile('a', 'cluster.local', 'a.example'),
  profile('b', 'cluster.local', 'b.example', 'inner.a.example'),
];

test.for([
  ['web.default.svc.cluster.local', 'a'],
  ['web.default.svc.b.example', 'b'],
  ['web.default.svc.a.example', 'a'],
  ['web.inner.a.example', 'b'],
  ['xb.example', 'a'],
  ['1.0.0.10.in-addr.arpa', 'a'],
] as const)('%s is asked of %s', ([name, expected]) => {
  expect(profileFor(parseName(name), profiles).name).toBe(expected);
});
