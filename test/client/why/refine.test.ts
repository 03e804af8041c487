/** What the cluster says takes the place of what the edge said only where it says the same more exactly. */
import { describe, expect, test } from 'vitest';
import { type Finding, type FindingCode, findingCodes } from '../../../client/why/kube/finding.ts';
import { mayBeRefined, refined } from '../../../client/why/refine.ts';
import type { Report } from '../../../client/why/report.ts';

function report(code: string | null, more: Partial<Report> = {}): Report {
  return {
    name: 'redis-0.redis-headless.cache.svc.cluster.local.',
    type: 'A',
    edge: 'https://dns.example.com',
    cluster: 'prod',
    rcode: 'NXDOMAIN',
    records: 0,
    steps: [],
    cause: code === null ? null : { code, text: 'of the edge', next: 'n', finder: 'edge' },
    suggestions: [],
    ...more,
  };
}

const found = (code: FindingCode): Finding => ({ code, text: 'of the cluster', next: 'n' });

test.for([
  ['NO_SUCH_POD', 'POD_NOT_READY'],
  ['NO_SUCH_POD', 'SERVICE_NAME_DIFFERS'],
  ['NO_NAMESPACE', 'WRONG_NAMESPACE'],
  ['NO_NAMESPACE', 'NAMESPACE_HIDDEN'],
  ['NO_NAMESPACE', 'NOT_PUBLISHED'],
  ['NO_SERVICE', 'SERVICE_HIDDEN'],
  ['NO_SERVICE', 'GOVERNING_SERVICE_MISSING'],
  ['CLUSTER_IP', 'HAS_CLUSTER_IP'],
  ['CLUSTER_IP', 'SECOND_SERVICE'],
  ['NO_ENDPOINTS', 'SELECTOR_MISMATCH'],
  ['NO_ENDPOINTS', 'NO_PODS'],
  ['NOT_READY', 'POD_NOT_READY'],
  ['TERMINATING', 'POD_TERMINATING'],
  ['OTHER_SERVICE', 'SECOND_SERVICE'],
  ['NO_HOSTNAMES', 'POD_WITHOUT_HOSTNAME'],
  ['PORT_MISSING', 'TARGET_PORT_MISSING'],
  ['TARGET_MISSING', 'EXTERNAL_NAME_INVALID'],
  ['NOT_THERE', 'NOT_PUBLISHED'],
  [null, 'POD_NOT_READY'],
] as const)('%s becomes %s', ([edge, cluster]) => {
  expect(refined(report(edge), found(cluster)).cause).toEqual({ ...found(cluster), finder: 'kubernetes' });
});

test.for([
  // The one looked a moment later than the other.
  ['TERMINATING', 'POD_NOT_READY'],
  ['NOT_READY', 'NOT_PUBLISHED'],
  ['NOT_READY', 'SERVICE_MISSING'],
  ['CLUSTER_IP', 'SERVICE_MISSING'],
  ['NO_PORT', 'NOT_PUBLISHED'],
  ['TARGET_MISSING', 'EXTERNAL_NAME_TARGET'],
] as const)('%s stays, whatever %s says', ([edge, cluster]) => {
  expect(refined(report(edge), found(cluster))).toEqual(report(edge));
});

describe.each(['OUT_OF_SCOPE', 'EXPIRED', 'ZONE_UNKNOWN', 'TOKEN_REFUSED', 'STALE', 'toString'])('%s', (code) => {
  test('has nothing to do with the cluster', () => {
    expect(mayBeRefined(report(code))).toBe(false);
    for (const finding of findingCodes) expect(refined(report(code), found(finding))).toEqual(report(code));
  });
});

test.for([
  [{ rcode: 'NXDOMAIN', records: 0 }, true],
  [{ rcode: 'NOERROR', records: 0 }, true],
  [{ rcode: 'NOERROR', records: 3 }, false],
  [{ rcode: 'SERVFAIL', records: 0 }, false],
  [{ rcode: null, records: null }, false],
] as const)('%j without a cause: %s', ([more, expected]) => {
  expect(mayBeRefined(report(null, more))).toBe(expected);
});

test.for(['NO_DATA', null])('with %s the name itself is published', (code) => {
  const published = report(code, { rcode: 'NOERROR' });
  expect(refined(published, found('NOT_PUBLISHED'))).toEqual(published);
});

test('without a finding nothing changes', () => {
  expect(refined(report('NO_SUCH_POD'), undefined)).toEqual(report('NO_SUCH_POD'));
});
