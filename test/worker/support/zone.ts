/** Owner groups and snapshots to write down quickly: names and addresses as text. */
import { type Address, parseAddress, parsePrefix } from '../../../zone/address.ts';
import type { GroupNode, Host, OwnerGroup, PlainRRset } from '../../../zone/group.ts';
import { apex, parseName, parseRelativeName } from '../../../zone/name.ts';
import type { Target } from '../../../zone/rrset.ts';
import type { ForwardZone, ReverseZone, Snapshot } from '../../../zone/snapshot.ts';

export const ttlSeconds = 30;

/** `@` is the apex. */
export function group(base: string, fields: Partial<Omit<OwnerGroup, 'base'>> = {}): OwnerGroup {
  const name = base === '@' ? apex : parseRelativeName(base);
  const facts = { ttlSeconds, own: [], hosts: [], nodes: [], hasPointers: true, answersDashed: false };
  return { base: name, ...facts, ...fields };
}

/** A name with one set that is written out. */
export function plain(base: string, ...rrsets: PlainRRset[]): OwnerGroup {
  return group(base, { nodes: [node('', { rrsets })] });
}

export function node(prefix: string, fields: Partial<Omit<GroupNode, 'prefix'>> = {}): GroupNode {
  return { prefix: parseRelativeName(prefix), addresses: 'none', services: [], rrsets: [], ...fields };
}

export function host(label: string, addresses: readonly string[], ports: readonly number[] = []): Host {
  const weight = ports.length === 0 ? 0 : Math.max(1, Math.floor(100 / ports.length));
  return {
    label,
    subdomain: undefined,
    addresses: addresses.map(address),
    services: ports.map((port) => ({ priority: 0, weight, port })),
  };
}

/** A host two labels below its base name. */
export function hostBelow(subdomain: string, ...fields: Parameters<typeof host>): Host {
  return { ...host(...fields), subdomain };
}

export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

/** To a name in the zone, or, with a final dot, to one anywhere. */
export function cname(target: string): PlainRRset {
  return { type: 'CNAME', ttlSeconds, targets: [targetOf(target)] };
}

export function ns(target: string): PlainRRset {
  return { type: 'NS', ttlSeconds, targets: [targetOf(target)] };
}

export function txt(text: string, ttl = ttlSeconds): PlainRRset {
  return { type: 'TXT', ttlSeconds: ttl, texts: [[text]] };
}

export function snapshot(
  groups: readonly OwnerGroup[],
  options: {
    origins?: readonly string[];
    ttlSeconds?: number;
    prefixes?: readonly string[];
    clusterset?: { readonly groups: readonly OwnerGroup[]; readonly origins: readonly string[] };
  } = {},
): Snapshot {
  const { origins = ['cluster.local'], ttlSeconds: ttl = ttlSeconds, prefixes = [], clusterset } = options;
  const forward = forwardZone('cluster', origins, ttl, groups);
  const reverse: ReverseZone = {
    kind: 'reverse',
    ttlSeconds: ttl,
    prefixes: prefixes.map((text) => parsePrefix(text)!),
  };
  const set = clusterset && forwardZone('clusterset', clusterset.origins, ttl, clusterset.groups);
  return { kind: 'live', zones: set === undefined ? [forward, reverse] : [forward, set, reverse] };
}

function forwardZone(
  kind: ForwardZone['kind'],
  origins: readonly string[],
  ttl: number,
  groups: readonly OwnerGroup[],
): ForwardZone {
  const [first, ...others] = origins.map(parseName);
  return { kind, origins: [first!, ...others], ttlSeconds: ttl, groups };
}

/** One name, `web.shop.svc`: enough to see which snapshot answers. */
export function webAt(...addresses: string[]): Snapshot {
  return snapshot([webGroup(...addresses)]);
}

export function webGroup(...addresses: string[]): OwnerGroup {
  return group('web.shop.svc', { own: addresses.map(address), nodes: [node('', { addresses: 'base' })] });
}

function targetOf(text: string): Target {
  return text.endsWith('.')
    ? { kind: 'absolute', name: parseName(text) }
    : { kind: 'relative', name: parseRelativeName(text) };
}
