/**
 * Finds names in one group, in place. Nothing is decoded that was not asked for.
 */
import type { RelativeName } from '../name.ts';
import { GroupParts } from './group/group-parts.ts';
import { HostNode } from './group/host-node.ts';
import { findNode, NodeReader } from './group/node-reader.ts';
import { holdsAddressAt } from './group/places.ts';
import { AskedLabel } from './group/run.ts';
import type { ZoneNode } from './group/zone-node.ts';

export type { ZoneNode } from './group/zone-node.ts';

/** Every method throws ImageError, as the constructor does. */
export class GroupReader {
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
    const isOneLabel = from + 1 + question[from]! === to;
    const host = isOneLabel ? this.#group.hosts.find(new AskedLabel(question, from + 1, to)) : undefined;
    if (host !== undefined) return new HostNode(this.#group, host);
    return node === undefined ? undefined : 'empty';
  }

  /** The names to which the addresses at these offsets point. The offsets ascend, and the group holds the first. */
  namesAt(offsets: readonly [number, ...number[]]): RelativeName[] {
    const { own, hosts, base } = this.#group;
    if (holdsAddressAt(own, offsets[0])) return [base];
    return hosts.at(offsets).map((host) => this.#group.nameOf(host));
  }
}
