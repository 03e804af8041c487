/** What makes two questions the same: the octets of the message but for its id, the form they came in, and who may hear what. */
import type { GivenMessage } from './doh.ts';

/** Every octet has a character of its own. */
const characters = new TextDecoder('windows-1252');
const idOctets = 2;

/**
 * `view` is empty or ends in the first NUL. A text has none, and what comes as octets has one more in front. A text keeps its
 * id, which is 0 wherever RFC 8484 §4.1 is heeded.
 */
export function questionKey(view: string, message: GivenMessage): string {
  return message.kind === 'text'
    ? view + message.text
    : `${view}\0${characters.decode(message.octets.subarray(idOctets))}`;
}
