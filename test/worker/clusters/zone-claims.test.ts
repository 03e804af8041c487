/** Which zones a cluster may have beside others. `prod` is there with the zones of each row; `test` wants the others. */
import { describe, expect, test } from 'vitest';
import { findConflict } from '../../../worker/clusters/zone-claims.ts';
import { type Name, parseName } from '../../../zone/name.ts';
import { clusterId } from '../support/agent.ts';

interface Claims {
  readonly zones: readonly [Name, ...Name[]];
  readonly clustersetZones: readonly Name[];
}

/** As `own alias alias | shared alias`. */
function claims(text: string): Claims {
  const [own = '', shared = ''] = text.split('|');
  const names = (list: string): Name[] => list.trim().split(/ +/).filter(Boolean).map(parseName);
  const [first, ...others] = names(own);
  return { zones: [first!, ...others], clustersetZones: names(shared) };
}

function conflictOf(there: string, wanted: string, hosts: readonly string[] = []) {
  const registered = new Map([[clusterId('prod'), claims(there)]]);
  return findConflict(registered, clusterId('test'), claims(wanted), hosts.map(parseName));
}

describe('may stand beside each other', () => {
  test.for([
    ['the same own domain', 'cluster.local', 'cluster.local'],
    ['own domains one in the other', 'cluster.local', 'a.cluster.local'],
    ['the same shared zone', 'cluster.local | clusterset.local', 'cluster.local | clusterset.local'],
    ['an own domain that is shared elsewhere', 'cluster.local | clusterset.local', 'clusterset.local'],
    ['different aliases', 'cluster.local prod.example', 'cluster.local test.example'],
    ['aliases side by side', 'cluster.local a.example.com', 'cluster.local b.example.com'],
    ['aliases that only look alike', 'cluster.local a.example.com', 'cluster.local aa.example.com'],
    [
      'aliases of shared zones',
      'cluster.local | clusterset.local a.example',
      'cluster.local | clusterset.local b.example',
    ],
  ] as const)('%s', ([, there, wanted]) => {
    expect(conflictOf(there, wanted)).toBeUndefined();
    expect(conflictOf(wanted, there)).toBeUndefined();
  });
});

describe('may not', () => {
  test.for([
    ['the same alias', 'cluster.local k.example', 'cluster.local k.example'],
    ['an alias below an alias', 'cluster.local k.example', 'cluster.local a.b.k.example'],
    ['an alias that is an own domain', 'cluster.local', 'k.local cluster.local'],
    ['an alias below an own domain', 'k.example', 'cluster.local a.k.example'],
    ['an alias above an own domain', 'a.k.example', 'cluster.local k.example'],
    ['an alias that is a shared zone', 'cluster.local | k.example', 'cluster.local k.example'],
    ['an alias that is an alias of a shared zone', 'c.local | s.local k.example', 'cluster.local k.example'],
    ['an alias of a shared zone below an own domain', 'k.example', 'c.local | s.local a.k.example'],
  ] as const)('%s, whoever was there first', ([, there, wanted]) => {
    expect(conflictOf(there, wanted)).toMatchObject({ kind: 'taken', cluster: 'prod' });
    expect(conflictOf(wanted, there)).toMatchObject({ kind: 'taken', cluster: 'prod' });
  });
});

test('it says which zone meets which', () => {
  expect(conflictOf('cluster.local k.example', 'cluster.local a.example b.k.example')).toEqual({
    kind: 'taken',
    zone: parseName('b.k.example'),
    cluster: 'prod',
    otherZone: parseName('k.example'),
  });
});

test('what a cluster has itself does not stand in its way', () => {
  const registered = new Map([[clusterId('test'), claims('cluster.local k.example')]]);
  expect(findConflict(registered, clusterId('test'), claims('cluster.local a.k.example'), [])).toBeUndefined();
});

describe('the host of the endpoint', () => {
  test.for([
    ['an alias that is it', 'cluster.local dns.example.com', true],
    ['an alias above it', 'cluster.local example.com', true],
    ['an alias of a shared zone above it', 'cluster.local | s.local com', true],
    ['an alias below it', 'cluster.local a.dns.example.com', false],
    ['an alias beside it', 'cluster.local ns.example.com', false],
    ['an own domain that is it', 'dns.example.com', true],
    ['an own domain above it', 'example.com', true],
    ['a shared zone above it', 'cluster.local | example.com', true],
    ['an own domain below it', 'a.dns.example.com', false],
  ] as const)('%s: %s', ([, wanted, isConflict]) => {
    const conflict = conflictOf('other.local', wanted, ['other.test', 'dns.example.com']);
    expect(conflict?.kind).toBe(isConflict ? 'endpoint' : undefined);
  });
});
