/** Who a request is from, once its credential was found good. */
import type { ClusterId } from '../../zone/cluster-id.ts';
import type { Permission } from './permission.ts';

/** How a credential came. */
export type Door = 'path' | 'host' | 'bearer' | 'basic' | 'access' | 'certificate' | 'signature' | 'open';

export type Principal = Reader | Administrator | Signer;

/** Whoever may ask questions. */
export type Reader = Permitted | Anybody;

/** Whoever may do so because of a credential. */
export interface Permitted {
  readonly kind: 'token' | 'access' | 'certificate';
  /** For logs and limits: the token's id, the subject of the JWT, the certificate's fingerprint. It opens nothing. */
  readonly id: string;
  readonly door: Exclude<Door, 'open' | 'signature'>;
  readonly permission: Permission;
}

/** Where questions are open. */
interface Anybody {
  readonly kind: 'open';
  readonly id: 'anybody';
  readonly door: 'open';
}

export interface Administrator {
  readonly kind: 'administrator';
  readonly id: 'administrator';
  readonly door: 'bearer' | 'basic';
}

export const anybody: Anybody = { kind: 'open', id: 'anybody', door: 'open' };

/** The agent of a cluster. */
export interface Signer {
  readonly kind: 'cluster';
  readonly id: ClusterId;
  readonly door: 'signature';
}

/** Whoever sends what has no signature that is known to be good. Whether it is good is found out later. */
export interface Stranger {
  readonly kind: 'stranger';
}

export const stranger: Stranger = { kind: 'stranger' };
