/** What KV shows against what is remembered, by itself. */
import { expect, test } from 'vitest';
import { standingOf } from '../../../worker/snapshots/succession.ts';
import { type Manifest, manifestFormat } from '../../../zone/manifest.ts';
import { clusterId } from '../support/agent.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const minute = 60_000;

function manifest(fields: Partial<Manifest>): Manifest {
  const version = { epoch: 5, serial: 5, generatedAt: now };
  return {
    format: manifestFormat,
    cluster: clusterId('local'),
    length: 1,
    sha256: 'a'.repeat(64),
    ...version,
    ...fields,
  };
}

const remembered = manifest({});
const lowerButLater = { epoch: 1, serial: 1, generatedAt: now + 1 };

test.for<[Partial<Manifest>, number | undefined, string]>([
  [{ serial: 6 }, undefined, 'newer'],
  [{ epoch: 6, serial: 1 }, undefined, 'newer'],
  // The order counts, and not the time: clocks differ.
  [{ epoch: 6, serial: 6, generatedAt: now - minute }, undefined, 'newer'],
  [{}, undefined, 'same'],
  [{}, now - 10 * minute, 'same'],
  [{ sha256: 'b'.repeat(64) }, undefined, 'older'],
  [{ serial: 4, generatedAt: now - minute }, undefined, 'older'],
  [{ epoch: 4, serial: 9, generatedAt: now - minute }, undefined, 'older'],
  [lowerButLater, undefined, 'older'],
  [lowerButLater, now - 10 * minute + 1, 'older'],
  [lowerButLater, now - 10 * minute, 'newer'],
  [{ sha256: 'b'.repeat(64), generatedAt: now + 1 }, now - 10 * minute, 'newer'],
  [{ ...lowerButLater, generatedAt: now }, now - 10 * minute, 'older'],
  [{ ...lowerButLater, generatedAt: now - minute }, now - 10 * minute, 'older'],
])('%j, disputed since %s, is %s', ([fields, disputedSince, standing]) => {
  expect(standingOf(manifest(fields), remembered, disputedSince, now)).toBe(standing);
});

test('with nothing remembered everything is new', () => {
  expect(standingOf(remembered, undefined, undefined, now)).toBe('newer');
});
