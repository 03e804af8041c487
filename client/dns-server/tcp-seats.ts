/**
 * How many TCP connections there may be, in all and from one address (RFC 7766 §6.2.2). A new one takes the place of the one
 * that was used least lately, so that nobody keeps others out by holding what he does not use.
 */

export interface Seat {
  /** Undefined for those who share one: programs on this machine. */
  readonly source: string | undefined;
  /** Ends the connection. */
  leave(): void;
}

export interface SeatBounds {
  readonly maxConnections: number;
  readonly maxFromOneSource: number;
}

export class TcpSeats {
  readonly #bounds: SeatBounds;
  /** The one that was used least lately first. */
  readonly #taken = new Set<Seat>();

  constructor(bounds: SeatBounds) {
    this.#bounds = bounds;
  }

  take(seat: Seat): void {
    const { maxConnections, maxFromOneSource } = this.#bounds;
    const ofSource = seat.source === undefined ? [] : [...this.#taken].filter(({ source }) => source === seat.source);
    const oldest =
      ofSource.length >= maxFromOneSource
        ? ofSource[0]
        : this.#taken.size >= maxConnections
          ? this.#first()
          : undefined;
    if (oldest !== undefined) {
      this.#taken.delete(oldest);
      oldest.leave();
    }
    this.#taken.add(seat);
  }

  /** A question came, or an answer went. */
  use(seat: Seat): void {
    if (this.#taken.delete(seat)) this.#taken.add(seat);
  }

  /** The connection has ended. */
  free(seat: Seat): void {
    this.#taken.delete(seat);
  }

  leaveAll(): void {
    for (const seat of this.#taken) seat.leave();
  }

  #first(): Seat | undefined {
    const [first] = this.#taken;
    return first;
  }
}

/** Of an address as sockets give it. All programs of this machine, and those that pass questions on, have loopback ones. */
export function sourceOf(address: string): string | undefined {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return plain === '::1' || plain.startsWith('127.') ? undefined : plain;
}
