/**
 * A run of hosts with dashed labels (dashed.ts): nothing but their addresses, side by side.
 */
import type { Address } from '../../address.ts';
import { groupLimits } from '../format.ts';
import { damaged } from '../octets.ts';
import { type AddressPlaces, nowhere, type Place } from './places.ts';
import { type AskedHost, type HostPlace, noAddress, type Run, tooManyHosts } from './run.ts';

export class DashedRun implements Run {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new DashedRun(new Uint8Array(0), 0, 0, 0, 4);

  readonly from: number;
  readonly to: number;
  readonly #octets: Uint8Array;
  readonly #profile: number;
  readonly #size: 4 | 16;

  constructor(octets: Uint8Array, from: number, to: number, profile: number, size: 4 | 16) {
    if ((to - from) % size !== 0) throw damaged('a run of hosts ends inside an address');
    if ((to - from) / size > groupLimits.hosts) throw tooManyHosts();
    this.from = from;
    this.to = to;
    this.#octets = octets;
    this.#profile = profile;
    this.#size = size;
  }

  get count(): number {
    return (this.to - this.from) / this.#size;
  }

  hosts(): HostPlace[] {
    const hosts: HostPlace[] = [];
    for (let at = this.from; at < this.to; at += this.#size) hosts.push(this.#hostAt(at));
    return hosts;
  }

  find({ address }: AskedHost): HostPlace | undefined {
    if (address?.length !== this.#size) return undefined;
    for (let at = this.from; at < this.to; at += this.#size) if (this.#holds(address, at)) return this.#hostAt(at);
    return undefined;
  }

  isBelow(): boolean {
    return false;
  }

  at(offsets: readonly number[]): HostPlace[] {
    return offsets.map((offset) => {
      if (offset < this.from || (offset - this.from) % this.#size !== 0) throw noAddress();
      return this.#hostAt(offset);
    });
  }

  places(family: keyof AddressPlaces): Place[] {
    return this.#size === (family === 'ipv4' ? 4 : 16) ? [{ from: this.from, length: this.to - this.from }] : [];
  }

  #holds(address: Address, at: number): boolean {
    let i = 0;
    while (i < this.#size && this.#octets[at + i] === address.charCodeAt(i)) i += 1;
    return i === this.#size;
  }

  #hostAt(from: number): HostPlace {
    const place = { from, length: this.#size };
    const profile = this.#profile;
    return this.#size === 4
      ? { labelAt: undefined, subdomainAt: undefined, profile, ipv4: place, ipv6: nowhere }
      : { labelAt: undefined, subdomainAt: undefined, profile, ipv4: nowhere, ipv6: place };
  }
}
