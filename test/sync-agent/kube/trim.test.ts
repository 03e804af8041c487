import { describe, expect, test } from 'vitest';
import {
  trimEndpointSlice,
  trimNamespace,
  trimPod,
  trimService,
  trimServiceImport,
} from '../../../sync-agent/kube/trim.ts';
import { type Address, formatAddress } from '../../../zone/address.ts';
import { formatName } from '../../../zone/name.ts';

const metadata = { namespace: 'cache', name: 'redis' };

describe('a Namespace', () => {
  test('is its name', () => {
    const { key, value, problems } = trimNamespace({ metadata: { name: 'cache' }, status: { phase: 'Terminating' } });
    expect({ key, value, problems }).toEqual({ key: 'cache', value: { name: 'cache', isHidden: false }, problems: [] });
  });

  test.for([
    [{ metadata: {} }, 'Namespace ?', 'metadata.name: nothing is not'],
    [{ metadata: { name: 'Big.Name' } }, 'Namespace Big.Name', 'metadata.name: "Big.Name" is not'],
    [null, 'Namespace ?', 'metadata.name'],
  ] as const)('%j is none', ([object, subject, reason]) => {
    const { value, problems } = trimNamespace(object);
    expect(value).toBeUndefined();
    expect(problems).toEqual([{ object: subject, reason: expect.stringContaining(reason) }]);
  });
});

describe('the kind of a Service', () => {
  test.for([
    ['one address', { clusterIPs: ['10.96.0.10'] }, 'clusterIP 10.96.0.10'],
    ['two families', { clusterIPs: ['10.96.0.10', 'fd00::A'] }, 'clusterIP 10.96.0.10 fd00::a'],
    ['the same address twice', { clusterIPs: ['10.96.0.10', '10.96.0.10'] }, 'clusterIP 10.96.0.10'],
    ['only the old field', { clusterIP: '10.96.0.10' }, 'clusterIP 10.96.0.10'],
    ['an empty list and the old field', { clusterIP: '10.96.0.10', clusterIPs: [] }, 'clusterIP 10.96.0.10'],
    ['the list and the old field', { clusterIP: '10.96.0.11', clusterIPs: ['10.96.0.10'] }, 'clusterIP 10.96.0.10'],
    ['a load balancer', { type: 'LoadBalancer', clusterIPs: ['10.96.0.10'] }, 'clusterIP 10.96.0.10'],
    ['"None"', { clusterIPs: ['None'], clusterIP: 'None' }, 'headless'],
    ['"None" in the old field', { clusterIP: 'None' }, 'headless'],
    ['"none", which is not the keyword', { clusterIPs: ['none'] }, undefined],
    ['no address yet', { type: 'ClusterIP' }, undefined],
    ['an empty address', { clusterIPs: [''] }, undefined],
    ['a name', { type: 'ExternalName', externalName: 'db.example.com' }, 'externalName db.example.com.'],
    [
      'a name with a final dot',
      { type: 'ExternalName', externalName: 'db.example.com.' },
      'externalName db.example.com.',
    ],
    ['a name in upper case', { type: 'ExternalName', externalName: 'DB.Example.COM' }, 'externalName db.example.com.'],
    ['a name with underscores', { type: 'ExternalName', externalName: '_x.a_b.com' }, 'externalName _x.a_b.com.'],
  ] as const)('%s', ([, spec, expected]) => {
    const kind = trimService({ metadata, spec }).value?.kind;
    const text =
      kind === undefined
        ? undefined
        : kind.type === 'clusterIP'
          ? `clusterIP ${texts(kind.addresses)}`
          : kind.type === 'externalName'
            ? `externalName ${formatName(kind.target)}`
            : kind.type;
    expect(text).toBe(expected);
  });

  test.for([
    [{ type: 'ExternalName', externalName: '10.0.0.1' }, 'spec.externalName: "10.0.0.1" is an address'],
    [{ type: 'ExternalName', externalName: '10.0.0.1.' }, 'spec.externalName: "10.0.0.1." is an address'],
    [{ type: 'ExternalName', externalName: 'fd00::1' }, 'spec.externalName: "fd00::1" is an address'],
    [{ type: 'ExternalName', externalName: '' }, 'spec.externalName: "" is not a domain name'],
    [{ type: 'ExternalName', externalName: '.' }, 'spec.externalName: "." is not a domain name'],
    [{ type: 'ExternalName', externalName: 'a..b' }, 'spec.externalName: "a..b" is not a domain name'],
    [{ type: 'ExternalName', externalName: 'münchen.de' }, 'is not a domain name'],
    [{ type: 'ExternalName' }, 'spec.externalName: nothing is not a domain name'],
    [{ clusterIPs: ['10.96.0'] }, 'spec.clusterIPs[0]: "10.96.0" is not an address'],
    [{ clusterIPs: [null], clusterIP: '10.96.0.10' }, 'spec.clusterIPs[0]: null is not an address'],
    [{ clusterIP: 7 }, 'spec.clusterIP: 7 is not an address'],
    [{ clusterIPs: '10.96.0.10' }, 'spec.clusterIPs is "10.96.0.10", not a list'],
    ['x', 'spec is "x", not an object'],
    [[], 'spec is a list, not an object'],
    [null, 'spec is null, not an object'],
    [undefined, 'spec is nothing, not an object'],
    [{ type: 'externalName' }, `spec.type: "externalName" is not a Service's type; it counts as ClusterIP`],
  ] as const)('%j is a problem', ([spec, reason]) => {
    const { key, value, problems } = trimService({ metadata, spec });
    expect(key).toBe('cache/redis');
    expect(value).toBeUndefined();
    expect(problems).toEqual([{ object: 'Service cache/redis', reason: expect.stringContaining(reason) }]);
  });

  test.for([5, ['ExternalName'], 'clusterip'] as const)(
    'does not depend on the type %j, which is a problem',
    (type) => {
      const { value, problems } = trimService({ metadata, spec: { type, clusterIPs: ['10.96.0.10'] } });
      expect(value?.kind).toEqual({ type: 'clusterIP', addresses: ['\x0a\x60\x00\x0a'] });
      expect(problems.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^spec.type: .* it counts as ClusterIP$/),
      ]);
    },
  );

  test.for(['ClusterIP', 'NodePort', 'LoadBalancer', '', null, undefined])('the type %j is none', (type) => {
    expect(trimService({ metadata, spec: { type, clusterIPs: ['10.96.0.10'] } })).toMatchObject({
      value: {},
      problems: [],
    });
  });

  test('survives one bad address of two', () => {
    const { value, problems } = trimService({ metadata, spec: { clusterIPs: ['10.96.0.10', 'fd00:::'] } });
    expect(value?.kind).toEqual({ type: 'clusterIP', addresses: ['\x0a\x60\x00\x0a'] });
    expect(problems.map(({ reason }) => reason)).toEqual(['spec.clusterIPs[1]: "fd00:::" is not an address']);
  });
});

describe('an object without a usable identity', () => {
  test.for([
    [{}, 'Service ?/?'],
    [{ metadata: { name: 'redis' } }, 'Service ?/redis'],
    [{ metadata: { namespace: 'cache' } }, 'Service cache/?'],
    [{ metadata: { namespace: 'a.b', name: 'redis' } }, 'Service a.b/redis'],
    [{ metadata: { namespace: 'cache', name: 'UPPER' } }, 'Service cache/UPPER'],
    [{ metadata: { namespace: 'cache', name: 'x'.repeat(64) } }, `Service cache/${'x'.repeat(64)}`],
  ] as const)('%j is only a problem', ([identity, object]) => {
    const { value, problems } = trimService({ ...identity, spec: { clusterIPs: ['None'] } });
    expect(value).toBeUndefined();
    expect(problems).toEqual([{ object, reason: expect.any(String) }]);
  });
});

describe('ports', () => {
  const trimmed = (ports: unknown) => trimService({ metadata, spec: { clusterIPs: ['None'], ports } });

  test.for([
    ['all fields', [{ name: 'http', port: 80, protocol: 'TCP' }], ['http/tcp/80']],
    [
      'order',
      [
        { name: 'b', port: 2 },
        { name: 'a', port: 1 },
      ],
      ['b/tcp/2', 'a/tcp/1'],
    ],
    ['no name', [{ port: 80, protocol: 'UDP' }], ['/udp/80']],
    ['null everywhere', [{ name: null, port: null, protocol: null }], ['/tcp/undefined']],
    ['no number', [{ name: 'x', protocol: 'UDP' }, { port: 1 }], ['x/udp/undefined', '/tcp/1']],
    ['null protocol', [{ name: 'x', port: 1, protocol: null }], ['x/tcp/1']],
    ['SCTP', [{ port: 65_535, protocol: 'SCTP' }], ['/sctp/65535']],
    ['none', undefined, []],
    ['null', null, []],
  ] as const)('%s', ([, ports, expected]) => {
    const { value, problems } = trimmed(ports);
    expect(value?.ports.map(({ name, protocol, number }) => `${name}/${protocol}/${number}`)).toEqual(expected);
    expect(problems).toEqual([]);
  });

  test.for([
    ['x', 'spec.ports[0] is "x", not a port', []],
    [null, 'spec.ports[0] is null, not a port', []],
    [{ name: 'x', port: 0 }, 'spec.ports[0].port: 0 is not a port number', []],
    [{ name: 'x', port: 65_536 }, 'spec.ports[0].port: 65536 is not a port number', []],
    [{ name: 'x', port: 1.5 }, 'spec.ports[0].port: 1.5 is not a port number', []],
    [{ name: 'x', port: 'http' }, 'spec.ports[0].port: "http" is not a port number', []],
    [{ name: 'x', port: 1, protocol: 'ICMP' }, 'spec.ports[0].protocol: "ICMP" is not TCP, UDP or SCTP', []],
    [{ name: 'a.b', port: 1 }, 'spec.ports[0].name: "a.b" cannot be part of an SRV name', ['']],
    [{ name: 'x'.repeat(63), port: 1 }, 'cannot be part of an SRV name', ['']],
  ] as const)('%j costs only itself', ([port, reason, names]) => {
    const { value, problems } = trimmed([port, { name: 'good', port: 1 }]);
    expect(value?.ports.map(({ name }) => name)).toEqual([...names, 'good']);
    expect(problems.map((problem) => problem.reason)).toEqual([expect.stringContaining(reason)]);
  });

  test('a name of 62 characters still fits behind an underscore', () => {
    expect(trimmed([{ name: 'x'.repeat(62), port: 1 }])).toMatchObject({
      value: { ports: [{ name: 'x'.repeat(62) }] },
      problems: [],
    });
  });
});

describe('an EndpointSlice', () => {
  const labels = { 'kubernetes.io/service-name': 'redis-headless' };
  const slice = (fields: object) =>
    trimEndpointSlice({ metadata: { namespace: 'cache', name: 'redis-x1', labels }, addressType: 'IPv4', ...fields });

  test('keeps what decides records', () => {
    const { key, value, problems } = slice({
      endpoints: [{ addresses: ['10.1.0.5'], hostname: 'redis-0', conditions: { ready: true }, nodeName: 'n1' }],
      ports: [{ name: 'redis', port: 6379, protocol: 'TCP' }],
    });
    expect({ key, value, problems }).toEqual({
      key: 'cache/redis-x1',
      value: {
        namespace: 'cache',
        name: 'redis-x1',
        owners: [{ kind: 'service', service: 'redis-headless' }],
        endpoints: [{ address: '\x0a\x01\x00\x05', hostname: 'redis-0', podName: undefined }],
        ports: [{ name: 'redis', protocol: 'tcp', number: 6379 }],
      },
      problems: [],
    });
  });

  const a = ['10.1.0.5'];
  test.for([
    ['no conditions', [{ addresses: a }], ['10.1.0.5']],
    ['null conditions', [{ addresses: a, conditions: null }], ['10.1.0.5']],
    ['ready absent', [{ addresses: a, conditions: {} }], ['10.1.0.5']],
    ['ready null', [{ addresses: a, conditions: { ready: null } }], ['10.1.0.5']],
    ['ready, terminating', [{ addresses: a, conditions: { ready: true, terminating: true } }], ['10.1.0.5']],
    ['ready, not serving', [{ addresses: a, conditions: { ready: true, serving: false } }], ['10.1.0.5']],
    ['serving, not ready', [{ addresses: a, conditions: { ready: false, serving: true } }], []],
    ['two addresses', [{ addresses: ['10.1.0.5', '10.1.0.6'], hostname: 'h' }], ['h 10.1.0.5', 'h 10.1.0.6']],
    ['IPv6', [{ addresses: ['FD00:0::1'] }], ['fd00::1']],
    [
      'a shared hostname',
      [
        { addresses: a, hostname: 'h' },
        { addresses: ['10.1.0.6'], hostname: 'h' },
      ],
      ['h 10.1.0.5', 'h 10.1.0.6'],
    ],
    [
      'the same endpoint twice',
      [
        { addresses: a, hostname: 'h' },
        { addresses: a, hostname: 'h' },
      ],
      ['h 10.1.0.5', 'h 10.1.0.5'],
    ],
    ['an address under two hostnames', [{ addresses: a, hostname: 'h' }, { addresses: a }], ['h 10.1.0.5', '10.1.0.5']],
    ['an upper-case hostname', [{ addresses: a, hostname: 'Redis-0' }], ['redis-0 10.1.0.5']],
    ['an empty hostname', [{ addresses: a, hostname: '' }], ['10.1.0.5']],
    ['a hostname of 63 octets', [{ addresses: a, hostname: 'h'.repeat(63) }], [`${'h'.repeat(63)} 10.1.0.5`]],
    ['null', null, []],
    ['absent', undefined, []],
  ] as const)('endpoints: %s', ([, endpoints, expected]) => {
    const { value, problems } = slice({ addressType: undefined, endpoints });
    expect(endpointTexts(value)).toEqual(expected);
    expect(problems).toEqual([]);
  });

  test.for([
    [{ addresses: ['10.0.0'] }, 'endpoints[1].addresses[0]: "10.0.0" is not an address', []],
    [{ addresses: ['10.0.0.300', '10.1.0.7'] }, 'endpoints[1].addresses[0]: "10.0.0.300" is not', ['10.1.0.7']],
    [{ addresses: [null] }, 'endpoints[1].addresses[0]: null is not an address', []],
    [{ addresses: 'x' }, 'endpoints[1].addresses is "x", not a list', []],
    [{ addresses: a, hostname: 'a.b' }, 'endpoints[1].hostname: "a.b" is not a DNS label', ['10.1.0.5']],
    [{ addresses: a, hostname: 'h'.repeat(64) }, 'is not a DNS label', ['10.1.0.5']],
    [{ addresses: a, hostname: 'naïve' }, 'endpoints[1].hostname: "naïve" is not a DNS label', ['10.1.0.5']],
    [{ addresses: a, hostname: 5 }, 'endpoints[1].hostname: 5 is not a DNS label', ['10.1.0.5']],
    [{ addresses: a, conditions: { ready: 'yes' } }, 'endpoints[1].conditions.ready: "yes" is not true or false', []],
    [{ addresses: a, conditions: 'no' }, 'endpoints[1].conditions is "no", not an object', []],
    [{ addresses: a, conditions: [] }, 'endpoints[1].conditions is a list, not an object', []],
    [{ addresses: [] }, 'endpoints[1].addresses: there is none', []],
    [{ addresses: null }, 'endpoints[1].addresses: there is none', []],
    [{}, 'endpoints[1].addresses: there is none', []],
    ['x', 'endpoints[1] is "x", not an object', []],
    [null, 'endpoints[1] is null, not an object', []],
    [5, 'endpoints[1] is 5, not an object', []],
    [[], 'endpoints[1] is a list, not an object', []],
  ] as const)('%j costs only itself', ([bad, reason, kept]) => {
    const good = (address: string) => ({ addresses: [address], hostname: 'good' });
    const { value, problems } = slice({ endpoints: [good('10.1.0.1'), bad, good('10.1.0.2')] });
    expect(endpointTexts(value)).toEqual(['good 10.1.0.1', ...kept, 'good 10.1.0.2']);
    expect(problems).toEqual([{ object: 'EndpointSlice cache/redis-x1', reason: expect.stringContaining(reason) }]);
  });

  test('an endpoint that is not ready is not complained about', () => {
    const broken = { addresses: ['?'], hostname: '?' };
    expect(slice({ endpoints: [{ ...broken, conditions: { ready: false } }] }).problems).toEqual([]);
    expect(slice({ endpoints: [broken] }).problems).toHaveLength(2);
  });

  test.for([
    ['IPv4', ['10.1.0.5', '10.1.0.6'], []],
    ['IPv6', ['fd00::1'], []],
    [undefined, ['10.1.0.5', 'fd00::1'], []],
    ['IPv6', ['fd00::1', '10.1.0.5'], ['addressType: "IPv6", but not all addresses are; they count as what they are']],
    ['IPv4', ['10.1.0.5', 'fd00::1'], ['addressType: "IPv4", but not all addresses are; they count as what they are']],
    [7, ['10.1.0.5'], ['addressType: 7 is not IPv4, IPv6 or FQDN; the addresses count as what they are']],
    ['ipv4', ['10.1.0.5'], ['addressType: "ipv4" is not IPv4, IPv6 or FQDN; the addresses count as what they are']],
  ] as const)('of type %j has the addresses %j all the same', ([addressType, addresses, reasons]) => {
    const { value, problems } = slice({
      addressType,
      endpoints: addresses.map((address) => ({ addresses: [address] })),
    });
    expect(endpointTexts(value)).toEqual(addresses);
    expect(problems.map(({ reason }) => reason)).toEqual(reasons);
  });

  test.for([
    [{ addressType: 'FQDN', endpoints: [{ addresses: ['db.example.com'] }] }, 'addressType: host names ("FQDN")'],
    [{ metadata: { namespace: 'cache', name: 'redis-x1' } }, 'kubernetes.io/service-name"]: nothing is not a Service'],
    [
      { metadata: { namespace: 'cache', name: 'redis-x1', labels: { 'kubernetes.io/service-name': 'A.b' } } },
      '"A.b" is not a Service',
    ],
    [{ metadata: { namespace: 'cache', name: 'redis-x1', labels: 'x' } }, 'metadata.labels is "x", not an object'],
    [{ endpoints: 'x' }, 'endpoints is "x", not a list'],
  ] as const)('%j is ignored, and says so', ([fields, reason]) => {
    const { value, problems } = slice(fields);
    expect(value).toBeUndefined();
    expect(problems).toEqual([{ object: 'EndpointSlice cache/redis-x1', reason: expect.stringContaining(reason) }]);
  });

  test('a thousand bad addresses give a handful of problems', () => {
    const { problems } = slice({ endpoints: Array.from({ length: 1000 }, () => ({ addresses: ['bad'] })) });
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)?.reason).toBe('and 990 more');
  });

  test('a long value is cut in a problem', () => {
    const [problem] = slice({ endpoints: [{ addresses: ['x'.repeat(10_000)] }] }).problems;
    expect(problem?.reason.length).toBeLessThan(200);
  });
});

describe('what a slice belongs to', () => {
  const service = 'kubernetes.io/service-name';
  const serviceImport = 'multicluster.kubernetes.io/service-name';
  const cluster = 'multicluster.kubernetes.io/source-cluster';
  const owners = (labels: object, keepsImports = true) => {
    const object = { metadata: { ...metadata, labels }, endpoints: [{ addresses: ['10.1.0.5'] }] };
    const { value, problems } = trimEndpointSlice(object, { keepsImports, keepsPodNames: false });
    const names = value?.owners.map(
      (owner) => `${owner.kind} ${owner.service}${'cluster' in owner ? ` of ${owner.cluster}` : ''}`,
    );
    return [names, problems.map(({ reason }) => reason)];
  };

  test.for([
    ['a Service', { [service]: 'a' }, ['service a']],
    ['a ServiceImport', { [serviceImport]: 'a', [cluster]: 'east' }, ['serviceImport a of east']],
    ['both', { [service]: 'a', [serviceImport]: 'b', [cluster]: 'east' }, ['service a', 'serviceImport b of east']],
  ] as const)('%s', ([, labels, expected]) => {
    expect(owners(labels)).toEqual([expected, []]);
  });

  test.for([
    ['nothing', {}, undefined, `metadata.labels["${service}"]: nothing is not a Service's name`],
    ['an import of no cluster', { [serviceImport]: 'a' }, undefined, `["${cluster}"]: nothing is not a cluster's name`],
    ['a cluster with a dot', { [serviceImport]: 'a', [cluster]: 'a.b' }, undefined, '"a.b" is not a cluster\'s name'],
    ['an import with a bad name', { [serviceImport]: 'A', [cluster]: 'a' }, undefined, "is not a ServiceImport's name"],
    ['a Service and a bad import', { [service]: 'a', [serviceImport]: 'b' }, ['service a'], "is not a cluster's name"],
  ] as const)('%s is a problem', ([, labels, expected, reason]) => {
    expect(owners(labels)).toEqual([expected, [expect.stringContaining(reason)]]);
  });

  test('imports do not count, and are no problem, while they are not observed', () => {
    expect(owners({ [serviceImport]: 'a', [cluster]: 'east' }, false)).toEqual([undefined, []]);
    expect(owners({ [service]: 'a', [serviceImport]: 'b', [cluster]: 'east' }, false)).toEqual([['service a'], []]);
  });
});

describe("the name of an endpoint's pod", () => {
  const trimmed = (targetRef: unknown, keepsPodNames = true) => {
    const labels = { 'kubernetes.io/service-name': 'redis' };
    const object = { metadata: { ...metadata, labels }, endpoints: [{ addresses: ['10.1.0.5'], targetRef }] };
    const { value, problems } = trimEndpointSlice(object, { keepsImports: false, keepsPodNames });
    expect(value?.endpoints).toHaveLength(1);
    return [value?.endpoints[0]?.podName, problems.map(({ reason }) => reason)];
  };

  test.for([
    [{ kind: 'Pod', name: 'redis-0' }, 'redis-0'],
    [{ kind: 'VirtualMachine', name: 'vm' }, 'vm'],
    [{ name: 'x'.repeat(63) }, 'x'.repeat(63)],
    [{ name: 'x'.repeat(64) }, undefined],
    [{ name: 'redis.0' }, undefined],
    [{}, undefined],
    [null, undefined],
    [undefined, undefined],
  ] as const)('%j: %s', ([targetRef, expected]) => {
    expect(trimmed(targetRef)).toEqual([expected, []]);
  });

  test.for([
    [{ name: 7 }, 'endpoints[0].targetRef.name: 7 is not a name'],
    ['redis-0', 'endpoints[0].targetRef is "redis-0", not an object'],
    [[], 'endpoints[0].targetRef is a list, not an object'],
  ] as const)('%j is a problem', ([targetRef, reason]) => {
    expect(trimmed(targetRef)).toEqual([undefined, [reason]]);
  });

  test.for([{ name: 'redis-0' }, 'redis-0'])('is not read unless it is wanted: %j', (targetRef) => {
    expect(trimmed(targetRef, false)).toEqual([undefined, []]);
  });
});

describe('a Pod', () => {
  const pod = (status: unknown) => {
    const { key, value, problems } = trimPod({ metadata, status });
    expect(key).toBe('cache/redis');
    return [value && texts(value.addresses), problems.map(({ reason }) => reason)];
  };

  test.for([
    ['both families', { podIPs: [{ ip: '10.1.0.5' }, { ip: 'FD00::1' }], podIP: '10.1.0.5' }, '10.1.0.5 fd00::1'],
    ['only the old field', { podIP: '10.1.0.5' }, '10.1.0.5'],
    ['an empty list and the old field', { podIPs: [], podIP: '10.1.0.5' }, '10.1.0.5'],
    ['the list wins', { podIPs: [{ ip: '10.1.0.6' }], podIP: '10.1.0.5' }, '10.1.0.6'],
    ['one twice', { podIPs: [{ ip: '10.1.0.6' }, { ip: '10.1.0.6' }] }, '10.1.0.6'],
    ['not running yet', { phase: 'Pending', podIP: '10.1.0.5' }, '10.1.0.5'],
    ['no address yet', { phase: 'Pending' }, undefined],
    ['an empty address', { podIP: '' }, undefined],
    ['that has ended', { phase: 'Succeeded', podIP: '10.1.0.5' }, undefined],
    ['that has failed', { phase: 'Failed', podIP: '10.1.0.5' }, undefined],
    ['of which nobody knows', { phase: 'Unknown', podIP: '10.1.0.5' }, undefined],
    ['without a status', undefined, undefined],
  ] as const)('%s', ([, status, expected]) => {
    expect(pod(status)).toEqual([expected, []]);
  });

  test.for([
    [{ podIPs: [{ ip: 'x' }, { ip: '10.1.0.5' }] }, '10.1.0.5', 'status.podIPs[0].ip: "x" is not an address'],
    [{ podIPs: ['10.1.0.5'] }, undefined, 'status.podIPs[0] is "10.1.0.5", not an object'],
    [{ podIPs: [{}] }, undefined, 'status.podIPs[0].ip: nothing is not an address'],
    ['x', undefined, 'status is "x", not an object'],
    [[], undefined, 'status is a list, not an object'],
    [
      { phase: 5, podIP: '10.1.0.5' },
      undefined,
      'status.phase: 5 is not a phase; the pod counts as one that has ended',
    ],
    [{ podIPs: 'x', podIP: '10.1.0.5' }, '10.1.0.5', 'status.podIPs is "x", not a list'],
    [{ podIP: 5 }, undefined, 'status.podIP: 5 is not an address'],
  ] as const)('%j is a problem', ([status, expected, reason]) => {
    expect(pod(status)).toEqual([expected, [reason]]);
  });
});

describe('a ServiceImport', () => {
  const trimmed = (spec: unknown) => trimServiceImport({ metadata, spec });

  test('keeps what decides records', () => {
    const ports = [{ name: 'http', port: 80, protocol: 'TCP' }];
    expect(trimmed({ type: 'ClusterSetIP', ips: ['10.42.0.1', '10.42.0.1'], ports })).toEqual({
      key: 'cache/redis',
      value: {
        ...metadata,
        isHidden: false,
        kind: { type: 'clusterSetIP', addresses: ['\x0a\x2a\x00\x01'] },
        ports: [{ name: 'http', protocol: 'tcp', number: 80 }],
      },
      problems: [],
    });
    expect(trimmed({ type: 'Headless', ports: [] }).value?.kind).toEqual({ type: 'headless' });
  });

  test('is nothing while it has no address', () => {
    expect(trimmed({ type: 'ClusterSetIP', ports: [] })).toMatchObject({ value: undefined, problems: [] });
  });

  test.for([
    [{}, 'spec.type: nothing is not Headless or ClusterSetIP'],
    [{ type: 'headless' }, 'spec.type: "headless" is not'],
    [{ type: 'ClusterSetIP', ips: ['x'] }, 'spec.ips[0]: "x" is not an address'],
    [{ type: 'ClusterSetIP', ips: 'x' }, 'spec.ips is "x", not a list'],
    ['x', 'spec is "x", not an object'],
    [undefined, 'spec is nothing, not an object'],
  ] as const)('%j is a problem', ([spec, reason]) => {
    const { value, problems } = trimmed(spec);
    expect(value).toBeUndefined();
    expect(problems).toEqual([{ object: 'ServiceImport cache/redis', reason: expect.stringContaining(reason) }]);
  });
});

describe('the annotation that hides', () => {
  const trims = [
    ['Namespace', (annotations: unknown) => trimNamespace({ metadata: { name: 'cache', annotations } })],
    [
      'Service',
      (annotations: unknown) =>
        trimService({
          metadata: { ...metadata, annotations },
          spec: { clusterIPs: ['10.96.0.1'], ports: [{ port: 1 }] },
        }),
    ],
    [
      'ServiceImport',
      (annotations: unknown) =>
        trimServiceImport({
          metadata: { ...metadata, annotations },
          spec: { type: 'ClusterSetIP', ips: ['10.96.0.1'], ports: [{ port: 1 }] },
        }),
    ],
  ] as const;

  describe.for(trims)('on a %s', ([, trim]) => {
    test.for([
      ['absent', {}, false],
      ['no annotations', undefined, false],
      ['null annotations', null, false],
      ['"false"', { 'kube-doh/hide': 'false' }, false],
      ['another annotation', { hide: 'true' }, false],
      ['"true"', { 'kube-doh/hide': 'true' }, true],
    ] as const)('%s', ([, annotations, expected]) => {
      const { value, problems } = trim(annotations);
      expect([value?.isHidden, problems]).toEqual([expected, []]);
    });

    test.for([
      [
        { 'kube-doh/hide': 'yes' },
        'metadata.annotations["kube-doh/hide"]: "yes" is not "true" or "false"; it is hidden',
      ],
      [{ 'kube-doh/hide': '' }, '"" is not "true" or "false"; it is hidden'],
      [{ 'kube-doh/hide': 'True' }, '"True" is not "true" or "false"; it is hidden'],
      [{ 'kube-doh/hide': null }, 'null is not "true" or "false"; it is hidden'],
      [{ 'kube-doh/hide': true }, 'true is not "true" or "false"; it is hidden'],
      ['kube-doh/hide', 'metadata.annotations is "kube-doh/hide", not a map; it is hidden'],
    ] as const)('%j hides, and is a problem', ([annotations, reason]) => {
      const { value, problems } = trim(annotations);
      expect(value?.isHidden).toBe(true);
      expect(problems.map((problem) => problem.reason)).toEqual([expect.stringContaining(reason)]);
    });
  });

  describe('on a Pod', () => {
    const trim = (annotations: unknown) =>
      trimPod({ metadata: { ...metadata, annotations }, status: { podIP: '10.1.0.5' } });

    test.for([[{}], [undefined], [{ 'kube-doh/hide': 'false' }]] as const)('%j shows', ([annotations]) => {
      expect(trim(annotations)).toMatchObject({ value: { name: 'redis' }, problems: [] });
    });

    test('"true" hides', () => {
      expect(trim({ 'kube-doh/hide': 'true' })).toMatchObject({ value: undefined, problems: [] });
    });

    test.for([{ 'kube-doh/hide': 'yes' }, 'x'])('%j hides, and is a problem', (annotations) => {
      expect(trim(annotations)).toMatchObject({ value: undefined, problems: [{ object: 'Pod cache/redis' }] });
    });
  });

  test.for([trimService, trimServiceImport])('of what is hidden only the identity is read: %o', (trim) => {
    const hidden = { metadata: { ...metadata, annotations: { 'kube-doh/hide': 'true' } }, spec: 'nonsense' };
    expect(trim(hidden)).toEqual({
      key: 'cache/redis',
      value: { ...metadata, isHidden: true, kind: { type: 'headless' }, ports: [] },
      problems: [],
    });
  });
});

describe('an absurd object', () => {
  const many = <T>(count: number, item: (i: number) => T) => Array.from({ length: count }, (_, i) => item(i));
  const labels = { 'kubernetes.io/service-name': 'redis' };
  const slice = (fields: object) => trimEndpointSlice({ metadata: { ...metadata, labels }, ...fields });
  const port = (i: number) => ({ name: `p${i}`, port: i + 1 });

  test('with 10,000 ports keeps the first ones', () => {
    const { value, problems } = trimService({
      metadata,
      spec: { clusterIPs: ['10.96.0.1'], ports: many(10_000, port) },
    });
    expect(value?.ports).toHaveLength(1000);
    expect(value?.ports.at(-1)?.name).toBe('p999');
    expect(problems.map(({ reason }) => reason)).toEqual(['spec.ports has 10000 items; only the first 1000 count']);
  });

  test('with many endpoints and ports keeps no more pairs than a slice may have', () => {
    const endpoints = many(1000, (i) => ({ addresses: [`10.1.${i >> 8}.${i & 255}`] }));
    const { value, problems } = slice({ endpoints, ports: many(10_000, port) });
    expect([value?.endpoints.length, value?.ports.length]).toEqual([1000, 100]);
    expect(problems.map(({ reason }) => reason)).toEqual(['ports has 10000 items; only the first 100 count']);
    expect(slice({ endpoints, ports: many(100, port) })).toMatchObject({ problems: [] });
  });

  test('with too many endpoints or addresses keeps the first ones', () => {
    const addresses = many(200, (i) => `10.2.0.${i}`);
    const { value, problems } = slice({ endpoints: many(5000, () => ({ addresses })) });
    expect(value?.endpoints).toHaveLength(2000);
    expect(problems[0]?.reason).toBe('endpoints has 5000 items; only the first 1000 count');
    expect(problems).toHaveLength(11);
  });

  test('with too many addresses keeps the first hundred of each list', () => {
    const addresses = many(101, (i) => `10.2.0.${i}`);
    const service = trimService({ metadata, spec: { clusterIPs: addresses } });
    const serviceImport = trimServiceImport({ metadata, spec: { type: 'ClusterSetIP', ips: addresses } });
    const pod = trimPod({ metadata, status: { podIPs: addresses.map((ip) => ({ ip })) } });
    const endpoints = slice({ endpoints: [{ addresses }] });
    const trimmed = [service, serviceImport, pod, endpoints];
    const last = (list: readonly unknown[] | undefined) => [list?.length, list?.at(-1)];
    const hundredth = '\x0a\x02\x00\x63';
    expect(last(service.value?.kind.type === 'clusterIP' ? service.value.kind.addresses : [])).toEqual([
      100,
      hundredth,
    ]);
    const kind = serviceImport.value?.kind;
    expect(last(kind?.type === 'clusterSetIP' ? kind.addresses : [])).toEqual([100, hundredth]);
    expect(last(pod.value?.addresses)).toEqual([100, hundredth]);
    expect(last(endpoints.value?.endpoints.map(({ address }) => address))).toEqual([100, hundredth]);
    for (const { problems } of trimmed) {
      expect(problems.map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/ has 101 items; only the first 100 count$/),
      ]);
    }
  });

  test('with a target as long as a name can be written is read, and with one octet more is not', () => {
    const escaped = (octets: number) => '\\097'.repeat(octets);
    const target = (last: number) => {
      const externalName = `${[63, 63, 63, last].map(escaped).join('.')}.`;
      return trimService({ metadata, spec: { type: 'ExternalName', externalName } });
    };
    expect(target(61)).toMatchObject({ value: { kind: { type: 'externalName' } }, problems: [] });
    expect(target(62)).toMatchObject({ value: undefined, problems: [{ object: 'Service cache/redis' }] });
  });

  test('with a name of a million characters, or with line breaks in it, is named in a short line', () => {
    for (const name of ['x'.repeat(1_000_000), 'a\nb', 'a\x9b31m', 'a\u2028b']) {
      const { key, value, problems } = trimPod({
        metadata: { namespace: 'cache', name },
        status: { podIP: '10.0.0.1' },
      });
      expect(value).toBeUndefined();
      expect(key).toMatch(/^[ -~…]{1,100}$/);
      expect(problems).toHaveLength(1);
      for (const { object, reason } of problems) expect(`${object}: ${reason}`).toMatch(/^[ -~…]{1,250}$/);
    }
  });

  test('with texts of a million characters is refused without reading them all', () => {
    const long = '1.'.repeat(500_000);
    const { problems } = slice({
      endpoints: [{ addresses: [long], hostname: long }],
      ports: [{ name: long, port: 1 }],
    });
    expect(problems).toHaveLength(2);
    expect(trimService({ metadata, spec: { type: 'ExternalName', externalName: long } }).value).toBeUndefined();
  });
});

function texts(addresses: readonly Address[]): string {
  return addresses.map(formatAddress).join(' ');
}

function endpointTexts(slice: ReturnType<typeof trimEndpointSlice>['value']): string[] {
  return (slice?.endpoints ?? []).map(({ hostname, address }) => `${hostname ?? ''} ${formatAddress(address)}`.trim());
}
