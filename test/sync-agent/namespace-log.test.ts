import { expect, test } from 'vitest';
import { KubeError } from '../../sync-agent/kube/error.ts';
import type { NamespaceStanding } from '../../sync-agent/kube/listed-namespace.ts';
import { NamespaceLog } from '../../sync-agent/namespace-log.ts';

const present: NamespaceStanding = { state: 'present' };
const missing: NamespaceStanding = { state: 'missing' };
const refused: NamespaceStanding = {
  state: 'refused',
  error: new KubeError('FORBIDDEN', 'the user may not get namespaces: grant it'),
  kinds: ['Namespace', 'Service'],
};

/** What is said of these standings of namespace `a`, one after the other, with `b` present all the time. */
function said(...standings: readonly NamespaceStanding[]): string[] {
  const lines: string[] = [];
  const log = new NamespaceLog((line) => lines.push(line));
  for (const standing of standings) {
    log.note('b', present);
    log.note('a', standing);
  }
  return lines;
}

const itIsMissing = 'namespace a: it does not exist; it is published when it comes';
const itIsRefused =
  'namespace a: the user may not get namespaces: grant it; it counts as not there (refused: Namespace, Service), and is tried again';
const itIsThere = 'namespace a: it is there now';

test.for([
  ['one that is there is not told', [present], []],
  ['one that does not exist, and comes', [missing, present], [itIsMissing, itIsThere]],
  ['one that goes, and comes back', [present, missing, present], [itIsMissing, itIsThere]],
  ['one that is refused, and then is not there', [refused, missing, present], [itIsRefused, itIsMissing, itIsThere]],
] as const)('%s', ([, standings, lines]) => {
  expect(said(...standings)).toEqual(lines);
});
