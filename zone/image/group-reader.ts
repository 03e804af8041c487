/**
 * Finds names in one group, in place. Nothing is decoded that was not asked for.
 */
import type { RelativeName } from '../name.ts';
import { GroupParts } from './group/group-parts.ts';
import { HostNode } from './group/host-node.ts';
import { findNode, NodeReader } from './group/node-reader.ts';
import { holdsAddressAt } from './group/places.ts';
import { AskedHost } from './group/run.ts';
import { spelledNode } from './group/spelled-node.ts';
import type { ZoneNode } from './group/zone-node.ts';
import { damaged } from './octets.ts';

export type { ZoneNode } from './group/zone-node.ts';

export interface Pointers {
  /** Whether the address is the base name's own; then that is its only name here. */
  readonly areOwn: boolean;
  readonly names: readonly RelativeName[];
}

/** Every method throws ImageError, as the constructor does. */
export class GroupReader {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new GroupReader(GroupParts.shape.octets, 0);

  readonly #group: GroupParts;

  /** `start` is where the fragment begins. */
  constructor(octets: Uint8Array, start: number) {
    this.#group = new GroupParts(octets, start);
  }

  /** Where the next group begins. */
  get end(): number {
    return this.#group.end;
  }

  get ttlSeconds(): number {
    return this.#group.ttlSeconds;
  }

  /**
   * The name that has octets `from` to `to` of a question before the base name, whole labels. `empty` when it exists
   * only because of another name: so does the base name itself, and all that is above a name.
   */
  find(question: Uint8Array, from: number, to: number): ZoneNode | 'empty' | undefined {
    const node = findNode(this.#group, question, from, to);
    if (node instanceof NodeReader) return node;
    if (from === to) return 'empty';
    const asked = new AskedHost(question, from, to);
    const host = this.#group.answersDashed ? spelledNode(this.#group, asked) : this.#findHost(asked);
    if (host !== undefined) return host;
    return node === 'ancestor' || this.#group.hosts.areBelow(asked) ? 'empty' : undefined;
  }

  /** The names to which the addresses at these offsets point. The offsets ascend, and the group holds the first. */
  pointersAt(offsets: readonly [number, ...number[]]): Pointers {
    const group = this.#group;
    if (!group.hasPointers) throw damaged('the address index points to a group without PTR records');
    if (holdsAddressAt(group.own, offsets[0])) return { areOwn: true, names: [group.base] };
    return { areOwn: false, names: group.hosts.at(offsets).map((host) => group.nameOf(host)) };
  }

  #findHost(asked: AskedHost): HostNode | undefined {
    const host = this.#group.hosts.find(asked);
    return host && new HostNode(this.#group, host);
  }
}
