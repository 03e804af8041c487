/**
 * What makes two questions the same: which cluster is asked, who may hear what, the form the message came in, and all of its
 * octets but the id.
 */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { GivenMessage } from './doh.ts';
import type { KeyedView } from './view.ts';

/** Every octet has a character of its own. */
const characters = new TextDecoder('windows-1252');
const idOctets = 2;
/** A longer question is rare, and answered anew. */
const maxOctets = 512;
const maxCharacters = Math.ceil((maxOctets * 4) / 3);

/**
 * Undefined for what is too long to be compared. A text keeps its id, which is 0 wherever RFC 8484 §4.1 is heeded. The
 * cluster ends in the first NUL, the view in the next one, and neither holds another.
 */
export function questionKey(cluster: ClusterId, { key }: KeyedView, message: GivenMessage): string | undefined {
  if (message.kind === 'text') {
    return message.text.length > maxCharacters ? undefined : `${cluster}\0${key}\0t${message.text}`;
  }
  const { octets } = message;
  if (octets.length > maxOctets) return undefined;
  return `${cluster}\0${key}\0m${characters.decode(octets.subarray(idOctets))}`;
}
