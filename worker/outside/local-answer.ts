/**
 * Answers about names that every server answers by itself (RFC 6303): from zones that hold little or nothing.
 */
import { type Name, parseName } from '../../zone/name.ts';
import { typeCodes } from '../../zone/rrset.ts';
import { typeAny } from '../message/query-type.ts';
import type { PlacedRRset, RecordSet, StartOfAuthority } from '../message/reply.ts';
import { designationOf, typeSvcb } from './designation.ts';
import type { SpecialUse } from './special-use.ts';

/** What is known here about a name, for certain. */
export interface LocalAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN';
  readonly answer: readonly PlacedRRset[];
  /** The SOA record where the answer is negative. */
  readonly authority: readonly PlacedRRset[];
}

type LocallyServed = Extract<SpecialUse, { readonly apex: Name }>;

/** `name` is what `use` was found for. */
export function localAnswer(
  use: LocallyServed,
  name: Name,
  qtype: number,
  endpointHost: Name | undefined,
): LocalAnswer {
  const found = recordsAt(use.kind, qtype, endpointHost);
  if (found !== undefined) {
    return { rcode: 'NOERROR', answer: [{ owner: { kind: 'absolute', name }, rrset: found }], authority: [] };
  }
  const authority = [{ owner: { kind: 'absolute', name: use.apex }, rrset: startOfAuthority(use.apex) } as const];
  return { rcode: use.kind === 'no-name' ? 'NXDOMAIN' : 'NOERROR', answer: [], authority };
}

function recordsAt(kind: LocallyServed['kind'], qtype: number, endpointHost: Name | undefined): RecordSet | undefined {
  switch (kind) {
    case 'no-name':
    case 'empty':
      return undefined;
    case 'loopback':
      if (qtype === typeCodes.A || qtype === typeAny) return addresses('A', [127, 0, 0, 1]);
      return qtype === typeCodes.AAAA ? addresses('AAAA', [...new Array<number>(15).fill(0), 1]) : undefined;
    case 'designation':
      // RFC 9462 §6.4: "any type other than SVCB", which ANY is too, has no data.
      return qtype === typeSvcb && endpointHost !== undefined ? designationOf(endpointHost) : undefined;
  }
}

/** RFC 6303 §3: for as long as the zone's negative answers. */
const ttlSeconds = 10_800;

function addresses(type: 'A' | 'AAAA', octets: readonly number[]): RecordSet {
  return { type, ttlSeconds, addresses: Uint8Array.from(octets) };
}

/** The values of RFC 6303 §3. */
function startOfAuthority(apex: Name): StartOfAuthority {
  return {
    type: 'SOA',
    ttlSeconds,
    mname: { kind: 'absolute', name: apex },
    rname: { kind: 'absolute', name: nobody },
    serial: 1,
    refreshSeconds: 3600,
    retrySeconds: 1200,
    expireSeconds: 604_800,
    minimumSeconds: ttlSeconds,
  };
}

const nobody = parseName('nobody.invalid');
