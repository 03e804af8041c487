/**
 * The zone that every server is asked about: a few Services as an agent publishes them, and one set that no message holds.
 * The Worker gets it as a snapshot, the others as zone files with the same records.
 */
import { type Address, parseAddress, parsePrefix } from '../../zone/address.ts';
import { flatten } from '../../zone/flat.ts';
import type { GroupNode, Host, OwnerGroup, PlainRRset } from '../../zone/group.ts';
import { apex, formatName, parseName, parseRelativeName } from '../../zone/name.ts';
import type { Target } from '../../zone/rrset.ts';
import type { Snapshot } from '../../zone/snapshot.ts';
import { formatReverse, formatZone } from '../../zone/text.ts';

export const ttlSeconds = 30;
export const shortTtlSeconds = 7;
/** MINIMUM of the SOA record, and its own TTL, which is lower: a negative answer counts with the lower one (RFC 2308 §5). */
export const minimumSeconds = 600;
export const soaTtlSeconds = 300;
export const serial = 7;

export const ownZone = 'cluster.local';
export const alias = 'prod.k8s.example.com';
export const reverseZone = '10.in-addr.arpa';
export const reversePrefix = '10.0.0.0/8';

/** The set of this name takes 80,000 octets. */
export const largeSetSize = 5000;
export const fleetSize = 20;

const groups: readonly OwnerGroup[] = [
  plain('', { type: 'NS', ttlSeconds, targets: [target('ns.dns')] }),
  plain('dns-version', { type: 'TXT', ttlSeconds, texts: [['1.1.0']] }),
  service('ns.dns', '10.96.0.10'),
  headless('web.shop.svc', ['web-0', 'web-1', 'web-2'], 1),
  service('api.shop.svc', '10.96.0.20'),
  plain('text.shop.svc', { type: 'TXT', ttlSeconds, texts: [['first', 'second one']] }),
  plain('docs.shop.svc', cname('web.shop.svc')),
  plain('short.shop.svc', cname('web.shop.svc', shortTtlSeconds)),
  plain('gone.shop.svc', cname('missing.shop.svc')),
  plain('outside.shop.svc', cname('www.example.com.')),
  plain('loop.shop.svc', cname('pool.shop.svc')),
  plain('pool.shop.svc', cname('loop.shop.svc')),
  { ...group('odd.shop.svc'), hosts: [host('a.b', 9, 1), host('caf\xe9', 9, 2)], hasPointers: false },
  service('ledger.bank.svc', '10.96.0.30'),
  headless(
    'fleet.shop.svc',
    Array.from({ length: fleetSize }, (_, i) => `fleet-${i}`),
    2,
  ),
  plain('convoy.shop.svc', cname('fleet.shop.svc')),
  repeating('dual.shop.svc'),
  large('many.shop.svc'),
];

export const snapshot: Snapshot = {
  kind: 'live',
  zones: [
    { kind: 'cluster', origins: [parseName(ownZone), parseName(alias)], ttlSeconds: minimumSeconds, groups },
    { kind: 'reverse', ttlSeconds: minimumSeconds, prefixes: [parsePrefix(reversePrefix)!] },
  ],
};

export interface ZoneFile {
  /** Without the final dot. */
  readonly origin: string;
  readonly text: string;
}

/** The same records as zone files (RFC 1035 §5), each with the SOA record that the Worker answers. */
export function zoneFiles(): readonly ZoneFile[] {
  const flat = flatten(groups);
  const forward = [ownZone, alias].map((origin) => {
    const text = formatZone({ ...flat, reverse: [] }, parseName(origin));
    return { origin, text: `${soa(origin, origin)}\n${text}` };
  });
  const pointers = flat.reverse
    .filter(({ address }) => address.length === 4)
    .flatMap((reverse) => formatReverse(reverse, parseName(ownZone)));
  const nameServer = `${reverseZone}. ${minimumSeconds} IN NS ns.dns.${ownZone}.`;
  return [
    ...forward,
    { origin: reverseZone, text: [soa(reverseZone, ownZone), nameServer, ...pointers, ''].join('\n') },
  ];
}

function soa(origin: string, servers: string): string {
  const numbers = `${serial} 7200 1800 86400 ${minimumSeconds}`;
  return `${formatName(parseName(origin))} ${soaTtlSeconds} IN SOA ns.dns.${servers}. hostmaster.${servers}. ${numbers}`;
}

function group(base: string): OwnerGroup {
  const name = base === '' ? apex : parseRelativeName(base);
  return { base: name, ttlSeconds, own: [], hosts: [], nodes: [], hasPointers: true, answersDashed: false };
}

function plain(base: string, ...rrsets: PlainRRset[]): OwnerGroup {
  return { ...group(base), nodes: [{ ...node(''), rrsets }] };
}

/** A Service with an address of its own and one port. */
function service(base: string, address: string): OwnerGroup {
  const port = { priority: 0, weight: 100, port: 443, targets: 'base' } as const;
  return {
    ...group(base),
    own: [parseAddress(address)!],
    nodes: [
      { ...node(''), addresses: 'base' },
      { ...node('_https._tcp'), services: [port] },
    ],
  };
}

/** A headless Service of pods with addresses of both families and one port. */
function headless(base: string, labels: readonly string[], network: number): OwnerGroup {
  const port = { priority: 0, weight: 33, port: 80, targets: 'hosts' } as const;
  return {
    ...group(base),
    hosts: labels.map((label, i) => host(label, network, i + 1, `fd00::${network}:${i + 1}`)),
    nodes: [
      { ...node(''), addresses: 'hosts' },
      { ...node('_http._tcp'), services: [port] },
    ],
  };
}

/** Two pods with one address, and a port for two protocols beside another one: what they share stands once. */
function repeating(base: string): OwnerGroup {
  const port = { priority: 0, weight: 50, port: 53, targets: 'hosts' } as const;
  return {
    ...group(base),
    hosts: [host('one', 3, 1), host('two', 3, 1)],
    nodes: [
      { ...node(''), addresses: 'hosts', services: [port, port, { ...port, port: 9153 }] },
      { ...node('_dns._tcp'), services: [port] },
      { ...node('_dns._udp'), services: [port] },
    ],
    hasPointers: false,
  };
}

function large(base: string): OwnerGroup {
  const hosts = Array.from({ length: largeSetSize }, (_, i) => host(`many-${i}`, 100 + (i >> 8), i & 255));
  return { ...group(base), hosts, nodes: [{ ...node(''), addresses: 'hosts' }], hasPointers: false };
}

function host(label: string, network: number, number: number, ...more: string[]): Host {
  const addresses = [`10.244.${network}.${number}`, ...more].map((text): Address => parseAddress(text)!);
  return { label, subdomain: undefined, addresses, services: [] };
}

function node(prefix: string): GroupNode {
  return { prefix: prefix === '' ? apex : parseRelativeName(prefix), addresses: 'none', services: [], rrsets: [] };
}

function cname(to: string, ttl = ttlSeconds): PlainRRset {
  return { type: 'CNAME', ttlSeconds: ttl, targets: [target(to)] };
}

function target(text: string): Target {
  return text.endsWith('.')
    ? { kind: 'absolute', name: parseName(text) }
    : { kind: 'relative', name: parseRelativeName(text) };
}
