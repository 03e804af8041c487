import { lookup } from 'node:dns';
import { expect, test } from 'vitest';
import { EdgeSources } from '../../../../client/commands/dns/edge-sources.ts';
import type { Profile } from '../../../../client/profiles/profile.ts';
import { parseName } from '../../../../zone/name.ts';

function profile(name: string, authorityFile: string | undefined, token = 'secret'): Profile {
  // Nobody listens there.
  const edge = new URL('http://127.0.0.1:1');
  return { name, edge, cluster: undefined, token, zones: [parseName(`${name}.example`)], authorityFile };
}

test('a profile whose authority cannot be read fails alone', async () => {
  const edges = new EdgeSources({ lookup, reverseZones: [], onRefusedToken() {} });
  edges.replace([profile('one', undefined), profile('two', '/nonexistent/ca.pem')]);
  const [one, two] = edges.sources;
  await expect(one!.ask(new Uint8Array(12))).rejects.toMatchObject({ code: 'NO_DNS_ANSWER' });
  await expect(two!.ask(new Uint8Array(12))).rejects.toMatchObject({
    code: 'NO_AUTHORITY',
    message: 'the authority /nonexistent/ca.pem is no file: name a PEM file with --authority or KUBE_DOH_AUTHORITY',
  });
  edges.replace([profile('one', undefined), profile('two', undefined)]);
  await expect(edges.sources[1]!.ask(new Uint8Array(12))).rejects.toMatchObject({ code: 'NO_DNS_ANSWER' });
  edges.close();
});

test('only those that have changed are made anew', () => {
  const edges = new EdgeSources({ lookup, reverseZones: [], onRefusedToken() {} });
  edges.replace([profile('one', undefined), profile('two', undefined)]);
  const before = edges.sources;
  edges.replace([profile('one', undefined), profile('two', undefined, 'another')]);
  const after = edges.sources;
  expect([after[0] === before[0], after[1] === before[1]]).toEqual([true, false]);
  edges.close();
});
