/**
 * From a DNS message to its reply: the order of decisions. Pure: the time is an argument.
 */
import type { OpenedReverseZone } from '../../zone/image/open.ts';
import { soaSerial } from '../../zone/manifest.ts';
import type { Name } from '../../zone/name.ts';
import type { ExtendedError, ExtendedErrorCode } from '../message/extended-error.ts';
import type { ParsedMessage, Query } from '../message/query.ts';
import { classIn, isMetaType, isTransferType } from '../message/query-type.ts';
import { errorReply, type PlacedRRset, type RecordsReply, type Reply } from '../message/reply.ts';
import type { Forward, OwnAnswers } from '../outside/forward.ts';
import { type Outside, refuseOutside } from '../outside/policy.ts';
import type { Served } from '../snapshots/served.ts';
import { type Age, ageOf, staleTtlSeconds } from './age.ts';
import { lookupForward } from './forward-lookup.ts';
import { aboutOther, spelledOut } from './other-name.ts';
import type { Outcome } from './outcome.ts';
import { certainReply, outsideReply, replyBehind } from './outside-reply.ts';
import { lookupReverse, reverseZoneLabels } from './reverse-lookup.ts';
import { type View, wholeView } from './scope.ts';
import { matchZone, type ZoneMatch } from './zone-match.ts';

type LiveServed = Extract<Served, { kind: 'live' }>;

/** What becomes of a message before any zone is looked at. */
type Screened =
  | { readonly kind: 'answered'; readonly reply: Reply }
  /** A question of class IN for a data type: it needs a snapshot. */
  | { readonly kind: 'lookup'; readonly query: Query };

/** Answers what can be answered without a snapshot. */
export function screen(message: Exclude<ParsedMessage, { kind: 'malformed' }>): Screened {
  if (message.kind === 'error') return answered(errorReply(message.to, message.rcode));
  const { query } = message;
  if (query.qclass !== classIn) {
    return answered(errorReply(query, 'REFUSED', because('Not Supported', 'only class IN is served')));
  }
  if (isTransferType(query.qtype)) {
    return answered(errorReply(query, 'REFUSED', because('Not Supported', 'zone transfers are not offered')));
  }
  if (isMetaType(query.qtype)) {
    return answered(errorReply(query, 'FORMERR', because('Invalid Query Type', 'nobody may ask for this type')));
  }
  return { kind: 'lookup', query };
}

/**
 * The answer from what is served of the cluster, or who is to be asked for it or for the rest of it. Throws ImageError
 * when the snapshot contradicts itself.
 */
export function reply(
  query: Query,
  served: Served,
  now: number,
  view: View = wholeView,
  outside: Outside = refuseOutside,
): Reply | Forward {
  if (served.kind === 'live') return liveReply(query, served, ageOf(served, now), view, outside);
  // Which names are in its zones is not known, so only such as can be in none are answered.
  return certainReply(query, outside) ?? errorWithoutZones(query, served);
}

function errorWithoutZones(query: Query, served: Exclude<Served, LiveServed>): Reply {
  switch (served.kind) {
    case 'absent':
      return errorReply(query, 'SERVFAIL', because('Not Ready', 'this cluster has published no snapshot yet'));
    case 'damaged':
      return errorReply(query, 'SERVFAIL', because('Invalid Data', 'the stored snapshot failed its checks'));
    case 'unreachable':
      return errorReply(query, 'SERVFAIL', because('Network Error', 'the snapshot could not be read'));
    case 'retired':
      return errorReply(query, 'REFUSED', because('Not Authoritative', 'this cluster was retired'));
  }
}

function liveReply(query: Query, served: LiveServed, age: Age, view: View, outside: Outside): Reply | Forward {
  const own: OwnAnswers = (name) => {
    const found = ownReply(aboutOther(query, name), served, age, view, outside, own);
    return found && spelledOut(found, name, query);
  };
  return ownReply(query, served, age, view, outside, own) ?? outsideReply(query, outside, own);
}

/** Undefined of a name that no zone holds. */
function ownReply(
  query: Query,
  served: LiveServed,
  age: Age,
  { scope, pointerZone }: View,
  outside: Outside,
  own: OwnAnswers,
): Reply | Forward | undefined {
  const { forward, reverse } = served.zones;
  const serial = soaSerial(served.signed.manifest);
  const match = matchZone(forward, query);
  let outcome: Outcome = { kind: 'outside' };
  if (match !== undefined) outcome = lookupForward(match, forward, query, serial, scope);
  else {
    const pointerOrigin = pointerOriginOf(served, pointerZone);
    if (reverse !== undefined && pointerOrigin !== undefined) {
      outcome = lookupReverse(reverse, query, serial, pointerOrigin, scope);
    }
  }
  if (outcome.kind === 'prohibited') {
    return errorReply(query, 'REFUSED', because('Prohibited', 'this credential is not for that name'));
  }
  if (outcome.kind === 'outside') return undefined;
  // RFC 9660 §3.2: also where the zone that has the name cannot be answered from.
  const zoneVersion = query.edns?.wantsZoneVersion
    ? { labelCount: zoneLabels(query, match, reverse), serial }
    : undefined;
  if (age.kind === 'expired') {
    const reason = because('No Reachable Authority', `${age.text}; the cluster is silent`);
    return { ...errorReply(query, 'SERVFAIL', reason), ...(zoneVersion && { zoneVersion }) };
  }
  const records = recordsReply(query, outcome, age);
  const found = zoneVersion === undefined ? records : { ...records, zoneVersion };
  return outcome.kind === 'leads-out' ? replyBehind(found, outcome.target, outside, own) : found;
}

/** How many labels the name of the zone has that answered. */
function zoneLabels(query: Query, match: ZoneMatch | undefined, reverse: OpenedReverseZone | undefined): number {
  if (match !== undefined) return query.labelOffsets.length - match.labelCount;
  return reverse === undefined ? 0 : reverseZoneLabels(reverse, query);
}

/** The one place where an RCODE follows from what was found. */
function recordsReply(
  query: Query,
  outcome: Exclude<Outcome, { kind: 'outside' | 'prohibited' }>,
  age: Age,
): RecordsReply {
  const { origin, answer } = outcome;
  const isNoName = outcome.kind === 'no-name';
  const isNegative = isNoName || outcome.kind === 'no-data';
  const found: RecordsReply = {
    kind: 'records',
    to: query,
    authoritative: true,
    rcode: isNoName ? 'NXDOMAIN' : 'NOERROR',
    origin,
    answer,
    authority: isNegative ? [outcome.soa] : [],
    additional: outcome.kind === 'found' ? outcome.additional : [],
    extendedError: undefined,
  };
  if (age.kind !== 'stale') return found;
  return {
    ...found,
    answer: found.answer.map(withStaleTtl),
    authority: found.authority.map(withStaleTtl),
    additional: found.additional.map(withStaleTtl),
    extendedError: because(isNoName ? 'Stale NXDOMAIN Answer' : 'Stale Answer', age.text),
  };
}

function withStaleTtl({ owner, rrset }: PlacedRRset): PlacedRRset {
  return { owner, rrset: { ...rrset, ttlSeconds: Math.min(rrset.ttlSeconds, staleTtlSeconds) } };
}

/** PTR targets are below the cluster's own domain, or below the alias that the asker prefers. */
function pointerOriginOf(served: LiveServed, preferred: Name | undefined): Name | undefined {
  const origins = served.zones.forward.find((zone) => zone.kind === 'cluster')?.origins;
  return preferred !== undefined && origins?.includes(preferred) ? preferred : origins?.[0];
}

function answered(reply: Reply): Screened {
  return { kind: 'answered', reply };
}

function because(code: ExtendedErrorCode, text: string): ExtendedError {
  return { code, text };
}
