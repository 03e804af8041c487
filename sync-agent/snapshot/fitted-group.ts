/**
 * Groups that the format can hold.
 *
 * Nobody needs names of such size; but somebody may make them, by mistake or not, and that is to cost those names and
 * nothing else. Of too many addresses the first stay. What is still too much, because ports multiply with endpoints,
 * loses its ports before its addresses.
 */
import type { Address } from '../../zone/address.ts';
import type { GroupNode, Host, OwnerGroup } from '../../zone/group.ts';
import { groupLimits } from '../../zone/image/format.ts';
import { GroupTooLargeError } from '../../zone/image/fragment/group-too-large.ts';
import { encodeFragment, type Fragment } from '../../zone/image/fragment.ts';
import { apex } from '../../zone/name.ts';

export interface FittedGroup {
  /** Undefined where even the addresses are too much. */
  readonly fragment: Fragment | undefined;
  /** What the group has lost, and why; empty for nearly all. */
  readonly reasons: readonly string[];
}

/** The group as it is, if it fits; otherwise as much of it as does. Never throws. */
export function fittedGroup(group: OwnerGroup): FittedGroup {
  const whole = encoded(group);
  if (!(whole instanceof GroupTooLargeError)) return fitted(whole, []);
  const { counted, reasons } = withinCounts(group);
  const first = reasons.length === 0 ? whole : encoded(counted);
  if (!(first instanceof GroupTooLargeError)) return fitted(first, reasons);
  const bare = encoded(withoutPorts(counted));
  if (bare instanceof Error) return fitted(bare, reasons);
  return { fragment: bare, reasons: [...reasons, `${first.message}; it has no SRV records, and no names of ports`] };
}

function fitted(outcome: Fragment | Error, reasons: readonly string[]): FittedGroup {
  if (!(outcome instanceof Error)) return { fragment: outcome, reasons };
  return { fragment: undefined, reasons: [...reasons, `${outcome.message}; it is left out`] };
}

function encoded(group: OwnerGroup): Fragment | Error {
  try {
    return encodeFragment(group);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** With as many hosts, and as many addresses of each, as can be counted. */
function withinCounts(group: OwnerGroup): { readonly counted: OwnerGroup; readonly reasons: readonly string[] } {
  const reasons: string[] = [];
  const most = groupLimits.hosts;
  const left = group.hosts.length - most;
  if (left > 0) reasons.push(`${group.hosts.length} hosts under one name; the last ${left} are left out`);
  const hosts = group.hosts.slice(0, most).map((host): Host => {
    const addresses = [4, 16].flatMap((octets) => firstOf(host.addresses, octets));
    const lost = host.addresses.length - addresses.length;
    if (lost > 0) reasons.push(`${host.addresses.length} addresses of ${host.label}; the last ${lost} are left out`);
    return { ...host, addresses };
  });
  const nodes = left > 0 ? group.nodes.map((node) => withoutHostsFrom(most, node)) : group.nodes;
  return { counted: { ...group, hosts, nodes }, reasons };
}

function firstOf(addresses: readonly Address[], octets: number): Address[] {
  return addresses.filter(({ length }) => length === octets).slice(0, groupLimits.addresses);
}

function withoutHostsFrom(count: number, { services, ...node }: GroupNode): GroupNode {
  const without = (members: GroupNode['addresses']): GroupNode['addresses'] =>
    typeof members === 'string' ? members : members.filter((index) => index < count);
  return {
    ...node,
    addresses: without(node.addresses),
    services: services.map((rule) => ({ ...rule, targets: without(rule.targets) })),
  };
}

/** The base name and its hosts, with their addresses alone. */
function withoutPorts(group: OwnerGroup): OwnerGroup {
  return {
    ...group,
    hosts: group.hosts.map((host) => ({ ...host, services: [] })),
    nodes: group.nodes.filter(({ prefix }) => prefix === apex).map((node) => ({ ...node, services: [] })),
  };
}
