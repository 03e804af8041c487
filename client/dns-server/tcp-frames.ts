/** Messages in a stream: each behind its length in two octets (RFC 1035 §4.2.2, RFC 7766 §8). Pure. */

const lengthOctets = 2;

/** Takes the stream in pieces of any size. */
export class FrameReader {
  readonly #chunks: Uint8Array[] = [];
  /** Read of the first chunk. */
  #at = 0;
  #lengthOctetsRead = 0;
  #length = 0;
  /** A message of which a part has come. */
  #partial: Uint8Array | undefined;
  #filled = 0;

  push(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /** The next message that has come whole. */
  next(): Uint8Array | undefined {
    for (;;) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) return undefined;
      const message = this.#lengthOctetsRead < lengthOctets ? this.#readLength(chunk) : this.#readMessage(chunk);
      if (this.#at === chunk.length) {
        this.#chunks.shift();
        this.#at = 0;
      }
      if (message !== undefined) return message;
    }
  }

  /** Gives the message that ends with its length, having none. */
  #readLength(chunk: Uint8Array): Uint8Array | undefined {
    this.#length = (this.#length << 8) | chunk[this.#at]!;
    this.#at += 1;
    this.#lengthOctetsRead += 1;
    return this.#lengthOctetsRead === lengthOctets && this.#length === 0 ? this.#whole(new Uint8Array(0)) : undefined;
  }

  #readMessage(chunk: Uint8Array): Uint8Array | undefined {
    const here = Math.min(chunk.length - this.#at, this.#length - this.#filled);
    const part = chunk.subarray(this.#at, this.#at + here);
    this.#at += here;
    if (here === this.#length) return this.#whole(part);
    this.#partial ??= new Uint8Array(this.#length);
    this.#partial.set(part, this.#filled);
    this.#filled += here;
    return this.#filled === this.#length ? this.#whole(this.#partial) : undefined;
  }

  #whole(message: Uint8Array): Uint8Array {
    this.#lengthOctetsRead = 0;
    this.#length = 0;
    this.#partial = undefined;
    this.#filled = 0;
    return message;
  }
}

/** The message behind its length. */
export function framed(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(lengthOctets + message.length);
  frame[0] = message.length >>> 8;
  frame[1] = message.length & 0xff;
  frame.set(message, lengthOctets);
  return frame;
}
