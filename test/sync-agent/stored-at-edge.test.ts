/** What a new writer learns of what is stored, and how long it asks. */
import { expect, test } from 'vitest';
import type { AgentEvent } from '../../sync-agent/agent-events.ts';
import type { StoredSnapshot } from '../../sync-agent/publish/stored-snapshot.ts';
import { storedAtEdge } from '../../sync-agent/stored-at-edge.ts';
import type { ClusterId } from '../../zone/cluster-id.ts';
import { encodeSnapshot } from '../../zone/image/encode.ts';
import type { Manifest } from '../../zone/manifest.ts';
import { SteppedClock } from './publish/stepped-clock.ts';
import { RecordingLog } from './recording-log.ts';

const cluster = 'prod' as ClusterId;
const manifest: Manifest = {
  format: 1,
  cluster,
  epoch: 7,
  serial: 8,
  generatedAt: 1_700_000_000_000,
  length: 3,
  sha256: '0'.repeat(64),
};
const never = new AbortController().signal;

/** What is found where the edge answers this, one after the other. */
async function foundAfter(...answers: StoredSnapshot[]) {
  const clock = new SteppedClock();
  const log = new RecordingLog();
  let asked = 0;
  const stored = async (): Promise<StoredSnapshot> => answers[asked++]!;
  const told: AgentEvent[] = [];
  const found = storedAtEdge(
    {
      cluster,
      edge: { stored },
      clock,
      random: () => 0,
      log,
      tell: (event) => told.push(event),
      givesUpWhenRefused: false,
    },
    never,
  );
  await clock.advance(600_000);
  const failures = told.filter(({ kind }) => kind === 'publish-failed');
  return {
    found: await found,
    asked,
    told: told.filter((event) => !failures.includes(event)),
    log: log.entries.map(({ level, message }) => `${level}: ${message}`),
  };
}

const incomplete: StoredSnapshot = { kind: 'incomplete', manifest, reason: 'it came in part' };
const away: StoredSnapshot = { kind: 'unavailable', reason: 'it is down', retryAfterSeconds: undefined };

test('what comes in part three times is done without; where versions go on is known all the same', async () => {
  expect(await foundAfter(incomplete, away, incomplete, away, incomplete)).toEqual({
    found: { manifest, names: undefined },
    asked: 5,
    told: [{ kind: 'found-stored', manifest }],
    log: [
      'warn: it came in part; it is tried again',
      'warn: publishing failed: it is down; it is tried again',
      'warn: it came in part; it is tried again',
      'error: it came in part, 3 times: a deletion in the first publish is not held back',
    ],
  });
});

test('what is stored is told at once', async () => {
  const image = async () => encodeSnapshot({ kind: 'retired' });
  const { found, told } = await foundAfter(away, { kind: 'stored', manifest, image });
  expect(found).toEqual({ manifest, names: new Map() });
  expect(told).toEqual([{ kind: 'found-stored', manifest }]);
});

test('an edge that is away is asked until it answers', async () => {
  const { found, asked } = await foundAfter(...Array(10).fill(away), { kind: 'nothing' });
  expect(found).toEqual({ manifest: undefined, names: undefined });
  expect(asked).toBe(11);
});
