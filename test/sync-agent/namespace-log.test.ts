import { expect, test } from 'vitest';
import { KubeError } from '../../sync-agent/kube/error.ts';
import type { NamespaceStanding } from '../../sync-agent/kube/listed-namespace.ts';
import { messagesOnly } from '../../sync-agent/log-writer.ts';
import { NamespaceLog } from '../../sync-agent/namespace-log.ts';
import { RecordingLog } from './recording-log.ts';

const present: NamespaceStanding = { state: 'present' };
const missing: NamespaceStanding = { state: 'missing' };
const refused: NamespaceStanding = {
  state: 'refused',
  error: new KubeError('FORBIDDEN', 'the user may not get namespaces: grant it'),
  kinds: ['Namespace', 'Service'],
};

const kept: NamespaceStanding = { ...refused, state: 'kept' };

/** What is said of these standings of namespace `a`, one after the other, with `b` present all the time. */
function said(...standings: readonly NamespaceStanding[]): string[] {
  const lines: string[] = [];
  const log = new NamespaceLog(messagesOnly((line) => lines.push(line)));
  for (const standing of standings) {
    log.note('b', present);
    log.note('a', standing);
  }
  return lines;
}

const itIsMissing = 'namespace a: it does not exist; it is published when it comes';
const itIsRefused =
  'namespace a: the user may not get namespaces: grant it; it counts as not there (refused: Namespace, Service), and is tried again';
const itIsKept =
  'namespace a: the user may not get namespaces: grant it; its names stay for 10 minutes (refused: Namespace, Service), and it is tried again';
const itIsThere = 'namespace a: it is there now';

test.for([
  ['one that is there is not told', [present], []],
  ['one that does not exist, and comes', [missing, present], [itIsMissing, itIsThere]],
  ['one that goes, and comes back', [present, missing, present], [itIsMissing, itIsThere]],
  ['one that is refused, and then is not there', [refused, missing, present], [itIsRefused, itIsMissing, itIsThere]],
  [
    'one that is refused, kept for a while, and comes back',
    [kept, refused, present],
    [itIsKept, itIsRefused, itIsThere],
  ],
  ['one that is refused, and granted again in time', [present, kept, present], [itIsKept, itIsThere]],
] as const)('%s', ([, standings, lines]) => {
  expect(said(...standings)).toEqual(lines);
});

test('one that may not be watched is told, with what spares the questions', () => {
  const recording = new RecordingLog();
  new NamespaceLog(recording).noteAsked('a');
  expect(recording.entries).toMatchObject([{ level: 'info', facts: { namespace: 'a' } }]);
  expect(recording.entries[0]?.message).toMatch(
    /^namespace a: the agent may not watch it, .* resourceNames spares that$/,
  );
});

test('its facts tell the namespace, and how it stands', () => {
  const recording = new RecordingLog();
  const log = new NamespaceLog(recording);
  for (const standing of [refused, present]) log.note('a', standing);
  expect(recording.entries.map(({ level, facts }) => [level, facts])).toEqual([
    ['warn', { namespace: 'a', state: 'refused' }],
    ['info', { namespace: 'a', state: 'present' }],
  ]);
});
