import { describe, expect, test } from 'vitest';
import type { Profile } from '../../../client/profiles/profile.ts';
import { isLocal, readSetup, type Zone } from '../../../client/recipes/setup.ts';
import { parseName } from '../../../zone/name.ts';
import { loopbackStub, prod, staging, token } from './example-profiles.ts';

describe('the URL of an edge', () => {
  test.for<[Partial<Profile>, string]>([
    [{}, `https://dns.example.com/t/${token}/c/prod/dns-query`],
    [{ cluster: undefined }, `https://dns.example.com/t/${token}/dns-query`],
    [{ token: undefined }, 'https://dns.example.com/c/prod/dns-query'],
    [{ token: undefined, cluster: undefined }, 'https://dns.example.com/dns-query'],
    [{ cluster: undefined, token: `a/b"c'd e$é` }, 'https://dns.example.com/t/a%2Fb%22c%27d%20e%24%C3%A9/dns-query'],
    [
      { token: undefined, cluster: undefined, edge: new URL('https://[2001:db8::1]:8443') },
      'https://[2001:db8::1]:8443/dns-query',
    ],
  ])('%#', ([change, url]) => {
    expect(readSetup([{ ...prod, ...change }], loopbackStub).edges.map(({ dohUrl }) => dohUrl)).toEqual([url]);
  });
});

test('a zone of several profiles is that of the first', () => {
  const { edges, zones } = readSetup([prod, staging], loopbackStub);
  expect(edges.map((edge) => [edge.profile, edge.zones, edge.ownZone])).toEqual([
    ['prod', ['cluster.local', 'prod.k8s.example.com'], 'cluster.local'],
    ['staging', ['staging.k8s.example.com'], 'cluster.local'],
  ]);
  expect(zones).toEqual(['cluster.local', 'prod.k8s.example.com', 'staging.k8s.example.com']);
});

test('a profile without a zone of its own is left out', () => {
  const { edges } = readSetup([prod, { ...staging, zones: [parseName('cluster.local')] }], loopbackStub);
  expect(edges.map(({ profile }) => profile)).toEqual(['prod']);
});

test('the own domain is the zone of .local wherever it stands, else the first one', () => {
  const ownZone = (...zones: string[]) =>
    readSetup([{ ...prod, zones: zones.map(parseName) }], loopbackStub).edges[0]!.ownZone;
  expect(ownZone('prod.k8s.example.com', 'cluster.local')).toBe('cluster.local');
  expect(ownZone('k8s.example', 'prod.k8s.example.com')).toBe('k8s.example');
});

test.for<[string, boolean]>([
  ['cluster.local', true],
  ['local', true],
  ['a.b.local', true],
  ['local.example', false],
  ['clusterlocal', false],
  ['cluster.internal', false],
])('"%s" is of .local: %s', ([zone, expected]) => {
  expect(isLocal(zone as Zone)).toBe(expected);
});

describe('what no configuration can hold is refused:', () => {
  test.for<[Partial<Profile>, string]>([
    [
      { zones: [parseName('a b.example')] },
      '"a\\032b.example.", of profile prod, is no zone that every configuration can hold: those have letters, digits and "-" between them',
    ],
    [
      { zones: [parseName('../../etc'.replaceAll('..', '\\.\\.'))] },
      '"\\.\\./\\.\\./etc.", of profile prod, is no zone that every configuration can hold: those have letters, digits and "-" between them',
    ],
    [
      { zones: [parseName('.')] },
      '".", of profile prod, is no zone that every configuration can hold: those have letters, digits and "-" between them',
    ],
    [
      { edge: new URL(`https://a'b.example`) },
      'the edge of profile prod has a host that not every configuration can hold: log in again with one of letters, digits and "-"',
    ],
    [
      { authorityFile: '/etc/a\nb.pem' },
      'the path of the authority of profile prod has control characters: move the file',
    ],
  ])('%#', ([change, message]) => {
    expect(() => readSetup([{ ...prod, ...change }], loopbackStub)).toThrow(
      expect.objectContaining({ code: 'UNWRITABLE', message }),
    );
  });

  test('a stub that is no address', () => {
    expect(() => readSetup([prod], { host: 'localhost', port: 53 })).toThrow(
      expect.objectContaining({ code: 'STUB_ADDRESS' }),
    );
  });
});
