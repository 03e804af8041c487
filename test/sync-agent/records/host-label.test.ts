/** Which label an endpoint has, on both sides of what fits. */
import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../../sync-agent/cluster.ts';
import { checkedLabel, plainLabel, rankOf } from '../../../sync-agent/records/host-label.ts';
import { parseAddress } from '../../../zone/address.ts';
import { parseName, parseRelativeName } from '../../../zone/name.ts';
import { zoneWithRoom } from './zone-with-room.ts';

const base = parseRelativeName('web.shop.svc');

function endpoint(address: string, names: Partial<Endpoint> = {}): Endpoint {
  return { address: parseAddress(address)!, hostname: undefined, podName: undefined, ...names };
}

/** As endpoints.ts asks for it. */
function labelOf(one: Endpoint, room: number): { label?: string | undefined; reason?: string | undefined } {
  const plain = plainLabel(one, true, room);
  if (plain !== undefined) return { label: plain };
  return { label: undefined, ...checkedLabel(one, true, base, [parseName('cluster.local'), zoneWithRoom(room, base)]) };
}

describe('a label fits with its length octet, and not in one octet less', () => {
  test.for<[string, Endpoint, number]>([
    ['a hostname', endpoint('10.0.0.1', { hostname: 'twelve-chars' }), 13],
    ['the name of a pod', endpoint('10.0.0.1', { podName: 'twelve-chars' }), 13],
  ])('%s', ([, one, octets]) => {
    expect(labelOf(one, octets)).toEqual({ label: 'twelve-chars' });
    expect(plainLabel(one, true, octets)).toBe('twelve-chars');
    expect(labelOf(one, octets - 1)).toEqual({
      label: '10-0-0-1',
      reason: expect.stringMatching(/^endpoint 10\.0\.0\.1: .* longer than 255 octets; it is named 10-0-0-1 instead$/),
    });
  });

  test.for<[string, number]>([
    ['10.0.0.1', 9],
    ['fd00::1', 8],
  ])('%s with dashes', ([address, octets]) => {
    const label = address.replaceAll(/[.:]/g, '-');
    expect(labelOf(endpoint(address), octets)).toEqual({ label });
    expect(plainLabel(endpoint(address), true, octets)).toBe(label);
    expect(labelOf(endpoint(address), octets - 1)).toEqual({
      label: undefined,
      reason: expect.stringMatching(/longer than 255 octets; it is left out$/),
    });
  });

  test('and where neither the hostname nor the address fits, the endpoint is left out', () => {
    const one = endpoint('10.0.0.1', { hostname: 'twelve-chars' });
    expect(labelOf(one, 9).label).toBe('10-0-0-1');
    expect(labelOf(one, 8)).toEqual({
      label: undefined,
      reason: expect.stringMatching(/^endpoint 10\.0\.0\.1: "twelve-chars\.web\..* octets; it is left out$/),
    });
  });
});

test.for([
  [63, 0],
  [64, 1],
])('a hostname of %i octets has %i problems', ([octets, problemCount]) => {
  const one = endpoint('10.0.0.1', { hostname: 'x'.repeat(octets!) });
  const { reason } = labelOf(one, 100);
  expect(reason === undefined ? 0 : 1).toBe(problemCount);
});

test('equal labels have equal ranks, whatever they come from', () => {
  const rank = (label: string, one: Endpoint) => rankOf(label, one, true);
  const fromAddress = rank('10-0-0-1', endpoint('10.0.0.1'));
  expect(rank('10-0-0-1', endpoint('10.0.0.2', { hostname: '10-0-0-1' }))).toBe(fromAddress);
  expect(rank('10-0-0-1', endpoint('10.0.0.1', { hostname: 'too-long' }))).toBe(fromAddress);
  expect(rank('10-0-0-2', endpoint('10.0.0.2'))).not.toBe(fromAddress);
  expect(rank('web-0', endpoint('10.0.0.1', { hostname: 'web-0' }))).toBe(
    rank('web-1', endpoint('10.0.0.2', { podName: 'web-1' })),
  );
});
