/** The SOA record of every zone that is served. */
import { absoluteName, apex, type Name, parseRelativeName, type RelativeName } from '../../zone/name.ts';
import type { Target } from '../../zone/rrset.ts';
import type { PlacedRRset, StartOfAuthority } from '../message/reply.ts';

const primaryServer = parseRelativeName('ns.dns');
const mailbox = parseRelativeName('hostmaster');

/** CoreDNS keeps an SOA for at most this long. */
const maxSoaTtlSeconds = 300;

/**
 * At the zone's apex; `ttlSeconds` is that of negative answers (RFC 2308 §4). A zone in which no names of servers are, a
 * reverse zone, has them below `origin`.
 */
export function startOfAuthority(
  serial: number,
  ttlSeconds: number,
  origin?: Name,
): PlacedRRset & { rrset: StartOfAuthority } {
  const below = (name: RelativeName): Target => {
    return origin === undefined ? { kind: 'relative', name } : { kind: 'absolute', name: absoluteName(name, origin) };
  };
  return {
    owner: { kind: 'relative', name: apex },
    rrset: {
      type: 'SOA',
      ttlSeconds: Math.min(ttlSeconds, maxSoaTtlSeconds),
      mname: below(primaryServer),
      rname: below(mailbox),
      serial,
      refreshSeconds: 7200,
      retrySeconds: 1800,
      expireSeconds: 86_400,
      minimumSeconds: ttlSeconds,
    },
  };
}
