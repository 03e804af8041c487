/** The flags that say which zones answer: the cluster's own domain, its aliases, those of multi-cluster Services, reverse ones. */
import { type Prefix, parsePrefix } from '../zone/address.ts';
import { formatName, labelsOf, type Name, NameError, parseName, relativeTo } from '../zone/name.ts';
import { maxZones } from '../zone/registration-limits.ts';
import { type FlagChecks, UsageError } from './usage.ts';

export interface ZoneFlags {
  readonly zone: string;
  readonly alias: readonly string[];
  readonly 'clusterset-zone': readonly string[];
  readonly 'reverse-zone': readonly string[];
}

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
  const readAll = (flag: '--alias' | '--clusterset-zone', texts: readonly string[]) =>
    texts.flatMap((text) => checks.read(() => refuseTopLevel(flag, readZone(flag, text))) ?? []);
  const zone = checks.read(() => readZone('--zone', flags.zone));
  const aliases = readAll('--alias', flags.alias);
  const clustersetOrigins = readAll('--clusterset-zone', flags['clusterset-zone']);
  const prefixTexts = flags['reverse-zone'].length > 0 ? flags['reverse-zone'] : privatePrefixes;
  const reversePrefixes = prefixTexts.flatMap((text) => checks.read(() => readPrefix(text)) ?? []);
  checks.read(() => refuseTooMany(flags));
  const own = zone === undefined ? aliases : [zone, ...aliases];
  checks.read(() => refuseRepeated('--alias', own, ', or is the zone itself'));
  checks.read(() => refuseRepeated('--clusterset-zone', clustersetOrigins));
  checks.read(() => refuseOverlap(clustersetOrigins, own));
  if (zone === undefined) return undefined;
  return { zoneOrigins: [zone, ...aliases], clustersetOrigins, reversePrefixes, warnings: warningsAbout(zone) };
}

function readZone(flag: string, text: string): Name {
  let name: Name;
  try {
    name = parseName(text);
  } catch (error) {
    if (error instanceof NameError) throw new UsageError(`${flag} ${error.message}`);
    throw error;
  }
  // Stricter than a Name: people type these, and everything else goes below them.
  if (!/^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+$/.test(formatName(name))) {
    throw new UsageError(`${flag} "${text}" is not a domain name such as prod.k8s.example.com`);
  }
  return name;
}

/** Whoever sends the edge such a zone sends it a whole top-level domain. */
function refuseTopLevel(flag: string, name: Name): Name {
  if (labelsOf(name).length > 1) return name;
  const text = `${flag} "${shown(name)}" is a top-level domain, of which a cluster cannot speak for all`;
  throw new UsageError(`${text}: use a name below one, such as prod.k8s.example.com`);
}

/** A cluster's own domain is what it is, and may be used in configurations. */
function warningsAbout(zone: Name): string[] {
  if (labelsOf(zone).length > 1) return [];
  return [
    `--zone "${shown(zone)}" is a top-level domain: other names below it are not found by who sends it here; check that it is the cluster's own`,
  ];
}

function refuseRepeated(flag: string, zones: readonly Name[], alternative = ''): void {
  const repeated = zones.find((zone, i) => zones.indexOf(zone) !== i);
  if (repeated !== undefined) {
    throw new UsageError(`${flag} "${formatName(repeated)}" is given twice${alternative}: leave one out`);
  }
}

/** A name in both would have two meanings. */
function refuseOverlap(clusterset: readonly Name[], own: readonly Name[]): void {
  for (const zone of clusterset) {
    const other = own.find((each) => relativeTo(zone, each) !== undefined || relativeTo(each, zone) !== undefined);
    if (other === undefined) continue;
    const text = `--clusterset-zone "${shown(zone)}" and the cluster's zone "${shown(other)}" overlap`;
    throw new UsageError(`${text}: use one beside it, such as clusterset.local`);
  }
}

function refuseTooMany({ alias, 'clusterset-zone': clusterset, 'reverse-zone': blocks }: ZoneFlags): void {
  if (1 + alias.length + clusterset.length > maxZones) {
    const flags = clusterset.length === 0 ? '--alias is' : '--alias and --clusterset-zone are';
    const text = `${flags} given ${alias.length + clusterset.length} times: the edge takes ${maxZones} zones of a cluster, its own included`;
    throw new UsageError(`${text}; leave some out`);
  }
  if (blocks.length > maxReverseBlocks) {
    const text = `--reverse-zone is given ${blocks.length} times: a snapshot holds ${maxReverseBlocks} blocks`;
    throw new UsageError(`${text}; use larger ones`);
  }
}

function readPrefix(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) {
    throw new UsageError(`--reverse-zone "${text}" is not a block of addresses such as 10.0.0.0/8`);
  }
  return prefix;
}

function shown(name: Name): string {
  return formatName(name).slice(0, -1);
}
