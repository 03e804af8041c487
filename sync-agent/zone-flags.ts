/** The options that say which zones answer: the cluster's own domain, its aliases, those of multi-cluster Services, reverse ones. */
import { type Prefix, parsePrefix } from '../zone/address.ts';
import { formatName, labelsOf, type Name, NameError, parseName, relativeTo } from '../zone/name.ts';
import { maxZones } from '../zone/registration-limits.ts';
import type { publishingOptions } from './configuration/agent-options.ts';
import type { Given, GivenOptions } from './configuration/option.ts';
import { type FlagChecks, UsageError } from './usage.ts';

export type ZoneFlags = Pick<
  GivenOptions<typeof publishingOptions>,
  'zone' | 'alias' | 'clusterset-zone' | 'reverse-zone'
>;

export interface ZoneSettings {
  /** The cluster's own domain first, then its aliases. */
  readonly zoneOrigins: readonly [Name, ...Name[]];
  readonly clustersetOrigins: readonly Name[];
  readonly reversePrefixes: readonly Prefix[];
  /** What is taken, but looks like a mistake. */
  readonly warnings: readonly string[];
}

/** The private blocks (RFC 1918, RFC 6598, RFC 4193), which every network uses for its own (RFC 6303). */
const privatePrefixes = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/** Each is a reverse zone in the head of every snapshot, which has an end. */
const maxReverseBlocks = 256;

/** Undefined when the checks have failed. */
export function readZoneFlags(flags: ZoneFlags, checks: FlagChecks): ZoneSettings | undefined {
  const { zone: own, alias, 'clusterset-zone': clusterset, 'reverse-zone': blocks } = flags;
  const readAll = ({ value: texts, label }: Given<readonly string[]>) =>
    texts.flatMap((text) => checks.read(() => refuseTopLevel(label, readZone(label, text))) ?? []);
  const zone = checks.read(() => readZone(own.label, own.value));
  const aliases = readAll(alias);
  const clustersetOrigins = readAll(clusterset);
  const prefixTexts = blocks.value.length > 0 ? blocks.value : privatePrefixes;
  const reversePrefixes = prefixTexts.flatMap((text) => checks.read(() => readPrefix(blocks.label, text)) ?? []);
  checks.read(() => refuseTooMany(flags));
  const origins: readonly Origin[] = [
    ...(zone === undefined ? [] : [{ label: own.label, example: 'cluster.local', name: zone }]),
    ...aliases.map((name) => ({ label: alias.label, example: 'prod.k8s.example.com', name })),
    ...clustersetOrigins.map((name) => ({ label: clusterset.label, example: 'clusterset.local', name })),
  ];
  for (const [i, origin] of origins.entries()) {
    checks.read(() => refuseReverse(origin));
    checks.read(() => refuseOverlap(origin, origins.slice(0, i)));
  }
  if (zone === undefined) return undefined;
  return {
    zoneOrigins: [zone, ...aliases],
    clustersetOrigins,
    reversePrefixes,
    warnings: warningsAbout(own.label, zone),
  };
}

function readZone(label: string, text: string): Name {
  let name: Name;
  try {
    name = parseName(text);
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(`${label} ${error.message}`);
    throw error;
  }
  // Stricter than a Name: people type these, and everything else goes below them.
  if (!/^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+$/.test(formatName(name))) {
    throw new UsageError(`${label} "${text}" is not a domain name such as prod.k8s.example.com`);
  }
  return name;
}

/** Whoever sends the edge such a zone sends it a whole top-level domain. */
function refuseTopLevel(label: string, name: Name): Name {
  if (labelsOf(name).length > 1) return name;
  const text = `${label} "${shown(name)}" is a top-level domain, of which a cluster cannot speak for all`;
  throw new UsageError(`${text}: use a name below one, such as prod.k8s.example.com`);
}

/** A cluster's own domain is what it is, and may be used in configurations. */
function warningsAbout(label: string, zone: Name): string[] {
  if (labelsOf(zone).length > 1) return [];
  return [
    `${label} "${shown(zone)}" is a top-level domain: other names below it are not found by who sends it here; check that it is the cluster's own`,
  ];
}

/** A zone that answers names, where it was given, and one that could be given instead. */
interface Origin {
  readonly label: string;
  readonly example: string;
  readonly name: Name;
}

/** A name that is in two of them would have two meanings, and only one would be answered. */
function refuseOverlap({ label, example, name }: Origin, before: readonly Origin[]): void {
  const other = before.find((each) => isWithin(name, each.name) || isWithin(each.name, name));
  if (other === undefined) return;
  if (other.name === name) {
    throw new UsageError(`${label} "${shown(name)}" is given twice, or is another zone already: leave one out`);
  }
  const text = `${label} "${shown(name)}" and ${other.label} "${shown(other.name)}" overlap`;
  throw new UsageError(`${text}: use one beside it, such as ${example}`);
}

/** The names of addresses lie there, for which `--reverse-zone` is. */
function refuseReverse({ label, example, name }: Origin): void {
  const tree = reverseTrees.find((each) => isWithin(name, each) || isWithin(each, name));
  if (tree === undefined) return;
  const text = `${label} "${shown(name)}" overlaps ${shown(tree)}, where the names of addresses are`;
  throw new UsageError(`${text}: use another, such as ${example}; --reverse-zone chooses addresses`);
}

const reverseTrees = ['in-addr.arpa', 'ip6.arpa'].map(parseName);

function isWithin(name: Name, origin: Name): boolean {
  return relativeTo(name, origin) !== undefined;
}

function refuseTooMany({ alias, 'clusterset-zone': clusterset, 'reverse-zone': blocks }: ZoneFlags): void {
  const count = alias.value.length + clusterset.value.length;
  if (1 + count > maxZones) {
    const labels = clusterset.value.length === 0 ? `${alias.label} is` : `${alias.label} and ${clusterset.label} are`;
    const text = `${labels} given ${count} times: the edge takes ${maxZones} zones of a cluster, its own included`;
    throw new UsageError(`${text}; leave some out`);
  }
  if (blocks.value.length > maxReverseBlocks) {
    const text = `${blocks.label} is given ${blocks.value.length} times: a snapshot holds ${maxReverseBlocks} blocks`;
    throw new UsageError(`${text}; use larger ones`);
  }
}

function readPrefix(label: string, text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) {
    throw new UsageError(`${label} "${text}" is not a block of addresses such as 10.0.0.0/8`);
  }
  return prefix;
}

function shown(name: Name): string {
  return formatName(name).slice(0, -1);
}
