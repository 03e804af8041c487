/**
 * Counts the endpoints that have one list of ports, and whose they are.
 */
import type { HostService } from '../../zone/group.ts';
import type { Port } from '../cluster.ts';
import { hostServices, type Offer, type PortList, portListOf } from './srv.ts';

export class PortTally {
  readonly ports: PortList;
  /** What an endpoint offers that is the only one of its name. */
  readonly servicesOfOne: readonly HostService[];
  readonly #given: readonly Port[];
  readonly #hosts: number[] = [];
  #addressCount = 0;

  constructor(ports: readonly Port[]) {
    this.#given = ports;
    this.ports = portListOf(ports);
    this.servicesOfOne = hostServices([{ ports: this.ports, addressCount: 1 }]);
  }

  hasPorts(ports: readonly Port[]): boolean {
    const given = this.#given;
    return given === ports || (given.length === ports.length && given.every((port, i) => isSame(port, ports[i]!)));
  }

  /** One more endpoint, of the host with this index. Hosts must come in ascending order. */
  note(host: number): void {
    this.#addressCount += 1;
    if (this.#hosts.at(-1) !== host) this.#hosts.push(host);
  }

  /** What all of them offer; nothing if there are none. */
  offer(hostCount: number): Offer[] {
    if (this.#addressCount === 0) return [];
    const members = this.#hosts.length === hostCount ? 'hosts' : this.#hosts;
    return [{ ports: this.ports, addressCount: this.#addressCount, members }];
  }
}

function isSame(a: Port, b: Port): boolean {
  return a.name === b.name && a.protocol === b.protocol && a.number === b.number;
}
