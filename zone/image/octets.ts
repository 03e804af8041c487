/**
 * Reading and writing numbers in octets, in network order. Reading past the end is an ImageError, never a wrong number.
 */

/** The octets are no snapshot image of a format this code knows, or contradict themselves. */
export class ImageError extends Error {
  readonly code: 'BAD_IMAGE' | 'UNKNOWN_FORMAT';

  constructor(code: 'BAD_IMAGE' | 'UNKNOWN_FORMAT', reason: string) {
    super(reason);
    this.name = 'ImageError';
    this.code = code;
  }
}

export function u8(octets: Uint8Array, at: number): number {
  const value = octets[at];
  if (value === undefined) throw new ImageError('BAD_IMAGE', 'an offset points behind the end of the image');
  return value;
}

export function u16(octets: Uint8Array, at: number): number {
  const low = u8(octets, at + 1);
  return (octets[at]! << 8) | low;
}

export function u32(octets: Uint8Array, at: number): number {
  const low = u8(octets, at + 3);
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | low) >>> 0;
}

export function putU32(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 24;
  octets[at + 1] = value >>> 16;
  octets[at + 2] = value >>> 8;
  octets[at + 3] = value;
}

/** A number that is mostly small: one octet, or 255 and two octets. `afterCount` tells where it ends. */
export function count(octets: Uint8Array, at: number): number {
  const value = u8(octets, at);
  return value === 255 ? u16(octets, at + 1) : value;
}

export function afterCount(octets: Uint8Array, at: number): number {
  return octets[at] === 255 ? at + 3 : at + 1;
}

/** A part of the octets as a string with one character per octet. */
export function text(octets: Uint8Array, from: number, to: number): string {
  if (to > octets.length) throw new ImageError('BAD_IMAGE', 'a text reaches behind the end of the image');
  let characters = '';
  for (let at = from; at < to; at += 1) characters += String.fromCharCode(octets[at]!);
  return characters;
}

/** A part of the octets as a view. */
export function part(octets: Uint8Array, from: number, length: number): Uint8Array {
  if (from + length > octets.length) throw new ImageError('BAD_IMAGE', 'a part reaches behind the end of the image');
  return octets.subarray(from, from + length);
}

/** Appends to a block of octets that grows. */
export class OctetWriter {
  #octets = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#octets[this.#length++] = value;
  }

  u16(value: number): void {
    this.u8(value >>> 8);
    this.u8(value);
  }

  count(value: number): void {
    if (value < 255) this.u8(value);
    else {
      this.u8(255);
      this.u16(value);
    }
  }

  u32(value: number): void {
    this.#reserve(4);
    putU32(this.#octets, this.#length, value);
    this.#length += 4;
  }

  /** One octet per character. */
  text(characters: string): void {
    this.#reserve(characters.length);
    for (let i = 0; i < characters.length; i += 1) this.#octets[this.#length++] = characters.charCodeAt(i);
  }

  /** Writes the length of what `write` appended, as 32 bits, in front of it. */
  counted(write: () => void): void {
    const at = this.#length;
    this.u32(0);
    write();
    putU32(this.#octets, at, this.#length - at - 4);
  }

  finish(): Uint8Array {
    return this.#octets.slice(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#octets.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#octets.length, this.#length + more));
    grown.set(this.#octets);
    this.#octets = grown;
  }
}
