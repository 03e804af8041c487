/**
 * What becomes of a question when something goes wrong here: SERVFAIL and why, and never a page about it. Operators hear more.
 */
import { ImageError } from '../../zone/image/octets.ts';
import { StoreError } from '../environment.ts';
import type { ExtendedError } from '../message/extended-error.ts';
import type { Echo } from '../message/query.ts';
import { errorReply, type Reply } from '../message/reply.ts';
import type { TroubleLog } from '../trouble-log.ts';

export function failureReply(to: Echo, error: unknown, troubles: TroubleLog): Reply {
  const { line, reason } = explained(error);
  troubles.note(line, error);
  return errorReply(to, 'SERVFAIL', reason);
}

function explained(error: unknown): { readonly line: string; readonly reason: ExtendedError } {
  // A snapshot is checked only where it is read.
  if (error instanceof ImageError) {
    const text = 'the snapshot contradicts itself';
    return { line: 'a snapshot contradicts itself', reason: { code: 'Invalid Data', text } };
  }
  if (error instanceof StoreError) {
    const text = 'it could not be found out which cluster is meant';
    return { line: 'the registry is not read', reason: { code: 'Network Error', text } };
  }
  return { line: 'request failed', reason: { code: 'Other', text: 'something went wrong here' } };
}
