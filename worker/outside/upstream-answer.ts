/**
 * What an upstream answered, as it is handed on: what in it answers the question, once it is sure that something does.
 * Pure.
 */
import { foldCase, type Name, relativeTo } from '../../zone/name.ts';
import { type ExtendedError, extendedErrorCodes } from '../message/extended-error.ts';
import { classIn, typeSoa } from '../message/query-type.ts';
import { rcodes } from '../message/rcode.ts';
import { headerFlags, type ResponseMessage, readResponse } from '../message/read-response.ts';
import type { PlacedRRset } from '../message/reply.ts';
import { type ChainStart, chainFrom } from './upstream-chain.ts';
import { UpstreamError, unusable } from './upstream-error.ts';
import { upstreamId } from './upstream-query.ts';
import { placed, recordTypes, setsOf, type UpstreamSet } from './upstream-records.ts';

export interface UpstreamAnswer<Continued> {
  readonly rcode: 'NOERROR' | 'NXDOMAIN';
  readonly answer: readonly PlacedRRset[];
  readonly authority: readonly PlacedRRset[];
  /** How it goes on where the name to which it leads is our own. */
  readonly continued: Continued | undefined;
  /** A denial without an SOA record (RFC 2308 §5). */
  readonly isUnvouched: boolean;
}

export interface UpstreamMessage {
  readonly octets: Uint8Array;
  /** For how long somebody between has kept it (RFC 9111 §5.1); TTLs are less by as much (RFC 8484 §5.1). */
  readonly ageSeconds: number;
}

/** What one's own records may have to be right about is not left to others for ever (RFC 8767 §4, RFC 2308 §5). */
const maxTtlSeconds = 86_400;
const maxNegativeTtlSeconds = 3600;

/** Throws UpstreamError when it is no answer to the question that `start` is. */
export function readUpstreamAnswer<T>(
  { octets, ageSeconds }: UpstreamMessage,
  start: ChainStart<T>,
): UpstreamAnswer<T> {
  const message = readResponse(octets);
  if (message === undefined) throw unusable('what the upstream sent is no DNS answer');
  if (!isAnswerTo(message, start)) throw unusable('the upstream answered another question');
  // Over HTTP there is nothing to ask again that would bring the rest.
  if ((message.flags & headerFlags.truncated) !== 0) throw unusable('the answer of the upstream is cut short');
  const rcode = rcodeOf(message);
  const { sets, last, isFound, continued } = chainFrom(start, setsOf(message.answer, ageSeconds));
  const authority = continued === undefined ? authorityOf(message, ageSeconds, start, isFound ? undefined : last) : [];
  return {
    rcode,
    answer: sets.map((set) => placed(set, maxTtlSeconds)),
    authority: authority.map((set) => placed(set, maxNegativeTtlSeconds)),
    continued,
    isUnvouched: continued === undefined && !isFound && authority[0]?.type !== typeSoa,
  };
}

const opcodeBits = 0x7800;

function isAnswerTo({ id, flags, question }: ResponseMessage, { name, qtype }: ChainStart<unknown>): boolean {
  if (id !== upstreamId || (flags & opcodeBits) !== 0 || question === undefined) return false;
  return foldCase(question.qname) === name && question.qtype === qtype && question.qclass === classIn;
}

/** What else it says is about what passed between the two of us, and means nothing to the asker. */
function rcodeOf({ rcode, edns }: ResponseMessage): 'NOERROR' | 'NXDOMAIN' {
  if (rcode === rcodes.NOERROR) return 'NOERROR';
  if (rcode === rcodes.NXDOMAIN) return 'NXDOMAIN';
  const message = `the upstream answered with RCODE ${rcode}`;
  if (rcode !== rcodes.SERVFAIL && rcode !== rcodes.REFUSED) throw unusable(message);
  let error: ExtendedError | undefined;
  for (const { code, text } of edns?.extendedErrors ?? []) {
    const known = names.get(code);
    // Where somebody is to be found by a URL is nobody's business.
    if (known !== undefined) error ??= { code: known, text: text.includes('://') ? '' : text };
  }
  const refused = rcode === rcodes.REFUSED;
  throw new UpstreamError(error?.code ?? (refused ? 'Not Authoritative' : 'No Reachable Authority'), message, {
    told: error?.text ?? message,
    rcode: refused ? 'REFUSED' : 'SERVFAIL',
  });
}

const names = new Map(
  Object.entries(extendedErrorCodes).map(([name, code]): [number, ExtendedError['code']] => [
    code,
    name as ExtendedError['code'],
  ]),
);

/** The SOA record first where `denied` is the name without what was asked, and what proves it to those who check. */
function authorityOf(
  { authority }: ResponseMessage,
  ageSeconds: number,
  { dnssecOk, own }: ChainStart<unknown>,
  denied: Name | undefined,
): UpstreamSet[] {
  const { nsec, nsec3, rrsig } = recordTypes;
  const types: readonly number[] = [typeSoa, ...(dnssecOk ? [nsec, nsec3, rrsig] : [])];
  const sets = setsOf(
    authority.filter((record) => record.class === classIn && types.includes(record.type)),
    ageSeconds,
  );
  const soa = denied && sets.find(({ owner, type }) => type === typeSoa && relativeTo(denied, owner) !== undefined);
  const proofs = sets.filter(({ owner, type, covers = type }) => {
    if (covers === typeSoa) return type === rrsig && owner === soa?.owner;
    return types.includes(covers) && own(owner) === undefined;
  });
  return soa === undefined ? proofs : [{ ...soa, data: soa.data.slice(0, 1) }, ...proofs];
}
