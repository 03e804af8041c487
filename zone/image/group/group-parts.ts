/**
 * A group's fragment, and where in it things stand. What they are is read when it is asked for.
 */
import type { RelativeName } from '../../name.ts';
import { groupFlags, knownFlags, serviceOctets } from '../format.ts';
import { relativeName } from '../names.ts';
import { afterCount, count, damaged, text, ttl, u8, u32 } from '../octets.ts';
import { HostsReader } from './hosts-reader.ts';
import { type AddressPlaces, endOfAddresses, readAddressPlaces } from './places.ts';
import type { HostPlace } from './run.ts';

/** Whose addresses and name a node may speak of: a host, or the base name, which is told by `own`. */
export type Member = AddressPlaces | HostPlace;

/** A group without anything in it. */
const emptyGroup = Uint8Array.of(0, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/** Every method throws ImageError, as the constructor does. */
export class GroupParts {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new GroupParts(emptyGroup, 0);

  /** Other fragments stand here too; all offsets count from the start. */
  readonly octets: Uint8Array;
  readonly ttlSeconds: number;
  /** Whether a set that is put together may hold a record twice. */
  readonly hasRepeats: boolean;
  readonly hasPointers: boolean;
  readonly answersDashed: boolean;
  readonly own: AddressPlaces;
  readonly nodesFrom: number;
  readonly nodesTo: number;
  readonly end: number;
  readonly #start: number;
  readonly #profiles: number;
  #names: Map<Member, RelativeName> | undefined;
  #base: RelativeName | undefined;
  #hosts: HostsReader | undefined;

  /** `start` is where the fragment begins. */
  constructor(octets: Uint8Array, start: number) {
    const ttlAt = start + 5 + u8(octets, start + 4);
    const flags = u8(octets, ttlAt + 4);
    this.octets = octets;
    this.ttlSeconds = ttl(octets, ttlAt);
    this.hasRepeats = (flags & groupFlags.hasRepeats) !== 0;
    this.hasPointers = (flags & groupFlags.withoutPointers) === 0;
    this.answersDashed = (flags & groupFlags.dashedAddresses) !== 0;
    this.own = readAddressPlaces(octets, ttlAt + 5);
    this.#start = start;
    this.#profiles = endOfAddresses(this.own);
    this.end = start + 4 + u32(octets, start);
    const nodesLengthAt = this.#profileAt(count(octets, this.#profiles));
    this.nodesFrom = nodesLengthAt + 4;
    this.nodesTo = this.nodesFrom + u32(octets, nodesLengthAt);
    if (this.nodesTo > this.end || this.end > octets.length) throw damaged('a group reaches behind its end');
    if ((flags | knownFlags) !== knownFlags) throw damaged('a group has an unknown flag');
    if (this.answersDashed && this.nodesTo < this.end) throw damaged('a group of all addresses has hosts');
  }

  get base(): RelativeName {
    const from = this.#start + 5;
    this.#base ??= relativeName(text(this.octets, from, from + u8(this.octets, from - 1)));
    return this.#base;
  }

  get hosts(): HostsReader {
    this.#hosts ??= new HostsReader(this.octets, this.nodesTo, this.end);
    return this.#hosts;
  }

  nameOf(member: Member): RelativeName {
    this.#names ??= new Map();
    let name = this.#names.get(member);
    if (name === undefined) {
      name = 'profile' in member ? this.hosts.nameOf(member, this.base) : this.base;
      this.#names.set(member, name);
    }
    return name;
  }

  /** Where the services of a host stand, one behind the other. */
  servicesOf({ profile }: HostPlace): { readonly from: number; readonly count: number } {
    if (profile >= count(this.octets, this.#profiles)) throw damaged('hosts have a list of ports that is not there');
    const at = this.#profileAt(profile);
    return { from: afterCount(this.octets, at), count: count(this.octets, at) };
  }

  /** Where list number `profile` begins, or where all end. */
  #profileAt(profile: number): number {
    let at = afterCount(this.octets, this.#profiles);
    for (let passed = 0; passed < profile; passed += 1) {
      at = afterCount(this.octets, at) + serviceOctets * count(this.octets, at);
    }
    return at;
  }
}
