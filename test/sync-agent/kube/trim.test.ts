import { describe, expect, test } from 'vitest';
import { trimEndpointSlice, trimNamespace, trimService } from '../../../sync-agent/kube/trim.ts';
import { type Address, formatAddress } from '../../../zone/address.ts';
import { formatName } from '../../../zone/name.ts';

const metadata = { namespace: 'cache', name: 'redis' };

describe('a Namespace', () => {
  test('is its name', () => {
    const { key, value, problems } = trimNamespace({ metadata: { name: 'cache' }, status: { phase: 'Terminating' } });
    expect({ key, value, problems }).toEqual({ key: 'cache', value: { name: 'cache' }, problems: [] });
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
    [{ clusterIP: 7 }, 'spec.clusterIP: 7 is not an address'],
    [{ clusterIPs: '10.96.0.10' }, 'spec.clusterIPs is "10.96.0.10", not a list'],
  ] as const)('%j is a problem', ([spec, reason]) => {
    const { key, value, problems } = trimService({ metadata, spec });
    expect(key).toBe('cache/redis');
    expect(value).toBeUndefined();
    expect(problems).toEqual([{ object: 'Service cache/redis', reason: expect.stringContaining(reason) }]);
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
    ['null everywhere', [{ name: null, port: null, protocol: null }], []],
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
        service: 'redis-headless',
        endpoints: [{ address: '\x0a\x01\x00\x05', hostname: 'redis-0' }],
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
    const { value, problems } = slice({ endpoints });
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
    [{ addressType: 'FQDN', endpoints: [{ addresses: ['db.example.com'] }] }, 'addressType: host names ("FQDN")'],
    [{ metadata: { namespace: 'cache', name: 'redis-x1' } }, 'kubernetes.io/service-name"]: nothing is not a Service'],
    [
      { metadata: { namespace: 'cache', name: 'redis-x1', labels: { 'kubernetes.io/service-name': 'A.b' } } },
      '"A.b" is not a Service',
    ],
  ] as const)('%j is ignored, and says so', ([fields, reason]) => {
    const { value, problems } = slice(fields);
    expect(value).toBeUndefined();
    expect(problems).toEqual([{ object: 'EndpointSlice cache/redis-x1', reason: expect.stringContaining(reason) }]);
  });

  test('a thousand bad addresses give a handful of problems', () => {
    const { problems } = slice({ endpoints: [{ addresses: Array.from({ length: 1000 }, () => 'bad') }] });
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)?.reason).toBe('and 990 more');
  });

  test('a long value is cut in a problem', () => {
    const [problem] = slice({ endpoints: [{ addresses: ['x'.repeat(10_000)] }] }).problems;
    expect(problem?.reason.length).toBeLessThan(200);
  });
});

function texts(addresses: readonly Address[]): string {
  return addresses.map(formatAddress).join(' ');
}

function endpointTexts(slice: ReturnType<typeof trimEndpointSlice>['value']): string[] | undefined {
  return slice?.endpoints.map(({ hostname, address }) => `${hostname ?? ''} ${formatAddress(address)}`.trim());
}
