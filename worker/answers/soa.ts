/** The SOA record of every zone that is served. */
import { apex, parseRelativeName } from '../../zone/name.ts';
import type { Target } from '../../zone/rrset.ts';
import type { PlacedRRset, StartOfAuthority } from '../message/reply.ts';

const primaryServer: Target = { kind: 'relative', name: parseRelativeName('ns.dns') };
const mailbox: Target = { kind: 'relative', name: parseRelativeName('hostmaster') };

/** CoreDNS keeps an SOA for at most this long. */
const maxSoaTtlSeconds = 300;

/** At the zone's apex; `ttlSeconds` is that of negative answers (RFC 2308 §4). */
export function startOfAuthority(serial: number, ttlSeconds: number): PlacedRRset & { rrset: StartOfAuthority } {
  return {
    owner: { kind: 'relative', name: apex },
    rrset: {
      type: 'SOA',
      ttlSeconds: Math.min(ttlSeconds, maxSoaTtlSeconds),
      mname: primaryServer,
      rname: mailbox,
      serial,
      refreshSeconds: 7200,
      retrySeconds: 1800,
      expireSeconds: 86_400,
      minimumSeconds: ttlSeconds,
    },
  };
}
