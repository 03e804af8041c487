/**
 * The records that no Service brings: those of the zone itself and of each Namespace.
 *
 * A Namespace and the words `svc` and `pod` exist without data, also while nothing is below them: a name that is missing
 * there is told from a Namespace that is missing (RFC 8020 §2: NXDOMAIN says that nothing is below a name either).
 */
import type { OwnerGroup, PlainRRset } from '../../zone/group.ts';
import { apex, NameError, parseRelativeName, type RelativeName } from '../../zone/name.ts';
import type { ObjectRecords, RecordOptions } from './options.ts';
import { ownerName } from './owner-name.ts';

/** The version of the Kubernetes DNS specification that the records follow, published as its §2.2 says. */
const specificationVersion = '1.1.0';
/** The TTL in the specification's own example, which CoreDNS uses whatever its `ttl` is. */
const versionTtlSeconds = 28_800;

/** The apex with its NS record, the name server's name (without addresses), `dns-version`, `svc` and `pod`. */
export function recordsOfZone({ ttlSeconds }: RecordOptions): readonly OwnerGroup[] {
  const nameServer = parseRelativeName('ns.dns');
  const ns = { type: 'NS', ttlSeconds, targets: [{ kind: 'relative', name: nameServer }] } as const;
  const version = { type: 'TXT', ttlSeconds: versionTtlSeconds, texts: [[specificationVersion]] } as const;
  return [
    plainGroup(apex, ttlSeconds, ns),
    plainGroup(nameServer, ttlSeconds),
    plainGroup(parseRelativeName('dns-version'), ttlSeconds, version),
    plainGroup(parseRelativeName('svc'), ttlSeconds),
    plainGroup(parseRelativeName('pod'), ttlSeconds),
  ];
}

/** The empty group `<namespace>.svc`. */
export function recordsOfNamespace(name: string, { ttlSeconds, zoneOrigins }: RecordOptions): ObjectRecords {
  const base = ownerName([name, 'svc'], apex, zoneOrigins);
  if (base instanceof NameError) {
    const reason = `${base.message}; the Namespace is left out`;
    return { group: undefined, problems: [{ object: `Namespace ${name}`, reason }] };
  }
  return { group: plainGroup(base, ttlSeconds), problems: [] };
}

function plainGroup(base: RelativeName, ttlSeconds: number, ...rrsets: PlainRRset[]): OwnerGroup {
  const nodes = rrsets.length === 0 ? [] : [{ prefix: apex, addresses: 'none', services: [], rrsets } as const];
  return { base, ttlSeconds, own: [], hosts: [], nodes };
}
