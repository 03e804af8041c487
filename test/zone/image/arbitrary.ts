/**
 * Zones at random. Names and addresses come from small pools, so that hosts share addresses, names are each other's
 * neighbours, and groups are above and below each other.
 */
import fc from 'fast-check';
import { type Address, parseAddress, parsePrefix } from '../../../zone/address.ts';
import { addressSpelledWithDashes, dashedLabel } from '../../../zone/dashed.ts';
import type { GroupNode, Host, Members, OwnerGroup, PlainRRset } from '../../../zone/group.ts';
import {
  apex,
  foldCase,
  joinRelative,
  labelsOf,
  type Name,
  NameError,
  parentOf,
  parseName,
  prependLabel,
  type RelativeName,
} from '../../../zone/name.ts';
import type { Target } from '../../../zone/rrset.ts';
import type { Snapshot, Zone } from '../../../zone/snapshot.ts';

const long = 'x'.repeat(63);

export const label = fc.constantFrom(
  ...['a', 'b', 'web', '_tcp', 'Web', 'a.b', 'a\0', '\0b', '\xff', '@', long],
  ...['10-0-0-1', '10-0-0-01', '10-0-0-256', 'fd00--1', 'fd00--0', 'fd00-0--1', '--ffff-a00-1', 'a00-1--'],
);

export const addresses: readonly Address[] = [
  ...['10.0.0.1', '10.0.0.2', '10.0.1.1', '10.1.0.0', '255.255.255.255', '0.0.0.0'],
  ...['fd00::1', 'fd00::', 'fd00::100', 'fe80::1:0', '::'],
].map((text) => parseAddress(text)!);

const address = fc.constantFrom(...addresses);
const uint16 = fc.oneof(fc.constantFrom(0, 1, 255, 256, 65_535), fc.nat(65_535));
const ttlSeconds = fc.oneof(fc.constantFrom(0, 5, 30, 2 ** 31 - 1), fc.nat(2 ** 31 - 1));

/** Up to four labels, and fewer where they would be too long. */
export const relativeName: fc.Arbitrary<RelativeName> = fc
  .array(label, { maxLength: 4 })
  .map((labels) => labels.reduceRight<RelativeName>((name, first) => owner(first, name) ?? name, apex));

const mostly = (value: boolean) => fc.constantFrom(value, value, !value);

const service = fc.record({ priority: uint16, weight: uint16, port: uint16 });

const host: fc.Arbitrary<Host> = fc.record({
  label: fc.oneof(label, address.map(dashedLabel)),
  subdomain: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, label),
  addresses: fc.oneof(
    address.map((only) => [only]),
    fc.array(address, { minLength: 1, maxLength: 4 }),
  ),
  // Lists that are equal, as in a cluster, and lists that are not.
  services: fc.oneof(fc.constantFrom([], [{ priority: 0, weight: 50, port: 80 }]), fc.array(service, { maxLength: 3 })),
});

/** Hosts that there may be or not. */
const anyMembers: fc.Arbitrary<Members> = fc.oneof(
  fc.constantFrom('none' as const, 'base' as const, 'hosts' as const),
  fc.uniqueArray(fc.nat(5), { maxLength: 4 }).map((indexes) => indexes.sort((a, b) => a - b)),
);

const target: fc.Arbitrary<Target> = fc.oneof(
  relativeName.map((name): Target => ({ kind: 'relative', name })),
  fc
    .constantFrom('.', 'example.com', `${long}.net`)
    .map((text): Target => ({ kind: 'absolute', name: parseName(text) })),
);
const targets = fc.array(target, { minLength: 1, maxLength: 3 });
const string = fc.array(fc.nat(255), { maxLength: 20 }).map((octets) => String.fromCharCode(...octets));
const texts = fc.array(fc.array(string, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 });

const plainSets: fc.Arbitrary<PlainRRset[]> = fc.uniqueArray(
  fc.oneof(
    fc.record({ type: fc.constantFrom('CNAME' as const, 'NS' as const), ttlSeconds, targets }),
    fc.record({ type: fc.constant('TXT' as const), ttlSeconds, texts }),
  ),
  { maxLength: 3, selector: ({ type }) => type },
);

const prefix = fc
  .array(label, { maxLength: 2 })
  .map((labels) => labels.reduceRight<RelativeName>((name, first) => prependLabel(first, name), apex));

const node: fc.Arbitrary<GroupNode> = fc.record({
  prefix,
  addresses: anyMembers,
  services: fc.array(
    // Few ports, so that rules are equal but for their targets.
    fc.record({
      priority: fc.constant(0),
      weight: fc.constant(7),
      port: fc.constantFrom(80, 443),
      targets: anyMembers,
    }),
    { maxLength: 3 },
  ),
  rrsets: plainSets,
});

const anyGroup: fc.Arbitrary<OwnerGroup> = fc.record({
  base: relativeName,
  ttlSeconds,
  own: fc.array(address, { maxLength: 3 }),
  hosts: fc.array(host, { maxLength: 6 }),
  nodes: fc.array(node, { maxLength: 4 }),
  hasPointers: mostly(true),
  answersDashed: mostly(false),
});

/** Groups that can be one zone: each base name once, and no name in two groups. */
export const groups: fc.Arbitrary<OwnerGroup[]> = fc
  .uniqueArray(anyGroup, { maxLength: 6, selector: ({ base }) => base })
  .map((all) => {
    const taken = new Set(all.map(({ base }) => base));
    const dashed = new Set(all.flatMap(({ base, answersDashed }) => (answersDashed ? [base] : [])));
    return all.map((group) => withoutClashes(group, taken, dashed));
  });

const origins = fc.uniqueArray(fc.constantFrom<Name>(...['cluster.local', 'k8s.example.com', '\\.a.'].map(parseName)), {
  minLength: 1,
}) as fc.Arbitrary<[Name, ...Name[]]>;

const prefixes = fc
  .subarray(['10.0.0.0/8', '10.96.0.0/12', 'fc00::/7', '0.0.0.0/0', 'fd00::1/128'])
  .map((texts) => texts.map((text) => parsePrefix(text)!));

const forward = <Kind extends 'cluster' | 'clusterset'>(kind: Kind): fc.Arbitrary<Zone> =>
  fc.record({ kind: fc.constant(kind), origins, ttlSeconds, groups });

/** A reverse zone comes with a cluster zone. */
export const snapshot: fc.Arbitrary<Snapshot> = fc
  .tuple(
    fc.option(
      fc.tuple(
        forward('cluster'),
        fc.option(fc.record({ kind: fc.constant('reverse' as const), ttlSeconds, prefixes })),
      ),
    ),
    fc.option(forward('clusterset')),
  )
  .map(([cluster, set]) => ({ kind: 'live', zones: [...(cluster ?? []), set].filter((zone) => zone !== null) }));

/** The address that the name has because it spells it below one of the base names. */
export function spelledAddress(name: RelativeName, dashedBases: ReadonlySet<RelativeName>): Address | undefined {
  const parent = parentOf(name);
  return parent !== undefined && dashedBases.has(parent) ? addressSpelledWithDashes(labelsOf(name)[0]!) : undefined;
}

/** Without the hosts and nodes whose names are taken, too long, or given twice. */
function withoutClashes(
  group: OwnerGroup,
  taken: Set<RelativeName>,
  dashedBases: ReadonlySet<RelativeName>,
): OwnerGroup {
  const isSpelled = (name: RelativeName): boolean => spelledAddress(name, dashedBases) !== undefined;
  const take = (name: RelativeName | undefined): boolean => {
    if (name === undefined || taken.has(name) || isSpelled(name)) return false;
    taken.add(name);
    return true;
  };
  const hosts = group.hosts.filter(({ label: first, subdomain }) => {
    const below = subdomain === undefined ? group.base : owner(subdomain, group.base);
    return !group.answersDashed && below !== undefined && take(owner(first, below));
  });
  const existing = (members: Members): Members =>
    typeof members === 'string' ? members : members.filter((index) => index < hosts.length);
  const nodes = group.nodes
    .filter(({ prefix: front }, i) => {
      if (front !== apex) return take(joined(front, group.base));
      return group.nodes.findIndex((other) => other.prefix === apex) === i && !isSpelled(group.base);
    })
    .map((kept) => ({
      ...kept,
      addresses: existing(kept.addresses),
      services: kept.services.map((rule) => ({ ...rule, targets: existing(rule.targets) })),
    }));
  return { ...group, hosts, nodes };
}

/** `label` below `base`, if it fits. */
function owner(first: string, base: RelativeName): RelativeName | undefined {
  return joined(prependLabel(foldCase(first), apex), base);
}

function joined(front: RelativeName, base: RelativeName): RelativeName | undefined {
  try {
    return joinRelative(front, base);
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}
