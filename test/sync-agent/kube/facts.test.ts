/** What is read for supplements. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ServiceFacts, SliceFacts } from '../../../sync-agent/facts.ts';
import { serviceFacts, sliceFacts } from '../../../sync-agent/kube/facts.ts';
import { trimEndpointSlice, trimService } from '../../../sync-agent/kube/trim.ts';
import { formatAddress } from '../../../zone/address.ts';
import { anyMutant } from './any-object.ts';

const metadata = { namespace: 'cache', name: 'redis' };

function readService(spec: unknown, annotations?: object): ServiceFacts | undefined {
  const object = { metadata: { ...metadata, annotations }, spec };
  return serviceFacts(object, trimService(object)).value;
}

function readSlice(endpoints: unknown, more: object = {}): SliceFacts | undefined {
  const labels = { 'kubernetes.io/service-name': 'redis' };
  const object = {
    metadata: { namespace: 'cache', name: 'redis-abc12', labels },
    addressType: 'IPv4',
    endpoints,
    ...more,
  };
  return sliceFacts(object, trimEndpointSlice(object)).value;
}

describe('of a Service', () => {
  const none = { ...metadata, hasSelector: false, publishesNotReady: false, targetNames: {}, fault: undefined };

  test.for<[string, unknown, Partial<ServiceFacts>]>([
    ['headless', { clusterIP: 'None' }, {}],
    ['with a selector', { clusterIP: 'None', selector: { app: 'redis' } }, { hasSelector: true }],
    ['with an empty selector', { clusterIP: 'None', selector: {} }, {}],
    [
      'with pods that are not ready',
      { clusterIP: 'None', publishNotReadyAddresses: true },
      { publishesNotReady: true },
    ],
    ['with text where a boolean is', { clusterIP: 'None', publishNotReadyAddresses: 'true' }, {}],
    [
      'with named target ports',
      {
        clusterIP: 'None',
        ports: [
          { name: 'http', port: 80, targetPort: 'web' },
          { name: 'dns', port: 53, targetPort: 'dns', protocol: 'UDP' },
          { name: 'metrics', port: 9090, targetPort: 9090 },
          { port: 81, targetPort: 'unnamed' },
          { name: 'BAD NAME', port: 82, targetPort: 'x' },
        ],
      },
      { targetNames: { '_http._tcp': 'web', '_dns._udp': 'dns' } },
    ],
    ['without an address', { clusterIP: '' }, { fault: 'no-cluster-ip' }],
    ['without a spec', undefined, { fault: 'no-cluster-ip' }],
    ['with an address as its target', { type: 'ExternalName', externalName: '10.0.0.1' }, { fault: 'no-target' }],
    ['with a target', { type: 'ExternalName', externalName: 'www.example.com' }, {}],
  ])('%s', ([, spec, facts]) => {
    expect(readService(spec)).toEqual({ ...none, ...facts });
  });

  test('nothing of one that is hidden', () => {
    expect(readService({ clusterIP: 'None' }, { 'kube-doh/hide': 'false' })).toBeDefined();
    expect(readService({ clusterIP: 'None' }, { 'kube-doh/hide': 'true' })).toBeUndefined();
    expect(readService({ clusterIP: '' }, { 'kube-doh/hide': 'true' })).toBeUndefined();
  });
});

describe('of a slice', () => {
  const pod = { targetRef: { kind: 'Pod', name: 'redis-0' } };
  const at = { addresses: ['10.1.0.1'] };

  test.for<[string, object, string | undefined]>([
    ['ready', { ...at, ...pod, conditions: { ready: true } }, 'redis-0 10.1.0.1 ready'],
    ['ready, as it does not say', { ...at, ...pod }, 'redis-0 10.1.0.1 ready'],
    ['not ready', { ...at, ...pod, conditions: { ready: false } }, 'redis-0 10.1.0.1 not-ready'],
    ['ready in a way that nobody knows', { ...at, ...pod, conditions: { ready: 'yes' } }, 'redis-0 10.1.0.1 not-ready'],
    [
      'terminating',
      { ...at, ...pod, conditions: { ready: false, serving: true, terminating: true } },
      'redis-0 10.1.0.1 terminating',
    ],
    [
      'terminating, and ready',
      { ...at, ...pod, conditions: { ready: true, terminating: true } },
      'redis-0 10.1.0.1 ready',
    ],
    ['with a hostname', { ...at, hostname: 'DB', conditions: { ready: false } }, 'db 10.1.0.1 not-ready'],
    ['no pod', { ...at, targetRef: { kind: 'Node', name: 'node-1' } }, '10.1.0.1 ready'],
    ['without an address', { ...pod, conditions: { ready: false } }, undefined],
  ])('an endpoint that is %s', ([, endpoint, expected]) => {
    const texts = readSlice([endpoint])!.endpoints.map(({ address, hostname, podName, standing }) =>
      [podName, hostname, formatAddress(address), standing].filter((part) => part !== undefined).join(' '),
    );
    expect(texts).toEqual(expected === undefined ? [] : [expected]);
  });

  test('whose it is', () => {
    expect(readSlice([])).toEqual({
      namespace: 'cache',
      name: 'redis-abc12',
      service: 'redis',
      holdsHostNames: false,
      endpoints: [],
      ports: [],
    });
    expect(readSlice([], { metadata: { namespace: 'cache', name: 'redis-abc12' } })).toBeUndefined();
  });

  test('where its endpoints are, and what they offer, also while none of them is ready', () => {
    const conditions = { ready: false };
    const [node, zone] = ['node-1.example.com', 'zone-a'];
    const ports = [{ name: 'redis', port: 6379 }, { port: null, protocol: 'UDP' }, { port: -1 }];
    const facts = readSlice(
      [
        { ...at, ...pod, conditions, nodeName: node, zone },
        { ...at, nodeName: 5 },
      ],
      { ports },
    );
    expect(facts?.endpoints).toMatchObject([
      { nodeName: node, topologyZone: zone, standing: 'not-ready' },
      { nodeName: undefined, topologyZone: undefined, standing: 'ready' },
    ]);
    expect(facts?.ports).toEqual([
      { name: 'redis', protocol: 'tcp', number: 6379 },
      { name: '', protocol: 'udp', number: undefined },
    ]);
  });

  test('what names are made of may be no pod', () => {
    const facts = readSlice([
      { ...at, ...pod },
      { ...at, targetRef: { kind: 'Node', name: 'node-1' } },
    ]);
    expect(facts?.endpoints.map(({ podName, targetName }) => [podName, targetName])).toEqual([
      ['redis-0', 'redis-0'],
      [undefined, 'node-1'],
    ]);
  });

  test.for([
    ['with dots, as that of a static pod', 'etcd-ip-10-0-0-1.ec2.internal', 'etcd-ip-10-0-0-1.ec2.internal'],
    ['that is longer than a label', 'p'.repeat(253), 'p'.repeat(253)],
    ['that is longer than any', 'p'.repeat(254), undefined],
    ['with what is no plain text', 'p"', undefined],
    ['that is none', '', undefined],
    ['that is no text', 5, undefined],
  ] as const)('a pod has a name %s, which is no label', ([, name, podName]) => {
    const [endpoint] = readSlice([{ ...at, targetRef: { kind: 'Pod', name } }])!.endpoints;
    expect([endpoint!.podName, endpoint!.targetName]).toEqual([podName, undefined]);
  });

  test('no more endpoints than are in DNS', () => {
    const addresses = Array.from({ length: 100 }, (_, i) => `10.1.0.${i}`);
    expect(readSlice(Array.from({ length: 1500 }, () => at))?.endpoints).toHaveLength(1000);
    expect(readSlice(Array.from({ length: 100 }, () => ({ addresses })))?.endpoints).toHaveLength(2000);
  });

  test('with host names', () => {
    const names = readSlice([{ addresses: ['www.example.com'] }], { addressType: 'FQDN', ports: [{ port: 80 }] });
    expect(names).toMatchObject({ holdsHostNames: true, endpoints: [], ports: [] });
  });
});

describe('of any object', () => {
  test('nothing is thrown, and nothing is complained of a second time', () => {
    fc.assert(
      fc.property(anyMutant('Service'), anyMutant('EndpointSlice'), (service, slice) => {
        expect(serviceFacts(service, trimService(service)).problems).toEqual([]);
        expect(sliceFacts(slice, trimEndpointSlice(slice)).problems).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('endpoints are ready that are in DNS, and no others', () => {
    let count = 0;
    fc.assert(
      fc.property(anyMutant('EndpointSlice'), (object) => {
        const { value } = trimEndpointSlice(object);
        const facts = sliceFacts(object, trimEndpointSlice(object)).value;
        if (facts === undefined) return;
        const ready = facts.endpoints.filter(({ standing }) => standing === 'ready').map(({ address }) => address);
        expect(ready).toEqual((value?.endpoints ?? []).map(({ address }) => address));
        count += ready.length;
      }),
      { numRuns: 1000 },
    );
    expect(count).toBeGreaterThan(500);
  });
});
