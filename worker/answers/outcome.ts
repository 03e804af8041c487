/**
 * What a lookup finds. Whether the name exists is decided before its type is looked at, and the RCODE follows from the
 * kind in one place (respond.ts).
 */
import type { Name } from '../../zone/name.ts';
import type { Origin, PlacedRRset } from '../message/reply.ts';

export type Outcome =
  | {
      readonly kind: 'found';
      readonly origin: Origin;
      readonly answer: readonly PlacedRRset[];
      readonly additional: readonly PlacedRRset[];
    }
  /** Aliases, the last of which points to a name outside the zones. */
  | {
      readonly kind: 'leads-out';
      readonly origin: Origin;
      readonly answer: readonly PlacedRRset[];
      readonly target: Name;
    }
  /** The name exists, the type does not. A CNAME chain may lead there. */
  | NegativeOutcome<'no-data'>
  | NegativeOutcome<'no-name'>
  /** The asker may not hear of the name, whether it exists or not. */
  | { readonly kind: 'prohibited' }
  /** No zone of this cluster holds the name. */
  | { readonly kind: 'outside' };

interface NegativeOutcome<Kind> {
  readonly kind: Kind;
  readonly origin: Origin;
  readonly answer: readonly PlacedRRset[];
  readonly soa: PlacedRRset;
}
