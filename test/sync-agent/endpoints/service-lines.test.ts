/** Which lines Services have: API objects in, lines out. */
import { describe, expect, test } from 'vitest';
import type { RecordOptions } from '../../../sync-agent/records/options.ts';
import { type EndpointsLine, readEndpointsLine } from '../../../zone/endpoints/line.ts';
import { parseName } from '../../../zone/name.ts';
import { maxLineOctets } from '../../../zone/supplement/supplement.ts';
import { namespace, service } from '../remarks/observed.ts';
import { type ApiObjects, ObservedObjects } from '../supplements/observed-objects.ts';
import { linesOf, textsOf } from './written-lines.ts';

const redisPort = { name: 'redis', port: 6379, protocol: 'TCP' };

/** Of the headless Service `redis` in the namespace `cache`, unless `more` says otherwise. */
function slice(name: string, endpoints: readonly object[], more: object = {}): object {
  const metadata = { namespace: 'cache', name, labels: { 'kubernetes.io/service-name': 'redis' } };
  return { metadata, addressType: 'IPv4', endpoints, ports: [redisPort], ...more };
}

/** A pod of the StatefulSet; its address ends in `i` + 1. */
function pod(i: number, more: object = {}): object {
  return {
    addresses: [`10.0.0.${i + 1}`],
    conditions: { ready: true, serving: true, terminating: false },
    hostname: `redis-${i}`,
    nodeName: 'node-1',
    zone: 'zone-a',
    targetRef: { kind: 'Pod', name: `redis-${i}` },
    ...more,
  };
}

const notReady = { conditions: { ready: false, serving: false, terminating: false } };
const terminating = { conditions: { ready: false, serving: true, terminating: true } };

function observed(slices: readonly object[], more: Partial<ApiObjects> = {}): ObservedObjects {
  return new ObservedObjects({
    namespaces: [namespace('cache')],
    services: [service('cache', 'redis')],
    slices,
    ...more,
  });
}

function lines(slices: readonly object[], options?: Partial<RecordOptions>): EndpointsLine[] {
  return linesOf(observed(slices), options);
}

/** Such as `redis-0 10.0.0.1 ready`. */
function hostsOf({ endpoints }: EndpointsLine): string[] {
  return endpoints.map(([address, host, standing]) => `${host} ${address} ${standing}`);
}

/** By column, without what is empty. */
function valuesOf({ columns, endpoints }: EndpointsLine, i = 0): Record<string, string> {
  const [, , , ...values] = endpoints[i]!;
  const cells = columns.map((column, at) => [column.replace('__meta_kubernetes_', ''), values[at]!] as const);
  return Object.fromEntries(cells.filter(([, value]) => value !== ''));
}

test('a line as it is written', () => {
  const slices = [slice('redis-x7k2p', [pod(0), pod(1, { ...notReady, nodeName: 'node-2' })])];
  expect(textsOf(observed(slices))).toEqual([
    '{"name":"redis.cache.svc","labels":{"__meta_kubernetes_namespace":"cache","__meta_kubernetes_service_name":"redis"},' +
      '"ports":[[6379,"redis",{"__meta_kubernetes_endpointslice_port_name":"redis"}]],' +
      '"columns":["__meta_kubernetes_endpointslice_endpoint_conditions_ready","__meta_kubernetes_pod_name",' +
      '"__meta_kubernetes_pod_ip","__meta_kubernetes_pod_node_name","__meta_kubernetes_endpointslice_endpoint_zone"],' +
      '"endpoints":[["10.0.0.1","redis-0","ready","true","redis-0","10.0.0.1","node-1","zone-a"],' +
      '["10.0.0.2","redis-1","not-ready","false","redis-1","10.0.0.2","node-2","zone-a"]]}',
  ]);
});

describe('how an endpoint stands', () => {
  test.for<[string, object, string]>([
    ['ready', {}, 'ready'],
    ['as it does not say', { conditions: {} }, 'ready'],
    ['not ready', notReady, 'not-ready'],
    ['terminating', terminating, 'terminating'],
    // The controller calls pods ready whose Service publishes them before they are.
    ['published before it is ready', { conditions: { ready: true, serving: false } }, 'ready'],
    ['ready in a way that nobody knows', { conditions: { ready: 'yes' } }, 'not-ready'],
  ])('%s', ([, more, standing]) => {
    const [line] = lines([slice('a', [pod(0, more)])]);
    expect(line!.endpoints[0]![2]).toBe(standing);
    const column = 'endpointslice_endpoint_conditions_ready';
    expect(valuesOf(line!)[column]).toBe(standing === 'ready' ? 'true' : 'false');
  });

  test('a column says which are terminating, where any is', () => {
    const column = 'endpointslice_endpoint_conditions_terminating';
    const [with1, without] = [[pod(0), pod(1, terminating)], [pod(0)]].map((pods) => lines([slice('a', pods)])[0]!);
    expect(valuesOf(with1!, 0)[column]).toBeUndefined();
    expect(valuesOf(with1!, 1)[column]).toBe('true');
    expect(without!.columns.join()).not.toContain('terminating');
  });

  test('of a slice without a ready endpoint the ports are there, too', () => {
    const [line] = lines([slice('a', [pod(0, notReady)])]);
    expect(line!.ports.map(([number, name]) => [number, name])).toEqual([[6379, 'redis']]);
  });
});

test('a static pod is a pod, though its name is that of a node with dots', () => {
  const targetRef = { kind: 'Pod', name: 'etcd-node-1.example.com' };
  const [line] = lines([slice('a', [pod(0, { hostname: undefined, targetRef })])], { usesPodNames: true });
  expect(hostsOf(line!)).toEqual(['10-0-0-1 10.0.0.1 ready']);
  expect(valuesOf(line!)).toMatchObject({
    pod_name: 'etcd-node-1.example.com',
    pod_ip: '10.0.0.1',
    pod_node_name: 'node-1',
  });
});

describe('the label in DNS', () => {
  test.for<[string, object, Partial<RecordOptions>, string]>([
    ['its hostname', {}, {}, 'redis-0'],
    ['its hostname in lower case', { hostname: 'REDIS-0' }, {}, 'redis-0'],
    ['its address', { hostname: undefined }, {}, '10-0-0-1'],
    ['its address, where the hostname is none', { hostname: 'a_b' }, {}, '10-0-0-1'],
    ['the name of its pod', { hostname: undefined }, { usesPodNames: true }, 'redis-0'],
    [
      'the name of what is behind it, be it no pod',
      { hostname: undefined, targetRef: { kind: 'VirtualMachine', name: 'vm-1' } },
      { usesPodNames: true },
      'vm-1',
    ],
    [
      'its address, where its name is too long',
      { hostname: 'h'.repeat(63) },
      { zoneOrigins: [longZone(40)] },
      '10-0-0-1',
    ],
    ['none, where that is too long as well', { hostname: undefined }, { zoneOrigins: [longZone(55)] }, ''],
  ])('%s', ([, more, options, host]) => {
    for (const state of [{}, notReady]) {
      const [line] = lines([slice('a', [pod(0, { ...more, ...state })])], options);
      expect(line!.endpoints[0]![1]).toBe(host);
    }
  });

  /** Of three long labels, and one of so many octets. */
  function longZone(octets: number) {
    return parseName(
      ['x', 'x', 'x']
        .map((label) => label.repeat(58))
        .concat('y'.repeat(octets))
        .join('.'),
    );
  }

  test('a Service whose name is too long for a zone is left out, as in DNS', () => {
    expect(lines([slice('a', [pod(0)])], { zoneOrigins: [longZone(62)] })).toEqual([]);
  });
});

describe('what is told of an endpoint', () => {
  const shown = { endpointslice_endpoint_conditions_ready: 'true' };
  const ofPod = { ...shown, pod_name: 'redis-0', pod_ip: '10.0.0.1' };

  test.for<[string, object, Record<string, string>]>([
    ['all', {}, { ...ofPod, pod_node_name: 'node-1', endpointslice_endpoint_zone: 'zone-a' }],
    ['no node and no zone', { nodeName: undefined, zone: null }, ofPod],
    ['a node that is no text', { nodeName: 5, zone: {} }, ofPod],
    ['a node with a quotation mark', { nodeName: 'a"b', zone: 'a\\b' }, ofPod],
    ['a node beyond ASCII', { nodeName: 'nöde', zone: 'two\nlines' }, ofPod],
    ['a node with a long name', { nodeName: 'n'.repeat(254), zone: '' }, ofPod],
    ['a pod by default', { targetRef: { name: 'redis-0' }, nodeName: null, zone: null }, ofPod],
    ['no pod', { targetRef: undefined }, { ...shown, endpointslice_endpoint_zone: 'zone-a' }],
    ['something else than a pod', { targetRef: { kind: 'Node', name: 'node-1' }, zone: null }, shown],
    ['a pod whose name is none', { targetRef: { kind: 'Pod', name: 'a"b' }, zone: null }, shown],
  ])('%s', ([, more, expected]) => {
    expect(valuesOf(lines([slice('a', [pod(0, more)])])[0]!)).toEqual(expected);
  });
});

describe('ports', () => {
  test.for<[string, unknown, readonly unknown[]]>([
    ['none', undefined, []],
    ['an empty list', [], []],
    ['no list', 'all', []],
    ['without a name', [{ port: 80 }], [[80, '', {}]]],
    [
      'every port',
      [{ name: 'all', port: null, protocol: 'UDP' }],
      [
        [
          null,
          'all',
          {
            __meta_kubernetes_endpointslice_port_name: 'all',
            __meta_kubernetes_endpointslice_port_protocol: 'UDP',
          },
        ],
      ],
    ],
    ['that are none', [{ port: 70_000 }, { port: 80, protocol: 'QUIC' }, 'x'], []],
    [
      'with a name that is none',
      [{ name: 'a"\\é', port: 81, protocol: 'SCTP' }],
      [[81, '', { __meta_kubernetes_endpointslice_port_protocol: 'SCTP' }]],
    ],
  ])('%s', ([, ports, expected]) => {
    expect(lines([slice('a', [pod(0)], { ports })])[0]!.ports).toEqual(expected);
  });

  test('the first hundred', () => {
    const ports = Array.from({ length: 150 }, (_, i) => ({ name: `${i}-${'p'.repeat(50)}`, port: i + 1 }));
    expect(lines([slice('a', [pod(0)], { ports })])[0]!.ports).toHaveLength(100);
  });

  test('each slice has its own, as where a named target port is another one in some pods', () => {
    const old = slice('a', [pod(0)], { ports: [{ name: 'redis', port: 6379 }] });
    const young = slice('b', [pod(1)], { ports: [{ name: 'redis', port: 6380 }] });
    const texts = lines([young, old]).map((line) => [line.ports.map(([number]) => number), hostsOf(line)]);
    expect(texts).toEqual([
      [[6379], ['redis-0 10.0.0.1 ready']],
      [[6380], ['redis-1 10.0.0.2 ready']],
    ]);
  });
});

describe('which lines there are', () => {
  test('one for each address family, IPv4 first', () => {
    const six = [pod(0, { addresses: ['fd00::1'] }), pod(1, { addresses: ['FD00:0::2'], ...notReady })];
    const slices = [slice('b', six, { addressType: 'IPv6' }), slice('c', [pod(0), pod(1, notReady)])];
    expect(lines(slices).map(hostsOf)).toEqual([
      ['redis-0 fd00::1 ready', 'redis-1 fd00::2 not-ready'],
      ['redis-0 10.0.0.1 ready', 'redis-1 10.0.0.2 not-ready'],
    ]);
    const mixed = slice('a', [...six, pod(0)]);
    expect(lines([mixed]).map(hostsOf)).toEqual([
      ['redis-0 10.0.0.1 ready'],
      ['redis-0 fd00::1 ready', 'redis-1 fd00::2 not-ready'],
    ]);
  });

  test('a pod that moves from slice to slice is there once, as it is ready', () => {
    const [a, b] = [slice('a', [pod(0, terminating), pod(1)]), slice('b', [pod(0)])];
    expect(lines([a, b]).map(hostsOf)).toEqual([['redis-1 10.0.0.2 ready'], ['redis-0 10.0.0.1 ready']]);
    const both = [slice('a', [pod(0)]), slice('b', [pod(0), pod(1)])];
    expect(lines(both.toReversed()).map(hostsOf)).toEqual([['redis-0 10.0.0.1 ready'], ['redis-1 10.0.0.2 ready']]);
  });

  test('pods on the network of one node are all there', () => {
    const onHost = { addresses: ['192.0.2.1'], hostname: undefined };
    const [line] = lines([slice('a', [pod(1, onHost), pod(0, onHost)])]);
    expect(line!.endpoints.map(([address, , , , name]) => `${address} ${name}`)).toEqual([
      '192.0.2.1 redis-0',
      '192.0.2.1 redis-1',
    ]);
  });

  test('an address without a pod is there with all the ports that slices give it', () => {
    const server = { addresses: ['192.0.2.1'] };
    const slices = [
      slice('a', [server, server], { ports: [{ port: 80 }] }),
      slice('b', [server], { ports: [{ port: 443 }] }),
      slice('c', [server], { ports: [{ port: 443 }] }),
    ];
    expect(lines(slices).map(({ ports, endpoints }) => [ports[0]![0], endpoints.length])).toEqual([
      [80, 1],
      [443, 1],
    ]);
  });

  const empty = {
    name: 'redis.cache.svc',
    labels: { __meta_kubernetes_namespace: 'cache', __meta_kubernetes_service_name: 'redis' },
    ports: [],
    columns: [],
    endpoints: [],
  };

  test.for<[string, readonly object[]]>([
    ['no slices', []],
    ['slices without endpoints', [slice('a', []), slice('b', [])]],
    ['slices with host names', [slice('a', [{ addresses: ['www.example.com'] }], { addressType: 'FQDN' })]],
    ['endpoints that are none', [slice('a', ['x', null, {}, { addresses: ['10.0.0'] }] as object[])]],
    ['no list of endpoints', [slice('a', 'all' as never)]],
  ])('a Service with %s has one without endpoints', ([, slices]) => {
    expect(lines(slices)).toEqual([empty]);
  });

  test('a Service with a cluster IP has the same as a headless one', () => {
    const slices = [slice('a', [pod(0), pod(1, notReady)])];
    const services = [service('cache', 'redis', { clusterIP: '10.96.0.1' })];
    expect(textsOf(observed(slices, { services }))).toEqual(textsOf(observed(slices)));
  });

  test.for<[string, Partial<ApiObjects>]>([
    [
      'an ExternalName',
      { services: [service('cache', 'redis', { type: 'ExternalName', externalName: 'example.com' })] },
    ],
    ['a hidden Service', { services: [service('cache', 'redis', {}, true)] }],
    ['a Service that is not there', { services: [] }],
    ['a Service without an address yet', { services: [service('cache', 'redis', { clusterIP: '' })] }],
    ['a hidden namespace', { namespaces: [namespace('cache', true)] }],
    ['a namespace that is not there', { namespaces: [] }],
  ])('none of %s', ([, more]) => {
    const slices = [slice('a', [pod(0)])];
    expect(textsOf(observed(slices))).toHaveLength(1);
    expect(textsOf(observed(slices, more))).toEqual([]);
  });

  test('a slice whose name could not stand in a line has one all the same', () => {
    expect(lines([slice('a"\\b', [pod(0)])]).map(hostsOf)).toEqual([['redis-0 10.0.0.1 ready']]);
  });
});

describe('many endpoints', () => {
  function many(count: number, more: (i: number) => object): object[] {
    return Array.from({ length: count }, (_, i) => pod(0, { addresses: [`10.1.${i >> 8}.${i & 255}`], ...more(i) }));
  }

  test('are parted by five hundreds', () => {
    const endpoints = many(1000, (i) => ({ targetRef: { kind: 'Pod', name: `redis-${i}` }, hostname: `redis-${i}` }));
    const [first, second, ...others] = lines([slice('a', endpoints.toReversed())]);
    expect(others).toEqual([]);
    expect([first, second].map((line) => line!.endpoints.length)).toEqual([500, 500]);
    expect([first, second].map((line) => line!.endpoints[0]![0])).toEqual(['10.1.0.0', '10.1.1.244']);
    expect({ ...first, endpoints: [] }).toEqual({ ...second, endpoints: [] });
  });

  test('and further where lines would be too long', () => {
    const long = (i: number): object => ({
      nodeName: `${i}-${'n'.repeat(245)}`,
      zone: `${i}-${'z'.repeat(245)}`,
      hostname: `${i}-${'h'.repeat(50)}`,
      targetRef: { kind: 'Pod', name: `${i}-${'p'.repeat(50)}` },
    });
    const texts = textsOf(observed([slice('a', many(1000, long))]));
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(maxLineOctets);
    const read = texts.flatMap((text) => readEndpointsLine(text)!.endpoints);
    expect(read).toHaveLength(1000);
    expect(texts.length).toBeLessThan(9);
  });
});
