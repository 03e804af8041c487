/** A socket that takes questions. */
import type { Resolver } from './resolver.ts';
import type { TcpBounds } from './tcp-connection.ts';
import type { SeatBounds } from './tcp-seats.ts';

export interface DoorOptions {
  /** An address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Others are not answered. */
  readonly allowed: (address: string) => boolean;
  readonly resolver: Resolver;
  /** Of each TCP connection; bounds that suit clients unless given. */
  readonly tcp?: TcpBounds;
  /** Of all TCP connections; the same. */
  readonly seats?: SeatBounds;
}

export interface Door {
  /** Ends what is under way too. */
  close(): Promise<void>;
}
