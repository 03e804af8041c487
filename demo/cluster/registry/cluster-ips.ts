/** The addresses and node ports that the server gives to Services. */
import type { AddressPool } from '../addresses.ts';
import { internalError } from '../status.ts';
import type { IpFamily, ServicePort } from '../types.ts';
import type { ManifestReader } from './manifest-reader.ts';

const FIRST_NODE_PORT = 30_000;

export class ClusterIps {
  readonly #pools: readonly AddressPool[];
  readonly #isInUse: (address: string) => boolean;
  #nextNodePort = FIRST_NODE_PORT;

  /** One pool per IP family of the cluster, the preferred family first. */
  constructor(pools: readonly AddressPool[], isInUse: (address: string) => boolean) {
    this.#pools = pools;
    this.#isInUse = isInUse;
  }

  /** The families of the cluster. */
  get families(): readonly IpFamily[] {
    return this.#pools.map(({ range }) => range.family);
  }

  /** One address for each family: the asked one, if it is free and of the range, or else the next free one. */
  assign(families: readonly IpFamily[], asked: readonly string[], reader: ManifestReader): string[] {
    return families.flatMap((family, index) => {
      const pool = this.#pools.find(({ range }) => range.family === family);
      if (pool === undefined) return [];
      const address = asked[index];
      if (address !== undefined) {
        this.#check(address, pool, reader);
        return [address];
      }
      const free = pool.take(this.#isInUse);
      if (free === undefined) throw internalError('failed to allocate a serviceIP: range is full');
      return [free];
    });
  }

  /** The ports with a node port each. */
  withNodePorts(ports: readonly ServicePort[]): ServicePort[] {
    return ports.map((port) => ({ ...port, nodePort: port.nodePort ?? this.#takeNodePort() }));
  }

  #check(address: string, { range }: AddressPool, reader: ManifestReader): void {
    if (!range.contains(address)) {
      const why = `failed to allocate IP ${address}: the provided IP (${address}) is not in the valid range. The range of valid IPs is ${range.text}`;
      reader.wrong('spec.clusterIPs', [address], why);
    } else if (this.#isInUse(address)) {
      reader.wrong('spec.clusterIPs', [address], `failed to allocate IP ${address}: provided IP is already allocated`);
    }
  }

  #takeNodePort(): number {
    const port = this.#nextNodePort;
    this.#nextNodePort += 1;
    return port;
  }
}
