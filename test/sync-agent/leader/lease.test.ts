import { describe, expect, test } from 'vitest';
import { microTime, newLease, readLease, transitionsAfter, updatedLease } from '../../../sync-agent/leader/lease.ts';

const metadata = { namespace: 'dns', name: 'kube-doh', resourceVersion: '7' };
const lease = (spec?: unknown) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
const claim = {
  holder: 'me',
  durationSeconds: 15,
  acquireTime: '2026-11-21T10:00:00.000000Z',
  renewTime: '2026-11-21T10:00:02.000000Z',
  transitions: 3,
};
const nothing = { holder: undefined, durationSeconds: undefined, acquireTime: undefined, transitions: 0 };

test('a Lease that client-go has written is read', () => {
  const spec = {
    holderIdentity: 'agent-0_1f',
    leaseDurationSeconds: 15,
    acquireTime: '2026-11-21T10:00:00.123456Z',
    renewTime: '2026-11-21T10:00:02.123456Z',
    leaseTransitions: 4,
  };
  expect(readLease(lease(spec)).record).toEqual({
    holder: 'agent-0_1f',
    durationSeconds: 15,
    acquireTime: '2026-11-21T10:00:00.123456Z',
    transitions: 4,
  });
});

test.for([
  ['no spec', undefined],
  ['a spec that is none', 'x'],
  ['an empty spec', {}],
  ['one that was given back', { holderIdentity: '' }],
  ['nonsense', { holderIdentity: 7, leaseDurationSeconds: 'x', acquireTime: 5, leaseTransitions: -1 }],
  ['numbers out of range', { leaseDurationSeconds: 2 ** 31, leaseTransitions: 0.5 }],
] as const)('%s is a Lease that nobody holds', ([, spec]) => {
  expect(readLease(lease(spec)).record).toEqual(nothing);
});

test.for([
  ['something else', { ...lease(), kind: 'Event' }],
  ['a Lease without a version', { ...lease(), metadata: {} }],
  ['a text', 'Lease'],
  ['nothing', undefined],
] as const)('%s cannot be used', ([, value]) => {
  expect(() => readLease(value)).toThrow(expect.objectContaining({ code: 'BAD_RESPONSE' }));
});

describe('the mark', () => {
  const { mark } = readLease(lease({ renewTime: 'a' }));

  test('changes with what candidates write', () => {
    expect(readLease(lease({ renewTime: 'b' })).mark).not.toBe(mark);
  });

  test('stays when others write labels: that is no sign of life', () => {
    const labelled = {
      ...lease({ renewTime: 'a' }),
      metadata: { ...metadata, resourceVersion: '8', labels: { a: 'b' } },
    };
    expect(readLease(labelled).mark).toBe(mark);
  });
});

test('a new one', () => {
  expect(newLease('dns', 'kube-doh', claim)).toEqual({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: 'dns', name: 'kube-doh' },
    spec: {
      holderIdentity: 'me',
      leaseDurationSeconds: 15,
      acquireTime: '2026-11-21T10:00:00.000000Z',
      renewTime: '2026-11-21T10:00:02.000000Z',
      leaseTransitions: 3,
    },
  });
});

test('an update is for the version that was read, and leaves what others wrote', () => {
  const stored = readLease({ ...lease({ holderIdentity: 'you', strategy: 'OldestEmulationVersion' }), extra: 1 });
  expect(updatedLease(stored, { ...claim, holder: undefined })).toEqual({
    ...lease({
      holderIdentity: '',
      strategy: 'OldestEmulationVersion',
      leaseDurationSeconds: 15,
      acquireTime: '2026-11-21T10:00:00.000000Z',
      renewTime: '2026-11-21T10:00:02.000000Z',
      leaseTransitions: 3,
    }),
    extra: 1,
  });
});

test.for([
  [0, '1970-01-01T00:00:00.000000Z'],
  [1_795_255_200_007, '2026-11-21T10:00:00.007000Z'],
] as const)('%i is %s', ([milliseconds, text]) => {
  expect(microTime(milliseconds)).toBe(text);
});

test.for([
  [0, 1],
  [2 ** 31 - 2, 2 ** 31 - 1],
  [2 ** 31 - 1, 0],
] as const)('after %i transitions come %i', ([transitions, next]) => {
  expect(transitionsAfter({ ...nothing, transitions })).toBe(next);
});
