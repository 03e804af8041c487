import { describe, expect, test } from 'vitest';
import {
  claim,
  type LeaseSettings,
  leaseProblems,
  mayHold,
  resignation,
  type Sighting,
  sighted,
} from '../../../sync-agent/leader/election.ts';
import { readLease } from '../../../sync-agent/leader/lease.ts';

const settings: LeaseSettings = {
  namespace: 'dns',
  name: 'kube-doh',
  identity: 'me',
  durationMilliseconds: 15_000,
  renewDeadlineMilliseconds: 10_000,
  retryMilliseconds: 2000,
};

const stored = (spec: object, resourceVersion = '1') =>
  readLease({ kind: 'Lease', metadata: { resourceVersion }, spec });
const heldBy = (holderIdentity: string, more: object = {}) =>
  stored({ holderIdentity, leaseDurationSeconds: 15, leaseTransitions: 4, acquireTime: 'then', ...more });
const seen = (spec: Parameters<typeof heldBy>, at = 0): Sighting => sighted(undefined, heldBy(...spec), at);

describe('the settings', () => {
  test.for([
    ['client-go’s own', {}, []],
    ['those of a test', { durationMilliseconds: 1500, renewDeadlineMilliseconds: 1000, retryMilliseconds: 200 }, []],
    [
      'a duration that is the renew deadline',
      { durationMilliseconds: 10_000 },
      ['the duration of the Lease must be more than its renew deadline'],
    ],
    [
      'a renew deadline that leaves no time to try',
      { renewDeadlineMilliseconds: 2400 },
      ['the renew deadline of the Lease must be more than 1.2 times its retry period'],
    ],
    ['no retry period', { retryMilliseconds: 0 }, ['the retry period of the Lease must be more than 0 seconds']],
    [
      'a duration of an hour',
      { durationMilliseconds: 3_600_000 },
      ['the duration of the Lease must be at most 600 seconds'],
    ],
    [
      'no numbers',
      { durationMilliseconds: Number.NaN, retryMilliseconds: Number.NaN },
      [
        'the retry period of the Lease must be more than 0 seconds',
        'the renew deadline of the Lease must be more than 1.2 times its retry period',
        'the duration of the Lease must be more than its renew deadline',
        'the duration of the Lease must be at most 600 seconds',
      ],
    ],
  ] as const)('%s', ([, changed, problems]) => {
    expect(leaseProblems({ ...settings, ...changed })).toEqual(problems);
  });
});

describe('a Lease is seen to stand still', () => {
  test('from when it was first seen', () => {
    const first = seen(['you'], 100);
    expect(sighted(first, heldBy('you'), 900).since).toBe(100);
  });

  test('anew when its holder has renewed it', () => {
    expect(sighted(seen(['you'], 100), heldBy('you', { renewTime: 'now' }), 900).since).toBe(900);
  });

  test('when it is labelled', () => {
    const spec = { holderIdentity: 'you' };
    const first = sighted(undefined, stored(spec), 100);
    expect(sighted(first, stored(spec, '2'), 900)).toMatchObject({ since: 100, lease: stored(spec, '2') });
  });

  test('when it is deleted, and its holder is not forgotten', () => {
    const first = seen(['you'], 100);
    expect(sighted(first, undefined, 900)).toEqual({ lease: undefined, record: first.record, since: 100 });
  });
});

describe('it may be taken', () => {
  test.for([
    ['when there is none', sighted(undefined, undefined, 0), 0, true],
    ['when it was given back', seen(['']), 0, true],
    ['when it is our own', seen(['me']), 0, true],
    ['not when another has just been seen in it', seen(['you']), 0, false],
    ['not as long as another may be alive', seen(['you']), 14_999, false],
    ['when another has stood still for its duration', seen(['you']), 15_000, true],
    ['not before the longer duration that it states', seen(['you', { leaseDurationSeconds: 60 }]), 59_999, false],
    ['after the longer duration that it states', seen(['you', { leaseDurationSeconds: 60 }]), 60_000, true],
    ['not after a shorter one than ours', seen(['you', { leaseDurationSeconds: 1 }]), 14_999, false],
    ['after our own without one', seen(['you', { leaseDurationSeconds: null }]), 15_000, true],
    [
      'not sooner than after ten minutes of an endless one',
      seen(['you', { leaseDurationSeconds: 2 ** 31 - 1 }]),
      599_999,
      false,
    ],
    ['after ten minutes of an endless one', seen(['you', { leaseDurationSeconds: 2 ** 31 - 1 }]), 600_000, true],
    ['not at once when it was deleted', sighted(seen(['you']), undefined, 5), 14_999, false],
    ['when it was deleted and its holder has had its time', sighted(seen(['you']), undefined, 5), 15_000, true],
    ['whatever time another wrote to it', seen(['you', { renewTime: '2099-01-01T00:00:00.000000Z' }]), 15_000, true],
  ] as const)('%s', ([, sighting, now, expected]) => {
    expect(mayHold(sighting, settings, now)).toBe(expected);
  });
});

describe('what is written', () => {
  const now = '2026-11-21T10:00:00.000000Z';
  const wallNow = Date.parse(now);
  const common = { holder: 'me', durationSeconds: 15, renewTime: now };

  test.for([
    ['to a new Lease', sighted(undefined, undefined, 0), { acquireTime: now, transitions: 0 }],
    ['to one that another held', seen(['you']), { acquireTime: now, transitions: 5 }],
    ['to one that was given back', seen(['']), { acquireTime: now, transitions: 5 }],
    ['to renew', seen(['me']), { acquireTime: 'then', transitions: 4 }],
    ['to renew one without a time', seen(['me', { acquireTime: null }]), { acquireTime: now, transitions: 4 }],
    [
      'in the place of one that was deleted',
      sighted(seen(['you']), undefined, 0),
      { acquireTime: now, transitions: 5 },
    ],
  ] as const)('%s', ([, sighting, expected]) => {
    expect(claim(sighting, settings, wallNow)).toEqual({ ...common, ...expected });
  });

  test('has whole seconds, never fewer', () => {
    expect(claim(seen(['me']), { ...settings, durationMilliseconds: 1001 }, wallNow).durationSeconds).toBe(2);
  });

  test('to give back', () => {
    expect(resignation(heldBy('me').record, wallNow)).toEqual({
      holder: undefined,
      durationSeconds: 1,
      acquireTime: now,
      renewTime: now,
      transitions: 4,
    });
  });
});
