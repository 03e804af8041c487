/**
 * A run of hosts of which each is a label and addresses. They stand right below the base name, or all below one label.
 */
import { groupLimits } from '../format.ts';
import { damaged, equalParts, type ImageError, u8 } from '../octets.ts';
import {
  type AddressPlaces,
  afterAddresses,
  endOfAddresses,
  holdsAddressAt,
  type Place,
  readAddressPlaces,
} from './places.ts';
import { type AskedHost, type HostPlace, noAddress, type Run, tooManyHosts } from './run.ts';

export class LabelledRun implements Run {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new LabelledRun(new Uint8Array(0), 0, 0, 0);

  readonly from: number;
  readonly to: number;
  readonly #octets: Uint8Array;
  readonly #profile: number;

  readonly #subdomainAt: number | undefined;

  /** `subdomainAt` is where the length of the label stands that is between hosts and base name. */
  constructor(octets: Uint8Array, from: number, to: number, profile: number, subdomainAt?: number) {
    this.from = from;
    this.to = to;
    this.#octets = octets;
    this.#profile = profile;
    this.#subdomainAt = subdomainAt;
  }

  get count(): number {
    let hosts = 0;
    for (let at = this.from; at < this.to; hosts += 1) {
      at = afterAddresses(this.#octets, at + 1 + u8(this.#octets, at));
      if (at > this.to) throw behindEnd();
    }
    return hosts;
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

  /** Hosts that are passed over leave nothing behind: there may be many. */
  find({ octets, from, labelTo, to }: AskedHost): HostPlace | undefined {
    if (!this.#areBelow(octets, labelTo, to)) return undefined;
    for (let at = this.from; at < this.to; ) {
      const labelEnd = at + 1 + u8(this.#octets, at);
      if (equalParts(this.#octets, at + 1, labelEnd, octets, from + 1, labelTo)) return this.#hostAt(at);
      at = afterAddresses(this.#octets, labelEnd);
      if (at > this.to) throw behindEnd();
    }
    return undefined;
  }

  isBelow({ octets, from, to }: AskedHost): boolean {
    return this.#subdomainAt !== undefined && this.#areBelow(octets, from, to);
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

  /** Whether octets `from` to `to` of a question are the labels between hosts and base name. */
  #areBelow(octets: Uint8Array, from: number, to: number): boolean {
    const at = this.#subdomainAt;
    if (at === undefined) return from === to;
    return equalParts(this.#octets, at, at + 1 + u8(this.#octets, at), octets, from, to);
  }

  #hostAt(labelAt: number): HostPlace {
    const { ipv4, ipv6 } = readAddressPlaces(this.#octets, labelAt + 1 + u8(this.#octets, labelAt));
    if (ipv6.from + ipv6.length > this.to) throw behindEnd();
    return { labelAt, subdomainAt: this.#subdomainAt, profile: this.#profile, ipv4, ipv6 };
  }
}

function behindEnd(): ImageError {
  return damaged('a host reaches behind the end of its run');
}
