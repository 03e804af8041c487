import { describe, expect, test } from 'vitest';
import { triggerTimeOf } from '../../../../demo/cluster/controllers/trigger-time.ts';
import type { Pod, Service } from '../../../../demo/cluster/types.ts';

const service = { metadata: { name: 's', creationTimestamp: '2026-01-01T00:00:00Z' } } as Service;

function podOf(name: string, time: string, status = 'True'): Pod {
  const condition = { type: 'Ready', status, lastTransitionTime: `2026-01-01T00:00:${time}Z` };
  return { metadata: { name }, status: { conditions: [condition] } } as unknown as Pod;
}

describe('after a first look at a (changed at :05) and b (changed at :07)', () => {
  const first = triggerTimeOf(service, [podOf('a', '05'), podOf('b', '07')], undefined);

  test('the first look: the time of the Service', () => {
    expect(first.triggerTime).toBe('2026-01-01T00:00:00Z');
  });

  test.for([
    ['nothing new', [podOf('a', '05'), podOf('b', '07')], undefined],
    ['a changed', [podOf('a', '30'), podOf('b', '07')], '2026-01-01T00:00:30Z'],
    ['both changed: the earlier', [podOf('a', '31'), podOf('b', '30')], '2026-01-01T00:00:30Z'],
    ['changed within the second', [podOf('a', '05', 'False'), podOf('b', '07')], '2026-01-01T00:00:05Z'],
    ['a new pod', [podOf('a', '05'), podOf('b', '07'), podOf('c', '40')], '2026-01-01T00:00:40Z'],
    ['a pod gone', [podOf('a', '05')], undefined],
  ] as const)('%s', ([, pods, expected]) => {
    expect(triggerTimeOf(service, pods, first.seen).triggerTime).toBe(expected);
  });
});
