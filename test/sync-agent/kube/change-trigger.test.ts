import { expect, test } from 'vitest';
import { changeTriggerOf } from '../../../sync-agent/kube/change-trigger.ts';

const slice = (text: unknown, labels: object = { 'kubernetes.io/service-name': 'redis' }) => ({
  metadata: {
    namespace: 'cache',
    name: 'redis-x1',
    labels,
    annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': text },
  },
});

test.for([
  ['2026-11-05T10:00:00Z', '2026-11-05T10:00:00.000Z'],
  ['2026-11-05T10:00:00.5Z', '2026-11-05T10:00:00.500Z'],
  ['2026-11-05T10:00:00.123456789Z', '2026-11-05T10:00:00.123Z'],
])('%s', ([text, expected]) => {
  expect(changeTriggerOf(slice(text))).toEqual({ service: 'cache/redis', at: Date.parse(expected!) });
});

test.for<[string, unknown]>([
  ['no time', slice('yesterday')],
  ['no date of the calendar', slice('2026-13-45T10:00:00Z')],
  ['a number', slice(7)],
  ['a time of day alone', slice('10:00:00Z')],
  ['a very long fraction', slice(`2026-11-05T10:00:00.${'1'.repeat(1000)}Z`)],
  ['no annotation', { metadata: { namespace: 'cache', labels: { 'kubernetes.io/service-name': 'redis' } } }],
  ['a slice of no Service', slice('2026-11-05T10:00:00Z', {})],
  ['no object', null],
])('%s says nothing', ([, object]) => {
  expect(changeTriggerOf(object)).toBeUndefined();
});
