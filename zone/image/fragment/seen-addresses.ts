/**
 * Tells which addresses of a group come a second time. A Set for each of thousands of groups costs more than encoding
 * them, so this table is cleared at no cost and used again.
 */
import type { Address } from '../../address.ts';

/** A hash table with linear probing, at most half full. A slot counts while its round is the present one. */
export class SeenAddresses {
  #addresses: Address[] = [];
  #rounds = new Uint32Array(256);
  #round = 1;
  #count = 0;

  clear(): void {
    this.#round += 1;
    this.#count = 0;
  }

  /** False when the address was added since the last `clear`. */
  add(address: Address): boolean {
    const mask = this.#rounds.length - 1;
    let slot = hashOf(address) & mask;
    while (this.#rounds[slot] === this.#round) {
      if (this.#addresses[slot] === address) return false;
      slot = (slot + 1) & mask;
    }
    this.#rounds[slot] = this.#round;
    this.#addresses[slot] = address;
    this.#count += 1;
    if (2 * this.#count > this.#rounds.length) this.#grow();
    return true;
  }

  #grow(): void {
    const seen = this.#addresses.filter((_, slot) => this.#rounds[slot] === this.#round);
    this.#addresses = [];
    this.#rounds = new Uint32Array(2 * this.#rounds.length);
    this.#round = 1;
    this.#count = 0;
    for (const address of seen) this.add(address);
  }
}

/** Addresses of one network differ in their last octets. */
function hashOf(address: Address): number {
  let hash = 0;
  for (let i = 0; i < address.length; i += 1) hash = Math.imul(hash ^ address.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}
