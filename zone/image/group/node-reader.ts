/**
 * Reads the nodes of a group: names at which sets are put together from the group's members.
 *
 *     prefix · length (32 bits) · members whose addresses stand here · rules · sets that are written out
 *
 * A rule is a priority, a weight, a port, and the members that it has an SRV record for.
 */
import type { RelativeName } from '../../name.ts';
import type { OwnedRRset, RRset, RRType, Service } from '../../rrset.ts';
import { groupLimits, memberKinds, serviceOctets } from '../format.ts';
import { below, relativeName } from '../names.ts';
import { afterCount, count, damaged, equalParts, text, u8, u16, u32 } from '../octets.ts';
import { GroupParts, type Member } from './group-parts.ts';
import { HostNode } from './host-node.ts';
import type { Place } from './places.ts';
import { readPlainRRset } from './plain-reader.ts';
import { addressSet, maxRecords, serviceAt, serviceSet } from './sets.ts';
import { addressesAt, type ZoneNode } from './zone-node.ts';

/**
 * The node whose prefix is octets `from` to `to` of a question; `ancestor` when there is none, but one below that name.
 * Throws ImageError.
 */
export function findNode(
  group: GroupParts,
  question: Uint8Array,
  from: number,
  to: number,
): NodeReader | 'ancestor' | undefined {
  const { octets, nodesFrom, nodesTo } = group;
  let isAncestor = false;
  let nodes = 0;
  for (let at = nodesFrom; at < nodesTo; nodes += 1) {
    const prefixTo = at + 1 + u8(octets, at);
    const body = prefixTo + 4;
    if (equalParts(octets, at + 1, prefixTo, question, from, to)) return new NodeReader(group, at, body);
    // A prefix has two labels at most, so only what is behind its first label can be a name without a node.
    const secondLabel = at + 2 + u8(octets, at + 1);
    isAncestor ||= equalParts(octets, secondLabel, prefixTo, question, from, to);
    if (nodes === groupLimits.nodes) throw damaged('a group has too many names');
    at = body + u32(octets, prefixTo);
  }
  return isAncestor ? 'ancestor' : undefined;
}

export class NodeReader implements ZoneNode {
  /** Keeps compiled code (docs/decisions/0021-shapes-that-stay.md). */
  static readonly shape = new NodeReader(GroupParts.shape, 0, 0);

  readonly #group: GroupParts;
  readonly #prefixAt: number;
  readonly #body: number;

  /** `prefixAt` is where the length of the prefix stands, `body` where the members do. */
  constructor(group: GroupParts, prefixAt: number, body: number) {
    this.#group = group;
    this.#prefixAt = prefixAt;
    this.#body = body;
  }

  get owner(): RelativeName {
    const { octets, base } = this.#group;
    const from = this.#prefixAt + 1;
    return below(relativeName(text(octets, from, from + u8(octets, this.#prefixAt))), base);
  }

  rrset(type: RRType): RRset | undefined {
    switch (type) {
      case 'A':
        return addressSet(this.#group, type, this.#places('ipv4'));
      case 'AAAA':
        return addressSet(this.#group, type, this.#places('ipv6'));
      case 'SRV':
        return serviceSet(this.#group, this.#services());
      default:
        return readPlainRRset(this.#group.octets, this.#afterRules(), type);
    }
  }

  targetAddresses(): readonly OwnedRRset[] {
    const targets = new Set(this.#records().map(({ member }) => member));
    return [...targets].flatMap((member) => {
      if ('profile' in member) return addressesAt(new HostNode(this.#group, member));
      const base = findNode(this.#group, noOctets, 0, 0);
      return base instanceof NodeReader ? addressesAt(base) : [];
    });
  }

  #services(): Service[] {
    const group = this.#group;
    return this.#records().map(({ rule, member }) =>
      serviceAt(group.octets, rule, { kind: 'relative', name: group.nameOf(member) }),
    );
  }

  /** The SRV records, each as where its rule stands and the member it points to; as many as a set may have. */
  #records(): { readonly rule: number; readonly member: Member }[] {
    const { octets } = this.#group;
    const records: { rule: number; member: Member }[] = [];
    const rules = this.#afterMembers(this.#body);
    let rule = afterCount(octets, rules);
    for (let left = count(octets, rules); left > 0; left -= 1) {
      for (const member of this.#members(rule + serviceOctets)) {
        if (records.length === maxRecords) return records;
        records.push({ rule, member });
      }
      rule = this.#afterMembers(rule + serviceOctets);
    }
    return records;
  }

  #places(family: 'ipv4' | 'ipv6'): readonly Place[] {
    if (u8(this.#group.octets, this.#body) === memberKinds.hosts) return this.#group.hosts.places(family);
    return this.#members(this.#body).map((member) => member[family]);
  }

  #members(at: number): readonly Member[] {
    const { octets, own } = this.#group;
    switch (u8(octets, at)) {
      case memberKinds.none:
        return [];
      case memberKinds.base:
        return [own];
      case memberKinds.hosts:
        return this.#group.hosts.all();
      case memberKinds.listed: {
        const first = afterCount(octets, at + 1);
        const all = this.#group.hosts.all();
        return Array.from({ length: count(octets, at + 1) }, (_, i) => {
          const host = all[u16(octets, first + 2 * i)];
          if (host === undefined) throw damaged('a member of a set is no host of its group');
          return host;
        });
      }
      default:
        throw damaged('the members of a set are of an unknown kind');
    }
  }

  #afterMembers(at: number): number {
    const { octets } = this.#group;
    if (u8(octets, at) !== memberKinds.listed) return at + 1;
    return afterCount(octets, at + 1) + 2 * count(octets, at + 1);
  }

  #afterRules(): number {
    const { octets } = this.#group;
    const rules = this.#afterMembers(this.#body);
    let at = afterCount(octets, rules);
    for (let left = count(octets, rules); left > 0; left -= 1) at = this.#afterMembers(at + serviceOctets);
    return at;
  }
}

const noOctets = new Uint8Array(0);
