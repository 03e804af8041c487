import { describe, expect, test } from 'vitest';
import { planStatefulSet } from '../../../../demo/cluster/controllers/statefulset.ts';
import type { Pod, StatefulSet } from '../../../../demo/cluster/types.ts';

/** What a pod can be like: healthy, not ready, being deleted, run to its end. */
type State = 'ok' | 'unready' | 'terminating' | 'failed';

const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };

function setOf(replicas: number, changes: Partial<StatefulSet['spec']> = {}): StatefulSet {
  return {
    kind: 'StatefulSet',
    apiVersion: 'apps/v1',
    metadata: { name: 's', namespace: 'n', uid: 'set', resourceVersion: '1', creationTimestamp: '', generation: 1 },
    spec: {
      replicas,
      serviceName: 'svc',
      selector: { matchLabels: { a: 'b' } },
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      template,
      ...changes,
    },
    status: {},
  };
}

function podsOf(set: StatefulSet, states: Readonly<Record<number, State>>): Pod[] {
  return Object.entries(states).map(([ordinal, state]) => {
    const draft = planStatefulSet(setOf(1, { ...set.spec, replicas: 1, ordinals: { start: Number(ordinal) } }), [])
      .create[0]!;
    return {
      ...draft,
      metadata: {
        ...draft.metadata,
        uid: ordinal,
        resourceVersion: '1',
        creationTimestamp: '',
        ...(state === 'terminating' ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
      },
      status: {
        phase: state === 'failed' ? 'Failed' : 'Running',
        conditions: [{ type: 'Ready', status: state === 'unready' ? 'False' : 'True' }],
      },
    };
  });
}

/** The plan in words, e.g. `+s-1 -s-3`. */
function planned(set: StatefulSet, pods: readonly Pod[]): string {
  const { create, remove } = planStatefulSet(set, pods);
  const signs = [
    ...create.map(({ metadata }) => `+${metadata.name}`),
    ...remove.map(({ metadata }) => `-${metadata.name}`),
  ];
  return signs.join(' ');
}

describe('ordered', () => {
  test.for([
    ['nothing there', 3, {}, '+s-0'],
    ['the first not ready', 3, { 0: 'unready' }, ''],
    ['the first ready', 3, { 0: 'ok' }, '+s-1'],
    ['all there', 3, { 0: 'ok', 1: 'ok', 2: 'ok' }, ''],
    ['one missing in the middle', 3, { 0: 'ok', 2: 'ok' }, '+s-1'],
    ['one missing behind one that is not ready', 3, { 0: 'unready', 1: 'ok' }, ''],
    ['one being deleted', 3, { 0: 'ok', 1: 'terminating', 2: 'ok' }, ''],
    ['one failed', 2, { 0: 'failed', 1: 'ok' }, '-s-0'],
    ['scaled down: the top goes first', 1, { 0: 'ok', 1: 'ok', 2: 'ok' }, '-s-2'],
    ['scaled down: and must be gone before the next', 1, { 0: 'ok', 1: 'ok', 2: 'terminating' }, ''],
    ['scaled down: not before the wanted ones are healthy', 1, { 0: 'unready', 1: 'ok' }, ''],
    ['scaled down: an unhealthy top goes', 1, { 0: 'ok', 1: 'unready' }, '-s-1'],
    ['scaled down: not over an unhealthy one further down', 1, { 0: 'ok', 1: 'unready', 2: 'unready' }, ''],
    ['scaled to 0', 0, { 0: 'ok', 1: 'ok' }, '-s-1'],
  ] as const)('%s', ([, replicas, states, expected]) => {
    const set = setOf(replicas);
    expect(planned(set, podsOf(set, states))).toBe(expected);
  });
});

describe('parallel', () => {
  test.for([
    ['nothing there', 3, {}, '+s-0 +s-1 +s-2'],
    ['some there, not ready', 3, { 1: 'unready' }, '+s-0 +s-2'],
    ['scaled down', 1, { 0: 'unready', 1: 'ok', 2: 'unready' }, '-s-2 -s-1'],
    ['scaled to 0', 0, { 0: 'ok', 1: 'terminating', 2: 'ok' }, '-s-2 -s-0'],
  ] as const)('%s', ([, replicas, states, expected]) => {
    const set = setOf(replicas, { podManagementPolicy: 'Parallel' });
    expect(planned(set, podsOf(set, states))).toBe(expected);
  });
});

describe('a new template', () => {
  const old = setOf(3);
  const newer = { template: { ...template, metadata: { labels: { a: 'b' }, annotations: { x: '1' } } } };

  test.for([
    ['replaces the top first', {}, { 0: 'ok', 1: 'ok', 2: 'ok' }, '-s-2'],
    ['waits for what is not ready', {}, { 0: 'ok', 1: 'ok', 2: 'terminating' }, ''],
    ['does not begin while one is not ready', {}, { 0: 'ok', 1: 'unready', 2: 'ok' }, ''],
    ['stops at the partition', { partition: 3 }, { 0: 'ok', 1: 'ok', 2: 'ok' }, ''],
  ] as const)('%s', ([, rollingUpdate, states, expected]) => {
    const set = setOf(3, { ...newer, updateStrategy: { type: 'RollingUpdate', rollingUpdate } });
    expect(planned(set, podsOf(old, states))).toBe(expected);
  });

  test('replaces nothing by itself with OnDelete', () => {
    const set = setOf(3, { ...newer, updateStrategy: { type: 'OnDelete' } });
    expect(planned(set, podsOf(old, { 0: 'ok', 1: 'ok', 2: 'ok' }))).toBe('');
  });
});

describe('a pod', () => {
  test('is named after its set and number, and says under which Service', () => {
    const [pod] = planStatefulSet(setOf(1, { ordinals: { start: 5 } }), []).create;
    expect(pod!.metadata.name).toBe('s-5');
    expect(pod!.metadata.labels).toMatchObject({
      a: 'b',
      'apps.kubernetes.io/pod-index': '5',
      'statefulset.kubernetes.io/pod-name': 's-5',
    });
    expect(pod!.spec).toMatchObject({ hostname: 's-5', subdomain: 'svc' });
  });

  test('has no subdomain where the set names no Service', () => {
    const [pod] = planStatefulSet(setOf(1, { serviceName: '' }), []).create;
    expect(pod!.spec).not.toHaveProperty('subdomain');
  });

  test('of another owner is left alone', () => {
    const set = setOf(1);
    const foreign = podsOf(set, { 4: 'ok' }).map((pod) => ({
      ...pod,
      metadata: { ...pod.metadata, ownerReferences: [] },
    }));
    expect(planned(set, [...podsOf(set, { 0: 'ok' }), ...foreign])).toBe('');
  });
});
