import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../sync-agent/cluster.ts';
import { eventOf, type Notice, noticesOf } from '../../../sync-agent/events/notice.ts';

const said = (...problems: readonly Problem[]) =>
  [...noticesOf(problems)].map(([object, { message }]) => `${object}: ${message}`);
const only = (problem: Problem): Notice => [...noticesOf([problem]).values()][0]!;
const now = Date.parse('2026-11-21T10:00:00.999Z');

describe('what is said', () => {
  test('is all that is wrong with an object, each reason once, in an order of its own', () => {
    const one = { object: 'Service a/b', reason: 'its name is too long' };
    const other = { object: 'Service a/b', reason: 'it has no ports' };
    const expected = ['Service a/b: it has no ports; its name is too long'];
    expect(said(one, other)).toEqual(expected);
    expect(said(other, one, other)).toEqual(expected);
  });

  test('is nothing of what somebody wants kept out', () => {
    const withheld: Problem = { object: 'Service a/b', reason: 'its target is hidden', isWithheld: true };
    expect(said(withheld)).toEqual([]);
    expect(said(withheld, { object: 'Service a/b', reason: 'bad' })).toEqual(['Service a/b: bad']);
  });

  test.for(['Gadget a/b', 'Service ', 'Service a/', ''])('is nothing of %j', (object) => {
    expect(said({ object, reason: 'bad' })).toEqual([]);
  });

  test.for([
    ['x'.repeat(1024), 'x'.repeat(1024)],
    ['x'.repeat(1025), `${'x'.repeat(1021)}…`],
    [`x${'é'.repeat(600)}`, `x${'é'.repeat(510)}…`],
    [`xx${'é'.repeat(600)}`, `xx${'é'.repeat(509)}…`],
    ['🦊'.repeat(300), `${'🦊'.repeat(255)}…`],
  ] as const)('fits into 1024 octets, whole characters (%#)', ([reason, message]) => {
    expect(only({ object: 'Service a/b', reason }).message).toBe(message);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1024);
  });
});

describe('the Event', () => {
  test('is about the object, in its namespace', () => {
    const notice = only({ object: 'EndpointSlice cache/redis-x1', reason: 'bad' });
    expect(eventOf(notice, 'agent-0_1f', now)).toEqual({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: expect.stringMatching(/^redis-x1\.[0-9a-f]{16}$/), namespace: 'cache' },
      involvedObject: {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        namespace: 'cache',
        name: 'redis-x1',
      },
      type: 'Warning',
      reason: 'NotPublished',
      message: 'bad',
      source: { component: 'kube-doh' },
      reportingComponent: 'kube-doh',
      reportingInstance: 'agent-0_1f',
      count: 1,
      firstTimestamp: '2026-11-21T10:00:00Z',
      lastTimestamp: '2026-11-21T10:00:00Z',
    });
  });

  test('about a Namespace is in default', () => {
    const event = eventOf(only({ object: 'Namespace cache', reason: 'bad' }), 'a', now);
    expect(event).toMatchObject({
      metadata: { namespace: 'default' },
      involvedObject: { apiVersion: 'v1', kind: 'Namespace', name: 'cache' },
    });
    expect(event).not.toHaveProperty('involvedObject.namespace');
  });

  const nameOf = (object: string, reason: string, reporter = 'a', at = now) =>
    (eventOf(only({ object, reason }), reporter, at) as { metadata: { name: string } }).metadata.name;

  test('has the same name whoever says the same, whenever', () => {
    expect(nameOf('Service a/b', 'bad')).toBe(nameOf('Service a/b', 'bad', 'z', 0));
  });

  test('has another name for another reason, and for another kind of object', () => {
    const all = [
      nameOf('Service a/b', 'bad'),
      nameOf('Service a/b', 'worse'),
      nameOf('Pod a/b', 'bad'),
      nameOf('Service a/c', 'bad'),
    ];
    expect(new Set(all).size).toBe(4);
  });

  test.for([
    ['x'.repeat(253), 'x'.repeat(236)],
    [`${'x'.repeat(234)}.-${'x'.repeat(17)}`, 'x'.repeat(234)],
  ] as const)('has a name that is one (%#)', ([name, start]) => {
    expect(nameOf(`EndpointSlice a/${name}`, 'bad')).toMatch(new RegExp(`^${start}\\.[0-9a-f]{16}$`));
  });

  test('names its reporter in 128 characters', () => {
    const event = eventOf(only({ object: 'Service a/b', reason: 'bad' }), 'x'.repeat(200), now);
    expect(event).toMatchObject({ reportingInstance: 'x'.repeat(128) });
  });
});
