/** A server that cases are tried with. */
import type { OtherServer } from '../case.ts';
import type { HttpAnswer, HttpRequest, Place } from '../http/exchange.ts';

export interface Target {
  readonly name: 'worker' | OtherServer;
  /** For people, such as `CoreDNS 1.15.0`. */
  readonly description: string;
  send(request: HttpRequest): Promise<HttpAnswer>;
  stop(): Promise<void>;
}

/** Why only the Worker can be asked there. */
export const ownPlaces: Readonly<Record<Exclude<Place, 'open'>, string>> = {
  closed: 'it has no credentials of its own',
  nxdomain: 'it has no such setting',
  forward: 'its forwarding is not what is tested here',
  limited: 'it has no such setting',
  stale: 'it does not answer from snapshots',
  expired: 'it does not answer from snapshots',
  unpublished: 'it does not answer from snapshots',
  damaged: 'it does not answer from snapshots',
  contradictory: 'it does not answer from snapshots',
  retired: 'it does not answer from snapshots',
};
