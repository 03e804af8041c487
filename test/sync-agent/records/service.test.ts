/** What fixtures cannot hold: objects that the API server would not take, and names that are too long. */
import { describe, expect, test } from 'vitest';
import type { Endpoint, EndpointSlice, Port, Service, ServiceKind } from '../../../sync-agent/cluster.ts';
import type { RecordOptions } from '../../../sync-agent/records/options.ts';
import { recordsOfService } from '../../../sync-agent/records/service.ts';
import { recordsOfNamespace } from '../../../sync-agent/records/zone.ts';
import { parseAddress } from '../../../zone/address.ts';
import { flatten } from '../../../zone/flat.ts';
import { formatRelativeName, type Name, parseName, parseRelativeName } from '../../../zone/name.ts';
import { formatReverse, formatRRset } from '../../../zone/text.ts';
import { zoneWithRoom } from './zone-with-room.ts';

const longest = 'x'.repeat(63);
const tooLong = 'x'.repeat(64);
const local = parseName('cluster.local');
const http: Port = { name: 'http', protocol: 'tcp', number: 80 };

const defaults: RecordOptions = {
  ttlSeconds: 30,
  zoneOrigins: [local],
  clustersetOrigins: [],
  pods: 'disabled',
  usesPodNames: false,
  ignoresEmptyServices: false,
  selectsNamespaces: false,
  selectsObjects: false,
};
/** Nothing around that could hide a target. */
const nobody = { namespaces: new Map(), services: new Map(), serviceImports: new Map() };

describe('an endpoint', () => {
  test.for([
    ['web-0', 'web-0'],
    [longest, longest],
    [undefined, '10-0-0-1'],
  ])('with the hostname %s is named %s', ([hostname, label]) => {
    const { text, problems } = recordsOf(headless('web'), [slice([endpoint('10.0.0.1', hostname)])]);
    expect(text).toContain('web.default.svc 30 IN A 10.0.0.1');
    expect(text).toContain(`${label}.web.default.svc 30 IN A 10.0.0.1`);
    expect(text).toContain(`1.0.0.10.in-addr.arpa. 30 IN PTR ${label}.web.default.svc`);
    expect(problems).toEqual([]);
  });

  test('whose hostname is no label keeps its address among the Service’s', () => {
    const { text, problems } = recordsOf(headless('web'), [slice([endpoint('10.0.0.1', tooLong)])]);
    expect(text).toContain('web.default.svc 30 IN A 10.0.0.1');
    expect(text).toContain('10-0-0-1.web.default.svc 30 IN A 10.0.0.1');
    const reason = `endpoint 10.0.0.1: "${tooLong}" is not a domain name: a label is longer than 63 octets`;
    expect(problems).toEqual([
      { object: 'EndpointSlice default/web-1', reason: `${reason}; it is named 10-0-0-1 instead` },
    ]);
  });

  test('that is listed twice in one slice, as pods on one node’s network are, counts twice', () => {
    const once = slice([endpoint('172.18.0.2')]);
    const twice = slice([endpoint('172.18.0.2'), endpoint('172.18.0.2')]);
    const srv = (weight: number) => `web.default.svc 30 IN SRV 0 ${weight} 80 172-18-0-2.web.default.svc`;
    expect(recordsOf(headless('web'), [once]).text).toContain(srv(100));
    expect(recordsOf(headless('web'), [twice]).text).toContain(srv(50));
  });

  test('whose hostname is too long below an alias has its address as its name', () => {
    const alias = parseName(`${longest}.${'a'.repeat(59)}`);
    const slices = [slice([endpoint('10.0.0.1', longest)])];
    const service = headless(longest);
    const inLocal = recordsOf(service, slices, [local]);
    expect(inLocal.text).toContain(`${longest}.${longest}.default.svc 30 IN A 10.0.0.1`);
    expect(inLocal.problems).toEqual([]);
    const inBoth = recordsOf(service, slices, [local, alias]);
    expect(inBoth.text).toContain(`10-0-0-1.${longest}.default.svc 30 IN A 10.0.0.1`);
    expect(inBoth.text).not.toContain(`${longest}.${longest}.default.svc 30 IN A 10.0.0.1`);
    expect(inBoth.problems).toHaveLength(1);
  });

  test('for which no name fits is left out, and the others stay', () => {
    // 111 octets behind the zone's own 13 leave 131: enough for `10-0-0-1` and not for the longest IPv6 address.
    const alias = parseName(`${longest}.${'a'.repeat(45)}`);
    const service = { ...headless(longest), namespace: 'n'.repeat(52) };
    const endpoints = [endpoint('10.0.0.1'), endpoint('fd00:1111:2222:3333:4444:5555:6666:7777')];
    const { text, problems } = recordsOf(service, [slice(endpoints)], [local, alias]);
    expect(text.join('\n')).toContain(' IN A 10.0.0.1');
    expect(text.join('\n')).not.toContain(' IN AAAA ');
    expect(problems).toEqual([
      {
        object: 'EndpointSlice default/web-1',
        reason: expect.stringMatching(/^endpoint fd00:1111.*longer than 255 octets; it is left out$/),
      },
    ]);
  });
});

describe('a port', () => {
  test.for([[longest], [tooLong]])('named %s is no label behind its underscore', ([name]) => {
    const bad = { ...http, name: name!, number: 81 };
    const { names, text, problems } = recordsOf(headless('web'), [slice([endpoint('10.0.0.1')], [http, bad])]);
    expect(names).toEqual([
      'web.default.svc',
      '10-0-0-1.web.default.svc',
      '_tcp.web.default.svc',
      '_http._tcp.web.default.svc',
    ]);
    expect(text).toContain('web.default.svc 30 IN SRV 0 50 81 10-0-0-1.web.default.svc');
    expect(text).toContain('_tcp.web.default.svc 30 IN SRV 0 50 81 10-0-0-1.web.default.svc');
    expect(problems).toEqual([
      {
        object: 'Service default/web',
        reason: expect.stringMatching(/^port "x+": .* a label is longer than 63 octets; it has no name of its own$/),
      },
    ]);
  });

  test('is reported once, however many slices have it', () => {
    const bad = { ...http, name: tooLong };
    const slices = [slice([endpoint('10.0.0.1')], [{ ...bad }]), slice([endpoint('10.0.0.2')], [{ ...bad }])];
    expect(recordsOf(headless('web'), slices).problems).toHaveLength(1);
  });

  test('in two spellings is one name', () => {
    const ports = [http, { ...http, name: 'HTTP', number: 81 }];
    const { text } = recordsOf(headless('web'), [slice([endpoint('10.0.0.1')], ports)]);
    expect(text.filter((line) => line.startsWith('_http._tcp.') && line.includes(' SRV '))).toEqual([
      '_http._tcp.web.default.svc 30 IN SRV 0 50 80 10-0-0-1.web.default.svc',
      '_http._tcp.web.default.svc 30 IN SRV 0 50 81 10-0-0-1.web.default.svc',
    ]);
  });
});

describe('a Service', () => {
  test('whose name is no label does not exist', () => {
    expect(recordsOf(headless(longest), [slice([endpoint('10.0.0.1')])]).problems).toEqual([]);
    const { names, problems } = recordsOf(headless(tooLong), [slice([endpoint('10.0.0.1')])]);
    expect(names).toEqual([]);
    expect(problems).toEqual([
      {
        object: `Service default/${tooLong}`,
        reason: `"${tooLong}" is not a domain name: a label is longer than 63 octets; the Service is left out`,
      },
    ]);
  });
});

describe('a Service with a cluster IP, where empty ones are ignored', () => {
  const kind = { type: 'clusterIP', addresses: [parseAddress('10.96.0.1')!] } as const;
  const there = (slices: readonly EndpointSlice[], ignoresEmptyServices = true) => {
    const service = { ...headless('web'), kind };
    return recordsOfService(service, slices, nobody, { ...defaults, ignoresEmptyServices }).group !== undefined;
  };
  test('exists while it has an endpoint, be it one without a name', () => {
    expect(there([])).toBe(false);
    expect(there([slice([])])).toBe(false);
    expect(there([], false)).toBe(true);
    expect(there([slice([]), slice([endpoint('10.0.0.1')])])).toBe(true);
    const zoneOrigins = [zoneWithRoom(8, parseRelativeName('web.default.svc'))];
    const options = { ...defaults, zoneOrigins, ignoresEmptyServices: true };
    const records = recordsOfService(
      { ...headless('web'), kind },
      [slice([endpoint('10.0.0.1')], [])],
      nobody,
      options,
    );
    expect(records.group).toMatchObject({ hosts: [], own: kind.addresses });
    expect(records.problems).toHaveLength(1);
  });
});

describe('an external name', () => {
  const nested = parseName('prod.cluster.local');
  test.for([
    ['db.example.com', 'db.example.com.'],
    ['web.default.svc.cluster.local', 'web.default.svc'],
    ['cluster.local', '@'],
    ['xcluster.local', 'xcluster.local.'],
    ['local', 'local.'],
    // Of two zones around it the nearer one holds it.
    ['web.default.svc.prod.cluster.local', 'web.default.svc'],
  ])('%s is written %s', ([target, written]) => {
    const { text, problems } = recordsOf(external(target!), [], [local, nested]);
    expect(text).toEqual([`ext.default.svc 30 IN CNAME ${written}`]);
    expect(problems).toEqual([]);
  });

  test('that fits below the zone, but not below an alias, stays absolute', () => {
    const target = `${longest}.${longest}.${longest}.cluster.local`;
    const alias = parseName(longest);
    expect(recordsOf(external(target), [], [local]).text[0]).toMatch(/CNAME x{63}\.x{63}\.x{63}$/);
    expect(recordsOf(external(target), [], [local, alias]).text[0]).toMatch(/\.cluster\.local\.$/);
  });
});

describe('a hostname or a pod’s name that is no label', () => {
  test.for([
    [undefined, tooLong, '10-0-0-1', 1],
    [undefined, 'web-x7k2p', 'web-x7k2p', 0],
    [tooLong, 'web-x7k2p', '10-0-0-1', 1],
  ] as const)('%s of the pod %s is named %s', ([hostname, podName, label, problemCount]) => {
    const slices = [slice([{ ...endpoint('10.0.0.1', hostname), podName }])];
    const { group, problems } = recordsOfService(headless('web'), slices, nobody, { ...defaults, usesPodNames: true });
    expect(group?.hosts.map((host) => host.label)).toEqual([label]);
    expect(problems).toHaveLength(problemCount);
  });
});

test.for(['cluster', 'clusterset'] as const)('a Namespace whose name is no label does not exist: %s', (kind) => {
  const options = { ...defaults, clustersetOrigins: [parseName('clusterset.local')] };
  expect(recordsOfNamespace(kind, longest, options).group).toBeDefined();
  const reason = `"${tooLong}" is not a domain name: a label is longer than 63 octets`;
  expect(recordsOfNamespace(kind, tooLong, options)).toEqual({
    group: undefined,
    problems: [{ object: `Namespace ${tooLong}`, reason: `${reason}; the Namespace is left out of the ${kind} zone` }],
  });
});

/** The names, zone file lines and problems of one Service; names that only lead to it are left aside. */
function recordsOf(service: Service, slices: readonly EndpointSlice[], zoneOrigins: readonly Name[] = [local]) {
  const { group, problems } = recordsOfService(service, slices, nobody, { ...defaults, zoneOrigins });
  const flat = flatten(group === undefined ? [] : [group]);
  const names = flat.names.map(formatRelativeName).filter((name) => name.split('.').length >= 3);
  const text = [
    ...flat.records.flatMap((set) => formatRRset(set)),
    ...flat.reverse.flatMap((set) => formatReverse(set)),
  ];
  return { names, text, problems };
}

function headless(name: string): Service {
  return { namespace: 'default', name, isHidden: false, kind: { type: 'headless' }, ports: [] };
}

function external(target: string): Service {
  const kind: ServiceKind = { type: 'externalName', target: parseName(target) };
  return { namespace: 'default', name: 'ext', isHidden: false, kind, ports: [] };
}

function slice(endpoints: readonly Endpoint[], ports: readonly Port[] = [http]): EndpointSlice {
  return { namespace: 'default', name: 'web-1', owners: [{ kind: 'service', service: 'web' }], endpoints, ports };
}

function endpoint(address: string, hostname?: string): Endpoint {
  return { address: parseAddress(address)!, hostname, podName: undefined };
}
