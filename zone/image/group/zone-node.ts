/** What is found at a name. */
import type { RelativeName } from '../../name.ts';
import type { OwnedRRset, RRset, RRType } from '../../rrset.ts';

/** A name that exists. Every member throws ImageError where the image is damaged. */
export interface ZoneNode {
  readonly owner: RelativeName;
  /** Undefined where the name has no set of the type (NODATA). */
  rrset(type: RRType): RRset | undefined;
  /** The addresses of the SRV set's targets, for the additional section. */
  targetAddresses(): readonly OwnedRRset[];
}

/** A name that exists because of the names below it. */
export function emptyNode(owner: RelativeName): ZoneNode {
  return { owner, rrset: () => undefined, targetAddresses: () => [] };
}

/** The addresses at a name, of both families. */
export function addressesAt(node: ZoneNode): OwnedRRset[] {
  const { owner } = node;
  const sets = [node.rrset('A'), node.rrset('AAAA')];
  return sets.flatMap((rrset) => (rrset === undefined ? [] : [{ owner, rrset }]));
}
