/**
 * What makes two questions the same: which cluster is asked, who may hear what, and all octets of the message but its id.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { KeyedView } from './view.ts';

export interface QuestionKey {
  readonly cluster: ClusterId;
  /** As in KeyedView. */
  readonly view: string;
  /** The id, which does not count, is in front. */
  readonly message: Uint8Array;
  /** The same for the same question, in 30 bits; others may have it too. */
  readonly hash: number;
}

const idOctets = 2;
/** A longer question is rare, and answered anew. */
const maxOctets = 512;

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;
const hashBits = 0x3fffffff;

/** Undefined for what is too long to be compared. The message is not copied. */
export function questionKey(cluster: ClusterId, view: KeyedView, message: Uint8Array): QuestionKey | undefined {
  const { length } = message;
  if (length > maxOctets) return undefined;
  // FNV-1a. Views are few, and told apart by comparing.
  let hash = fnvOffset;
  for (let at = 0; at < cluster.length; at += 1) hash = Math.imul(hash ^ cluster.charCodeAt(at), fnvPrime);
  for (let at = idOctets; at < length; at += 1) hash = Math.imul(hash ^ message[at]!, fnvPrime);
  return { cluster, view: view.key, message, hash: (hash ^ (hash >>> 15)) & hashBits };
}

export function isSameQuestion(a: QuestionKey, b: QuestionKey): boolean {
  const { length } = a.message;
  if (a.hash !== b.hash || length !== b.message.length || a.cluster !== b.cluster || a.view !== b.view) return false;
  for (let at = idOctets; at < length; at += 1) if (a.message[at] !== b.message[at]) return false;
  return true;
}

/** For as long as it is needed: the octets of a request are a part of what is used again (octets/small-octets.ts). */
export function lastingKey(key: QuestionKey): QuestionKey {
  return { ...key, message: key.message.slice() };
}
