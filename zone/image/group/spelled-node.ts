/**
 * A name whose label spells its address: below such a base name every address has one, and none of them is written down.
 */
import { octetsOf } from '../../address.ts';
import { addressSpelledWithDashes } from '../../dashed.ts';
import { below } from '../names.ts';
import type { GroupParts } from './group-parts.ts';
import type { AskedHost } from './run.ts';
import type { AddressSet } from './sets.ts';
import type { ZoneNode } from './zone-node.ts';

/** Undefined where the question has not one label before the base name, or one that spells no address. */
export function spelledNode(group: GroupParts, { isOneLabel, label }: AskedHost): ZoneNode | undefined {
  const address = isOneLabel ? addressSpelledWithDashes(label) : undefined;
  if (address === undefined) return undefined;
  const { ttlSeconds } = group;
  const set: AddressSet = {
    type: address.length === 4 ? 'A' : 'AAAA',
    ttlSeconds,
    addresses: Uint8Array.from(octetsOf(address)),
  };
  return {
    owner: below(String.fromCharCode(label.length) + label, group.base),
    rrset: (type) => (type === set.type ? set : undefined),
    targetAddresses: () => [],
  };
}
