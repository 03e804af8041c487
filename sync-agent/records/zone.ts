/**
 * The records that no Service brings: those of a zone itself and of each Namespace.
 *
 * A Namespace and the words `svc` and `pod` exist without data, also while nothing is below them: a name that is missing
 * there is told from a Namespace that is missing (RFC 8020 §2: NXDOMAIN says that nothing is below a name either).
 */
import type { OwnerGroup } from '../../zone/group.ts';
import { apex, type Name, NameError, parseRelativeName } from '../../zone/name.ts';
import type { ForwardZone } from '../../zone/snapshot.ts';
import type { ObjectRecords, RecordOptions } from './options.ts';
import { ownerName } from './owner-name.ts';
import { plainGroup } from './plain-group.ts';

export type ZoneKind = ForwardZone['kind'];

interface ZoneFacts {
  /** The version of the specification that the records follow, published as both specifications say in §2.2. */
  readonly specificationVersion: string;
  /** Below them are the names of objects. */
  readonly words: readonly string[];
}

const facts: Readonly<Record<ZoneKind, ZoneFacts>> = {
  cluster: { specificationVersion: '1.1.0', words: ['svc', 'pod'] },
  clusterset: { specificationVersion: '1.0.0', words: ['svc'] },
};

/** The TTL in the specification's own example, which CoreDNS uses whatever its `ttl` is. */
const versionTtlSeconds = 28_800;

/** The names below which a zone's records are answered; none for a zone that is not there. */
export function originsOf(kind: ZoneKind, { zoneOrigins, clustersetOrigins }: RecordOptions): readonly Name[] {
  return kind === 'cluster' ? zoneOrigins : clustersetOrigins;
}

/** The apex with its NS record, the name server's name (without addresses), `dns-version`, and the words. */
export function recordsOfZone(
  kind: ZoneKind,
  { ttlSeconds }: Pick<RecordOptions, 'ttlSeconds'>,
): readonly OwnerGroup[] {
  const { specificationVersion, words } = facts[kind];
  const nameServer = parseRelativeName('ns.dns');
  const ns = { type: 'NS', ttlSeconds, targets: [{ kind: 'relative', name: nameServer }] } as const;
  const version = { type: 'TXT', ttlSeconds: versionTtlSeconds, texts: [[specificationVersion]] } as const;
  return [
    plainGroup(apex, ttlSeconds, ns),
    plainGroup(nameServer, ttlSeconds),
    plainGroup(parseRelativeName('dns-version'), ttlSeconds, version),
    ...words.map((word) => plainGroup(parseRelativeName(word), ttlSeconds)),
  ];
}

/** The empty group `<namespace>.svc` of a Namespace that may be published. */
export function recordsOfNamespace(kind: ZoneKind, name: string, options: RecordOptions): ObjectRecords {
  const base = ownerName([name, 'svc'], apex, originsOf(kind, options));
  if (base instanceof NameError) {
    const reason = `${base.message}; the Namespace is left out of the ${kind} zone`;
    return { group: undefined, problems: [{ object: `Namespace ${name}`, reason }] };
  }
  return { group: plainGroup(base, options.ttlSeconds), problems: [] };
}
