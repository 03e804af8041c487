/** How many endpoints of a Service are ready, and how many are not. */
import type { Standing } from '../../zone/endpoints/line.ts';
import type { OpenedLine } from './endpoints-lines.ts';

/** Counted over all lines of a Service. */
export class StandingCounts {
  /** Whether there was any line. */
  isThere = false;
  readonly #ofIpv4: Record<Standing, number> = { ready: 0, 'not-ready': 0, terminating: 0 };
  readonly #ofIpv6 = { ...this.#ofIpv4 };

  /** Throws SnapshotError. */
  add({ endpoints }: OpenedLine): void {
    this.isThere = true;
    for (let standing = endpoints.next(); standing !== undefined; standing = endpoints.next()) {
      (endpoints.isIpv6 ? this.#ofIpv6 : this.#ofIpv4)[standing] += 1;
    }
  }

  /** A pod with an address in each family is one endpoint, so the family that has more counts. */
  of(standing: Standing): number {
    return Math.max(this.#ofIpv4[standing], this.#ofIpv6[standing]);
  }
}
