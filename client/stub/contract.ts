/** What the stub resolver is given: time, and whom to ask. It knows them as functions and does no I/O itself. */
import type { Name } from '../../zone/name.ts';

/**
 * Two clocks, since each is wrong in its own way: the wall's jumps, and the steady one stands still while a machine sleeps.
 * What is kept has aged by the greater of the two advances.
 */
export interface Clock {
  wallMilliseconds(): number;
  steadyMilliseconds(): number;
}

export type Transport = 'udp' | 'tcp';

/** Who knows some zones. */
export interface ZoneSource {
  /** For logs. */
  readonly name: string;
  readonly zones: readonly Name[];
  /** One DNS message for one; rejects when there is no answer, with an error that has a `code`. */
  ask(message: Uint8Array): Promise<Uint8Array>;
}

/** What becomes of names outside the zones. */
export type Others =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'forward'; forward(message: Uint8Array, transport: Transport): Promise<Uint8Array> };

export interface ChasedAddresses {
  /** As text; none when the name has no address of the type. */
  readonly addresses: readonly string[];
  readonly ttlSeconds: number;
}

/** The addresses of a name outside the zones, to which an alias within them leads; undefined when nobody could tell. */
export type Chase = (target: Name, type: 'A' | 'AAAA') => Promise<ChasedAddresses | undefined>;
