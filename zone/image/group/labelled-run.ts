/**
 * A run of hosts of which each is a label and addresses.
 */
import { groupLimits } from '../format.ts';
import { damaged, equalParts, u8 } from '../octets.ts';
import { type AddressPlaces, endOfAddresses, holdsAddressAt, type Place, readAddressPlaces } from './places.ts';
import { type AskedLabel, type HostPlace, noAddress, type Run, tooManyHosts } from './run.ts';

export class LabelledRun implements Run {
  readonly from: number;
  readonly to: number;
  readonly #octets: Uint8Array;
  readonly #profile: number;

  constructor(octets: Uint8Array, from: number, to: number, profile: number) {
    this.from = from;
    this.to = to;
    this.#octets = octets;
    this.#profile = profile;
  }

  hosts(): HostPlace[] {
    const hosts: HostPlace[] = [];
    for (let at = this.from; at < this.to; ) {
      const host = this.#hostAt(at);
      if (hosts.push(host) > groupLimits.hosts) throw tooManyHosts();
      at = endOfAddresses(host);
    }
    return hosts;
  }

  find({ octets, from, to }: AskedLabel): HostPlace | undefined {
    for (let at = this.from; at < this.to; ) {
      const host = this.#hostAt(at);
      const labelFrom = at + 1;
      if (equalParts(this.#octets, labelFrom, labelFrom + this.#octets[at]!, octets, from, to)) return host;
      at = endOfAddresses(host);
    }
    return undefined;
  }

  at(offsets: readonly number[]): HostPlace[] {
    const hosts: HostPlace[] = [];
    let at = this.from;
    for (const offset of offsets) {
      let host = this.#hostAt(at);
      while (endOfAddresses(host) <= offset) {
        at = endOfAddresses(host);
        host = this.#hostAt(at);
      }
      if (!holdsAddressAt(host, offset)) throw noAddress();
      hosts.push(host);
    }
    return hosts;
  }

  places(family: keyof AddressPlaces): Place[] {
    return this.hosts().map((host) => host[family]);
  }

  #hostAt(labelAt: number): HostPlace {
    const { ipv4, ipv6 } = readAddressPlaces(this.#octets, labelAt + 1 + u8(this.#octets, labelAt));
    if (ipv6.from + ipv6.length > this.to) throw damaged('a host reaches behind the end of its run');
    return { labelAt, profile: this.#profile, ipv4, ipv6 };
  }
}
