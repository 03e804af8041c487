/**
 * A run: neighbouring hosts of one kind with one list of ports. hosts-reader.ts reads a group's runs.
 */
import type { Address } from '../../address.ts';
import { addressOfDashedLabel } from '../../dashed.ts';
import { damaged, type ImageError, text } from '../octets.ts';
import type { AddressPlaces, Place } from './places.ts';

export interface HostPlace extends AddressPlaces {
  /** Where the label's length stands; undefined where the label follows from the address. */
  readonly labelAt: number | undefined;
  /** Where the length of the label stands that is between the host's and the base name; undefined where there is none. */
  readonly subdomainAt: number | undefined;
  /** Number of the host's list of ports. */
  readonly profile: number;
}

/** Every method throws ImageError. */
export interface Run {
  /** Where the hosts begin and end. */
  readonly from: number;
  readonly to: number;
  /** How many hosts there are. */
  readonly count: number;
  hosts(): readonly HostPlace[];
  find(host: AskedHost): HostPlace | undefined;
  /** Whether the hosts stand below the name, one label above them, and not right below the base name. */
  isBelow(name: AskedHost): boolean;
  /** The hosts whose addresses stand at these offsets, which ascend and are before `to`. */
  at(offsets: readonly number[]): readonly HostPlace[];
  /** Where all addresses of a family stand, neighbours in one piece. */
  places(family: keyof AddressPlaces): readonly Place[];
}

/** What a question has before the base name: one label or two, in octets `from` to `to`. */
export class AskedHost {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new AskedHost(new Uint8Array(1), 0, 1);

  readonly octets: Uint8Array;
  readonly from: number;
  /** Where the first label ends. */
  readonly labelTo: number;
  readonly to: number;
  #address: Address | 'none' | undefined;

  constructor(octets: Uint8Array, from: number, to: number) {
    this.octets = octets;
    this.from = from;
    this.labelTo = from + 1 + octets[from]!;
    this.to = to;
  }

  get isOneLabel(): boolean {
    return this.labelTo === this.to;
  }

  /** The first label, as octets. */
  get label(): string {
    return text(this.octets, this.from + 1, this.labelTo);
  }

  /** The address that the only label spells as a dashed label does; read once for all runs. */
  get address(): Address | undefined {
    this.#address ??= (this.isOneLabel ? addressOfDashedLabel(this.label) : undefined) ?? 'none';
    return this.#address === 'none' ? undefined : this.#address;
  }
}

export function tooManyHosts(): ImageError {
  return damaged('a group has too many hosts');
}

export function noAddress(): ImageError {
  return damaged('the address index points to something that is no address');
}
