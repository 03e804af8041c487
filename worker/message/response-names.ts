/**
 * Names in a message that somebody else wrote (RFC 1035 §4.1.4), pointers followed.
 *
 * Every pointer must lead to before the labels it ends, so no name comes back to itself. What a pointer leads to is read
 * once, however many names end with it, so a whole message costs at most 255 octets for each name it has room for.
 */
import { maxLabelOctets, maxNameOctets, type SpelledName } from '../../zone/name.ts';
import { headerOctets } from './layout.ts';

/** A name has at most 127 labels; pointers to pointers gain nothing. */
const maxPointers = 127;

export interface ReadName {
  readonly name: SpelledName;
  /** Where in the message the name ends. */
  readonly end: number;
}

/** Reads names of one message. */
export class NameReader {
  readonly #octets: Uint8Array;
  /** One character per octet, so that a name is a slice. */
  readonly #text: string;
  /** What pointers led to so far, by place. */
  readonly #pointedTo = new Map<number, SpelledName>();

  constructor(octets: Uint8Array) {
    this.#octets = octets;
    this.#text = latin1(octets);
  }

  /** The name at `start`; undefined when there is none. */
  read(start: number, pointersLeft = maxPointers): ReadName | undefined {
    const octets = this.#octets;
    let at = start;
    for (;;) {
      const length = octets[at];
      if (length === undefined) return undefined;
      if (length >= 0xc0) return this.#withRest(start, at, pointersLeft);
      if (length > maxLabelOctets) return undefined;
      at += 1 + length;
      if (at - start > maxNameOctets) return undefined;
      if (length === 0) break;
    }
    return { name: this.#text.slice(start, at) as SpelledName, end: at };
  }

  /** Labels from `start` on, then what the pointer at `at` leads to. */
  #withRest(start: number, at: number, pointersLeft: number): ReadName | undefined {
    const low = this.#octets[at + 1];
    if (low === undefined || pointersLeft === 0) return undefined;
    const target = ((this.#octets[at]! & 0x3f) << 8) | low;
    // The header holds no names.
    if (target < headerOctets || target >= start) return undefined;
    const rest = this.#pointedTo.get(target) ?? this.read(target, pointersLeft - 1)?.name;
    if (rest === undefined || at - start + rest.length > maxNameOctets) return undefined;
    this.#pointedTo.set(target, rest);
    return { name: (this.#text.slice(start, at) + rest) as SpelledName, end: at + 2 };
  }
}

function latin1(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += String.fromCharCode(octet);
  return text;
}
