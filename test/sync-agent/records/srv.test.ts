import { describe, expect, test } from 'vitest';
import type { Port } from '../../../sync-agent/cluster.ts';
import { type Entry, hostServices, membersOf, serviceRules, weightOf } from '../../../sync-agent/records/srv.ts';

const http: Port = { name: 'http', protocol: 'tcp', number: 80 };
const quic: Port = { name: 'quic', protocol: 'udp', number: 80 };
const admin: Port = { name: 'admin', protocol: 'tcp', number: 9000 };

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

describe('a rule', () => {
  test('names all hosts when each of them has the port, and some by their index otherwise', () => {
    const entries: Entry[] = [
      { member: 2, port: admin },
      { member: 0, port: http },
      { member: 2, port: http },
      { member: 1, port: http },
      { member: 0, port: admin },
    ];
    expect(serviceRules(entries, 3)).toEqual([
      { priority: 0, weight: 20, port: 80, targets: 'hosts' },
      { priority: 0, weight: 20, port: 9000, targets: [0, 2] },
    ]);
  });

  test('of a Service with cluster IPs names the Service once, however many addresses it has', () => {
    const entries: Entry[] = [
      { member: 'base', port: http },
      { member: 'base', port: http },
    ];
    expect(serviceRules(entries, 4)).toEqual([{ priority: 0, weight: 50, port: 80, targets: 'base' }]);
  });
});

describe('entries', () => {
  test('of one number under two protocols are one record, and both count', () => {
    const entries: Entry[] = [
      { member: 0, port: quic },
      { member: 0, port: http },
    ];
    expect(hostServices(entries)).toEqual([{ priority: 0, weight: 50, port: 80 }]);
  });

  test('without a port are no record, but count', () => {
    const absent: Entry = { member: 1, port: undefined };
    expect(hostServices([{ member: 0, port: http }])).toEqual([{ priority: 0, weight: 100, port: 80 }]);
    expect(hostServices([{ member: 0, port: http }, absent])).toEqual([{ priority: 0, weight: 50, port: 80 }]);
    expect(hostServices([absent])).toEqual([]);
    expect(membersOf([absent], 2)).toEqual([1]);
  });

  test('are nobody when there are none', () => {
    expect(membersOf([], 0)).toBe('none');
    expect(serviceRules([], 0)).toEqual([]);
  });
});
