import { describe, expect, test } from 'vitest';
import {
  isAdministratorsListing,
  type ListedCluster,
  parseListedClusters,
} from '../../../client/profiles/listed-cluster.ts';
import { planLogin, type Wanted } from '../../../client/profiles/login-plan.ts';
import { zoneText } from '../../../client/profiles/zone-text.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import { parseName } from '../../../zone/name.ts';

const everything: Wanted = { name: undefined, cluster: undefined, zones: [] };

function listed(cluster: string, state: ListedCluster['state'], ...zones: readonly string[]): ListedCluster {
  return { cluster: cluster as ClusterId, state, zones: zones.map((zone) => parseName(zone)) };
}

const prod = listed('prod', 'fresh', 'cluster.local', 'prod.example');
const staging = listed('staging', 'absent', 'cluster.local', 'staging.example');
const retired = listed('old', 'retired', 'cluster.local');
const unknown = listed('gone', 'not registered');

describe('the profiles of a login', () => {
  test.for<[string, readonly ListedCluster[], Partial<Wanted>, string[], string[]]>([
    ['one cluster', [prod], {}, ['prod: cluster.local prod.example'], []],
    ['with a name', [prod], { name: 'work' }, ['work: cluster.local prod.example'], []],
    [
      'all that can be asked',
      [unknown, retired, prod, staging],
      {},
      ['prod: cluster.local prod.example', 'staging: cluster.local staging.example'],
      [
        'no profile for cluster gone: it is not registered at the edge',
        'no profile for cluster old: it has left the edge for good',
      ],
    ],
    ['the chosen one', [prod, staging], { cluster: staging.cluster }, ['staging: cluster.local staging.example'], []],
    [
      'those that have the zone, or hold it',
      [prod, staging],
      { zones: [parseName('svc.staging.example'), parseName('staging.example')] },
      ['staging: svc.staging.example staging.example'],
      ['no profile for cluster prod: it has none of the zones'],
    ],
    [
      'a zone that two have',
      [prod, staging],
      { zones: [parseName('cluster.local')] },
      ['prod: cluster.local', 'staging: cluster.local'],
      [],
    ],
  ])('%s', ([, clusters, wanted, profiles, passedOver]) => {
    const plan = planLogin(clusters, { ...everything, ...wanted });
    expect(plan.drafts.map(({ name, zones }) => `${name}: ${zones.map(zoneText).join(' ')}`)).toEqual(profiles);
    expect(plan.passedOver).toEqual(passedOver);
  });

  test.for<[readonly ListedCluster[], Partial<Wanted>, string]>([
    [[], {}, 'this token is for no cluster'],
    [[retired], {}, 'no profile for cluster old: it has left the edge for good'],
    [[], { cluster: prod.cluster }, 'this token is not for cluster prod: it is for none'],
    [[prod], { zones: [parseName('local')] }, 'this token has no zone local: it has cluster.local, prod.example'],
    [[unknown], { zones: [parseName('local')] }, 'this token has no zone local: it has none'],
  ])('%#', ([clusters, wanted, reason]) => {
    expect(() => planLogin(clusters, { ...everything, ...wanted })).toThrow(
      expect.objectContaining({ code: 'NO_LOGIN', message: reason }),
    );
  });
});

describe('what the edge tells', () => {
  const entry = { cluster: 'prod', registered: true, state: 'fresh', zones: ['cluster.local'], clustersetZones: [] };

  test('is read, whatever a later version adds', () => {
    const clusters = [
      { ...entry, zones: ['Cluster.local.', 'prod.example'], clustersetZones: ['clusterset.local'], later: 1 },
      { ...entry, cluster: 'b', state: 'of a later version' },
      { cluster: 'c', registered: false, state: 'absent' },
    ];
    expect(parseListedClusters({ clusters, later: 1 })).toEqual([
      listed('prod', 'fresh', 'cluster.local', 'prod.example', 'clusterset.local'),
      listed('b', 'unknown', 'cluster.local'),
      listed('c', 'not registered'),
    ]);
  });

  test.for([
    undefined,
    null,
    [],
    {},
    { clusters: {} },
    { clusters: [null] },
    { clusters: [{ ...entry, cluster: 'A' }] },
    { clusters: [{ ...entry, zones: [] }] },
    { clusters: [{ ...entry, zones: ['.'] }] },
    { clusters: [{ ...entry, zones: [7] }] },
    { clusters: [{ ...entry, clustersetZones: ['a..b'] }] },
  ])('%j is something else', (value) => {
    expect(parseListedClusters(value)).toBeUndefined();
  });

  test('is more to an administrator', () => {
    expect(isAdministratorsListing({ clusters: [{ ...entry, publicKeys: ['k'] }] })).toBe(true);
    expect(isAdministratorsListing({ clusters: [entry] })).toBe(false);
    expect(isAdministratorsListing('x')).toBe(false);
  });
});
