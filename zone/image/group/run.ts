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
  /** Number of the host's list of ports. */
  readonly profile: number;
}

/** Every method throws ImageError. */
export interface Run {
  /** Where the hosts begin and end. */
  readonly from: number;
  readonly to: number;
  hosts(): readonly HostPlace[];
  find(label: AskedLabel): HostPlace | undefined;
  /** The hosts whose addresses stand at these offsets, which ascend and are before `to`. */
  at(offsets: readonly number[]): readonly HostPlace[];
  /** Where all addresses of a family stand, neighbours in one piece. */
  places(family: keyof AddressPlaces): readonly Place[];
}

/** The label in octets `from` to `to` of a question. */
export class AskedLabel {
  readonly octets: Uint8Array;
  readonly from: number;
  readonly to: number;
  #address: Address | 'none' | undefined;

  constructor(octets: Uint8Array, from: number, to: number) {
    this.octets = octets;
    this.from = from;
    this.to = to;
  }

  /** The address that it spells as a dashed label does; read once for all runs. */
  get address(): Address | undefined {
    this.#address ??= addressOfDashedLabel(text(this.octets, this.from, this.to)) ?? 'none';
    return this.#address === 'none' ? undefined : this.#address;
  }
}

export function tooManyHosts(): ImageError {
  return damaged('a group has too many hosts');
}

export function noAddress(): ImageError {
  return damaged('the address index points to something that is no address');
}
