/** What the edge shows after a publish, and whether that is somebody else's. */
import { expect, test } from 'vitest';
import { findDrift } from '../../../sync-agent/publish/drift.ts';
import type { ServedVersion } from '../../../sync-agent/publish/stored-snapshot.ts';
import type { ClusterId } from '../../../zone/cluster-id.ts';
import type { Manifest } from '../../../zone/manifest.ts';
import { SteppedClock } from './stepped-clock.ts';

const published: Manifest = {
  format: 1,
  cluster: 'prod' as ClusterId,
  epoch: 100,
  serial: 7,
  generatedAt: 1_700_000_000_000,
  length: 3,
  sha256: 'a'.repeat(64),
};
const never = new AbortController().signal;

/** What is found where the edge shows this, one after the other; the last again and again. */
async function found(...shown: ServedVersion[]) {
  const clock = new SteppedClock();
  let looks = 0;
  const served = async (): Promise<ServedVersion> => shown[Math.min(looks++, shown.length - 1)]!;
  const drift = findDrift({ served }, published, clock, never);
  await clock.advance(10_000);
  return { drift: await drift, looks };
}

function showing(more: Partial<Manifest>): ServedVersion {
  return { kind: 'served', manifest: { ...published, ...more } };
}

test.for([
  ['what was published', {}],
  ['an older serial: it is late', { serial: 6, sha256: 'b'.repeat(64) }],
  ['an older epoch: it is late', { epoch: 99, serial: 900, sha256: 'b'.repeat(64) }],
] as const)('none: %s', async ([, more]) => {
  expect(await found(showing(more))).toEqual({ drift: { kind: 'none' }, looks: 1 });
});

test.for([
  ['a newer serial', { serial: 8 }],
  ['a newer epoch', { epoch: 101, serial: 1 }],
  ['another content under the same version', { sha256: 'b'.repeat(64) }],
] as const)('drift, at a second look too: %s', async ([, more]) => {
  const drift = { kind: 'drifted', served: { ...published, ...more } };
  expect(await found(showing(more))).toEqual({ drift, looks: 2 });
});

test('drift: nothing', async () => {
  expect(await found({ kind: 'nothing' })).toEqual({ drift: { kind: 'drifted', served: undefined }, looks: 2 });
});

test('what is gone at the second look was none', async () => {
  expect(await found({ kind: 'nothing' }, showing({}))).toEqual({ drift: { kind: 'none' }, looks: 2 });
});
