import { describe, expect, test } from 'vitest';
import type { Port } from '../../../sync-agent/cluster.ts';
import { Entries, hostServices, type Offer, portListOf, weightOf } from '../../../sync-agent/records/srv.ts';

const http: Port = { name: 'http', protocol: 'tcp', number: 80 };
const quic: Port = { name: 'quic', protocol: 'udp', number: 80 };
const admin: Port = { name: 'admin', protocol: 'tcp', number: 9000 };
const any: Port = { name: 'any', protocol: 'tcp', number: undefined };

describe('weight', () => {
  test.for([
    [1, 100],
    [2, 50],
    [3, 33],
    [4, 25],
    [6, 16],
    [7, 14],
    [50, 2],
    [51, 1],
    [100, 1],
    [101, 1],
    [150_000, 1],
  ] as const)('of %i entries is %i', ([entryCount, weight]) => {
    expect(weightOf(entryCount)).toBe(weight);
  });
});

function offer(members: Offer['members'], addressCount: number, ...ports: readonly Port[]): Offer {
  return { ports: portListOf(ports), addressCount, members };
}

/** All entries of some offers. */
function entriesOf(...offers: readonly Offer[]): Entries {
  const entries = new Entries();
  for (const one of offers) for (const port of one.ports) entries.add(one, port);
  return entries;
}

describe('a rule', () => {
  test('names all hosts when each of them has the port, and some by their index otherwise', () => {
    const entries = entriesOf(offer([0, 2], 2, admin, http), offer([1], 1, http));
    expect(entries.members(3)).toBe('hosts');
    expect(entries.rules(3)).toEqual([
      { priority: 0, weight: 20, port: 80, targets: 'hosts' },
      { priority: 0, weight: 20, port: 9000, targets: [0, 2] },
    ]);
  });

  test('names each host once, in order, whoever brings it', () => {
    const entries = entriesOf(offer([0, 3], 2, http), offer([1, 3], 2, http));
    expect(entries.rules(5)).toEqual([{ priority: 0, weight: 25, port: 80, targets: [0, 1, 3] }]);
    expect(entriesOf(offer([0, 3], 2, http), offer('hosts', 5, http)).members(5)).toBe('hosts');
  });

  test('names some hosts that several offers bring together, in order', () => {
    const entries = entriesOf(offer([3, 4], 2, http), offer([1], 1, http), offer([3], 1, http));
    expect(entries.members(6)).toEqual([1, 3, 4]);
    expect(entriesOf(offer([0], 1, http), offer([1, 2], 2, http)).members(3)).toBe('hosts');
  });

  test('of a Service with cluster IPs names the Service once, however many addresses it has', () => {
    const entries = entriesOf(offer('base', 2, http));
    expect(entries.members(4)).toBe('base');
    expect(entries.rules(4)).toEqual([{ priority: 0, weight: 50, port: 80, targets: 'base' }]);
  });
});

describe('entries', () => {
  test('of one number under two protocols are one record, and both count', () => {
    expect(hostServices([offer([0], 1, quic, http)])).toEqual([{ priority: 0, weight: 50, port: 80 }]);
    expect(entriesOf(offer([0], 1, quic, http)).rules(2)).toEqual([
      { priority: 0, weight: 50, port: 80, targets: [0] },
    ]);
  });

  test('without a port, or without a number, are no record, but count', () => {
    expect(hostServices([offer([0], 1, http)])).toEqual([{ priority: 0, weight: 100, port: 80 }]);
    expect(hostServices([offer([0], 1, http), offer([0], 1)])).toEqual([{ priority: 0, weight: 50, port: 80 }]);
    expect(hostServices([offer([0], 1, http, any)])).toEqual([{ priority: 0, weight: 50, port: 80 }]);
    expect(hostServices([offer([0], 1)])).toEqual([]);
    const entries = entriesOf(offer([1], 1), offer([0], 1, http, any));
    expect(entries.members(2)).toBe('hosts');
    expect(entries.rules(2)).toEqual([{ priority: 0, weight: 33, port: 80, targets: [0] }]);
  });

  test('are nobody when there are none', () => {
    expect(new Entries().members(0)).toBe('none');
    expect(new Entries().rules(0)).toEqual([]);
  });
});
