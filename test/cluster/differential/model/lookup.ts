/** What there is at a name of a forward zone, before its type is looked at. Pure. */
import { canonical, dashed } from '../addresses.ts';
import { clustersetZone } from '../variations.ts';
import type { Entry, Port } from './entries.ts';
import type { Place } from './question.ts';
import type { Service, ServiceImport, World } from './world.ts';

export type Found =
  | { readonly kind: 'missing' }
  /** It exists without data. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'alias'; readonly target: string }
  | Entries;

export interface Entries {
  readonly kind: 'entries';
  /** What SRV records are made of. */
  readonly entries: readonly Entry[];
  /** Every entry of the hosts in question: whole sets of addresses are made of them. */
  readonly siblings: readonly Entry[];
  /** Whether the addresses stand at the name itself. */
  readonly hasAddresses: boolean;
  /** The name of the Service, below which hosts are. */
  readonly base: string;
}

const missing: Found = { kind: 'missing' };
const empty: Found = { kind: 'empty' };

export function lookup(place: Place, world: World): Found {
  const { zone, labels } = place;
  const { differs } = world;
  const isClusterset = zone === clustersetZone;
  const [word, namespace, service, ...left] = labels.toReversed();
  if (word === undefined) return empty;
  const isWord = word === 'svc' || (word === 'pod' && !(isClusterset && differs('clusterset-pods')));
  if (!isWord) return wordless(labels, world);
  if (namespace === undefined) return empty;
  if (!world.isExposed(namespace)) return missing;
  if (word === 'pod') return podAt(namespace, service, left, world, zone);
  if (service === undefined) return empty;
  const base = `${service}.${namespace}.svc.${zone}`;
  const key = `${namespace}/${service}`;
  const below = left.toReversed();
  if (isClusterset) {
    const found = world.imports.get(key);
    return found === undefined ? missing : importAt(found, below, base, world);
  }
  const found = world.services.get(key);
  return found === undefined ? missing : serviceAt(found, below, base, world);
}

/** The few names that are below neither `svc` nor `pod`. */
function wordless(labels: readonly string[], { differs }: World): Found {
  const name = labels.join('.');
  if (name === 'ns.dns') return empty;
  if (name === 'dns' && differs('empty-non-terminals')) return empty;
  return name === 'dns-version' && differs('dns-version-existence') ? empty : missing;
}

function serviceAt({ kind, ports, endpoints }: Service, below: readonly string[], base: string, world: World): Found {
  if (kind.type === 'externalName') {
    if (below.length > 0 || canonical(kind.target) !== undefined) return missing;
    return kind.isKeptOut ? empty : { kind: 'alias', target: kind.target };
  }
  const own = kind.type === 'headless' ? endpoints : ownEntries(kind.addresses, ports);
  return objectAt({ own, hosts: endpoints }, below, base, world);
}

function importAt(
  { addresses, ports, endpoints }: ServiceImport,
  below: readonly string[],
  base: string,
  world: World,
): Found {
  const isHeadless = addresses === undefined;
  const own = isHeadless ? endpoints : ownEntries(addresses, ports);
  const hosts = isHeadless || !world.differs('clusterset-hosts') ? endpoints : [];
  const [first = '', second = ''] = below;
  if (below.length === 2 && !first.startsWith('_') && !second.startsWith('_')) return hostAt(hosts, below, base);
  if (below.length === 1 && !isProtocol(below, world)) {
    const isParent = hosts.some(({ host }) => host.endsWith(`.${first}`));
    return isParent && world.differs('empty-non-terminals') ? empty : missing;
  }
  return objectAt({ own, hosts }, below, base, world);
}

function ownEntries(addresses: readonly string[], ports: readonly Port[]): Entry[] {
  return ports.flatMap((port) => addresses.map((address): Entry => ({ address, port, host: '' })));
}

interface ObjectEntries {
  /** At the object's own name. */
  readonly own: readonly Entry[];
  readonly hosts: readonly Entry[];
}

function objectAt({ own, hosts }: ObjectEntries, below: readonly string[], base: string, world: World): Found {
  const found = (entries: readonly Entry[], hasAddresses = true): Found => {
    return entries.length === 0 ? missing : { kind: 'entries', entries, siblings: own, hasAddresses, base };
  };
  if (below.length === 0) return found(own);
  if (below.length === 1)
    return isProtocol(below, world) ? protocolAt(own, below[0]!, found) : hostAt(hosts, below, base);
  if (below.length > 2) return missing;
  const [port = '', protocol = ''] = below;
  const isSpelled = /^_./.test(port) && /^_./.test(protocol);
  if (world.differs('underscores') && !isSpelled) return missing;
  return found(own.filter((entry) => isNamed(entry.port, withoutUnderscore(port), withoutUnderscore(protocol))));
}

function isProtocol([label = '']: readonly string[], { differs }: World): boolean {
  return differs('protocol-names') && /^_(tcp|udp|sctp)$/.test(label);
}

/** The name exists where it has records, or where a port's name is below it. */
function protocolAt(
  own: readonly Entry[],
  label: string,
  found: (entries: readonly Entry[], hasAddresses: boolean) => Found,
): Found {
  const entries = own.filter(({ port }) => isNamed(port, '', label.slice(1)));
  return entries.some(({ port }) => port.number !== undefined || port.name !== '') ? found(entries, false) : missing;
}

function hostAt(hosts: readonly Entry[], below: readonly string[], base: string): Found {
  const entries = hosts.filter(({ host }) => host.toLowerCase() === below.join('.'));
  return entries.length === 0 ? missing : { kind: 'entries', entries, siblings: entries, hasAddresses: true, base };
}

/** Empty stands for any. */
function isNamed(port: Port, name: string, protocol: string): boolean {
  return (
    (name === '' || port.name.toLowerCase() === name) && (protocol === '' || port.protocol.toLowerCase() === protocol)
  );
}

function withoutUnderscore(label: string): string {
  return label.startsWith('_') ? label.slice(1) : label;
}

function podAt(
  namespace: string,
  label: string | undefined,
  left: readonly string[],
  world: World,
  zone: string,
): Found {
  const { variation, differs } = world;
  if (variation.pods === 'disabled') return missing;
  if (label === undefined) return empty;
  if (left.length > 2 || (left.length > 0 && differs('pod-prefixes'))) return missing;
  const text =
    label.split('-').length === 4 && !label.includes('--') ? label.replaceAll('-', '.') : label.replaceAll('-', ':');
  const address = canonical(text);
  // Of the addresses of pods only one spelling counts, of the rest any.
  const isSpelled = (own: string): boolean => (differs('pod-label-endings') ? dashed(own) === label : own === text);
  const count = variation.pods === 'insecure' ? 1 : (world.podAddresses.get(namespace) ?? []).filter(isSpelled).length;
  if (address === undefined || count === 0) return missing;
  const port = { name: '', protocol: '', number: 0 };
  const entries = Array.from({ length: count }, (): Entry => ({ address, port, host: label }));
  return { kind: 'entries', entries, siblings: entries, hasAddresses: true, base: `${namespace}.pod.${zone}` };
}
