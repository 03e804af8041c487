import { describe, expect, test } from 'vitest';
import type { AgentStatus } from '../../../sync-agent/agent-status.ts';
import { type Check, frozenBoundMilliseconds, liveness, readiness } from '../../../sync-agent/operations/health.ts';
import { healthAnswer } from '../../../sync-agent/operations/health-text.ts';
import { now, watched, well } from './agent-status.ts';

const bound = frozenBoundMilliseconds;
const justInTime = now - bound;
const late = justInTime - 1;
const ago = '300 s ago, which is more than 300 s';

function failures(checks: readonly Check[]): string[] {
  return checks.flatMap(({ name, failure }) => (failure === undefined ? [] : [`${name}: ${failure}`]));
}

const watches = (slices: Partial<typeof watched>): AgentStatus['watches'] =>
  new Map([...well.watches, ['EndpointSlice', { ...watched, ...slices }]]);

const standby: Partial<AgentStatus> = { isLeading: false, leaderSeenAt: now - 2000 };

describe('ready', () => {
  test.for<[what: string, change: Partial<AgentStatus>, failures: string[]]>([
    ['when all is well', {}, []],
    ['with a change that is to be published', { unpublishedSince: justInTime }, []],
    [
      'not with one that has waited for long',
      { unpublishedSince: late },
      [`publishing: a change is not published; it was seen ${ago}`],
    ],
    ['with a deletion that is held back', { heldSince: justInTime, unpublishedSince: justInTime }, []],
    [
      'not with one that is held back for long',
      { heldSince: late, unpublishedSince: late },
      [`publishing: a deletion is held back; the first was seen ${ago}`],
    ],
    ['not before something is published', { publishedAt: undefined }, ['publishing: nothing is published yet']],
    ['with a last publish of some minutes ago, when nothing has changed', { publishedAt: now - 540_000 }, []],
    [
      'not with a heartbeat that does not come',
      { publishedAt: now - 540_001 },
      ['publishing: the last publish was 540 s ago, which is more than 540 s'],
    ],
    [
      'with a watch that fails for a moment',
      { watches: watches({ state: 'failing', aliveAt: justInTime, failures: 9 }) },
      [],
    ],
    [
      'not with one that fails for long',
      { watches: watches({ state: 'failing', aliveAt: late, failures: 9 }) },
      [`watches: EndpointSlice was last known to be watched ${ago}`],
    ],
    [
      'not with one that says that it watches and is not known to be alive',
      { watches: watches({ aliveAt: late }) },
      [`watches: EndpointSlice was last known to be watched ${ago}`],
    ],
    ['without a kind that the cluster does not have', { watches: watches({ state: 'absent', aliveAt: late }) }, []],
    [
      'not before every list was seen whole',
      { isSynced: false, watches: watches({ state: 'starting', aliveAt: undefined }), publishedAt: undefined },
      ['lists: not seen whole yet: EndpointSlice', 'publishing: nothing is published yet'],
    ],
    [
      'not before there is a watch',
      { isSynced: false, watches: new Map() },
      ['lists: not seen whole yet: all kinds of objects'],
    ],
    [
      'not when the API server shows another cluster',
      { isAnotherCluster: true },
      ['cluster: the API server shows another cluster than at first; restart the agent if that is meant'],
    ],
    ['not while it ends', { isEnding: true }, ['shutdown: the agent is ending']],
    ['as a standby that never published', { ...standby, publishedAt: undefined, heldSince: late }, []],
    ['as a standby whose leader was silent for some minutes', { ...standby, leaderSeenAt: justInTime }, []],
    [
      'not as a standby whose leader has gone, and which cannot lead',
      { ...standby, leaderSeenAt: late },
      [`leader: nobody publishes: a leader was last seen ${ago}`],
    ],
    [
      'not as a standby that has seen no leader',
      { ...standby, leaderSeenAt: undefined },
      ['leader: no agent is known to lead, so nobody publishes'],
    ],
    [
      'not as a standby whose view is frozen',
      { ...standby, watches: watches({ aliveAt: late }) },
      [`watches: EndpointSlice was last known to be watched ${ago}`],
    ],
  ])('%s', ([, change, expected]) => {
    expect(failures(readiness({ ...well, ...change }, now))).toEqual(expected);
  });

  test('not before the agent runs', () => {
    expect(failures(readiness(undefined, now))).toEqual(['started: the agent has not begun to list']);
  });
});

test('a deletion that is held back is told from its first second on', () => {
  const held = { heldSince: now - 40_500, held: { names: 138, of: 153 } };
  const notes = (status: AgentStatus) => readiness(status, now).flatMap(({ name, note }) => (note ? [name, note] : []));
  expect(notes({ ...well, ...held })).toEqual(['deletions', 'held back since 40 s: 138 of 153 names']);
  expect(notes(well)).toEqual([]);
});

describe('alive', () => {
  test.for<[what: string, status: AgentStatus | undefined, failures: string[]]>([
    ['before the agent runs', undefined, []],
    ['while the loop waits for a large snapshot to be sent', { ...well, loopAt: now - 600_000 }, []],
    [
      'not when it hangs',
      { ...well, loopAt: now - 600_001 },
      ['publish-loop: the loop that publishes was last seen 600 s ago, which is more than 600 s'],
    ],
    [
      'whatever happens around it',
      {
        ...well,
        isSynced: false,
        watches: watches({ state: 'failing', aliveAt: 0 }),
        unpublishedSince: 0,
        heldSince: 0,
      },
      [],
    ],
  ])('%s', ([, status, expected]) => {
    expect(failures(liveness(status, now))).toEqual(expected);
  });
});

describe('as text', () => {
  const good: Check = { name: 'lists', failure: undefined };
  const bad: Check = { name: 'watches', failure: 'Service is silent' };
  test.for<[checks: Check[], isVerbose: boolean, text: string]>([
    [[good], false, 'ok'],
    [[good], true, '[+]lists ok\nreadyz check passed\n'],
    [[{ ...good, note: 'held back' }], true, '[+]lists held back\nreadyz check passed\n'],
    [[good, bad], false, '[+]lists ok\n[-]watches failed: Service is silent\nreadyz check failed\n'],
    [[good, bad], true, '[+]lists ok\n[-]watches failed: Service is silent\nreadyz check failed\n'],
  ])('%j', ([checks, isVerbose, text]) => {
    expect(healthAnswer('readyz', checks, isVerbose)).toEqual({ isWell: !checks.includes(bad), text });
  });
});
