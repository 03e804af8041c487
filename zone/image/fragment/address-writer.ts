/**
 * Writes the addresses of a group, and notes where those stand that have PTR records.
 */
import type { Address } from '../../address.ts';
import { groupLimits } from '../format.ts';
import type { OctetWriter } from '../octet-writer.ts';
import { checkCount } from './group-too-large.ts';

/** Addresses of one family, side by side. */
export interface AddressStretch {
  readonly from: number;
  readonly count: number;
}

/** Of one group. `ipv4` and `ipv6` are what was noted, by where it stands in `out`. */
export class AddressWriter {
  readonly ipv4: { from: number; count: number }[] = [];
  readonly ipv6: { from: number; count: number }[] = [];
  readonly #out: OctetWriter;
  readonly #hasPointers: boolean;
  #passedOver: readonly Address[] = [];

  constructor(out: OctetWriter, hasPointers: boolean) {
    this.#out = out;
    this.#hasPointers = hasPointers;
  }

  /** These, which are few, are noted no more. */
  passOver(addresses: readonly Address[]): void {
    this.#passedOver = addresses;
  }

  /** Both families, with their counts in front. */
  write(addresses: readonly Address[]): void {
    this.#writeFamily(addresses, 4);
    this.#writeFamily(addresses, 16);
  }

  writeOne(address: Address): void {
    if (this.#hasPointers && !this.#passedOver.includes(address)) this.#note(address.length);
    this.#out.text(address);
  }

  #writeFamily(addresses: readonly Address[], size: 4 | 16): void {
    let count = 0;
    for (const { length } of addresses) if (length === size) count += 1;
    checkCount('addresses', count, groupLimits.addresses);
    this.#out.count(count);
    for (const address of addresses) if (address.length === size) this.writeOne(address);
  }

  #note(size: number): void {
    const from = this.#out.length;
    const stretches = size === 4 ? this.ipv4 : this.ipv6;
    const last = stretches.at(-1);
    if (last !== undefined && last.from + size * last.count === from) last.count += 1;
    else stretches.push({ from, count: 1 });
  }
}
