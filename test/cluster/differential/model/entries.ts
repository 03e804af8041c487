/**
 * Entries: an address on a port, under the name of its host. All records of a Service are made of them. Pure.
 */
import { dashed } from '../addresses.ts';
import type { ApiSlice } from '../facts.ts';

export interface Port {
  readonly name: string;
  /** As the API has it: `TCP`. */
  readonly protocol: string;
  /** Undefined where it stands for every number. */
  readonly number: number | undefined;
}

export interface Entry {
  /** Or a host name, from a slice of those. */
  readonly address: string;
  readonly port: Port;
  /** Labels below the Service's name; empty for the Service's own address. */
  readonly host: string;
}

/** No ports at all are one that stands for every number and has neither name nor protocol. */
export function portsOf(
  ports: readonly { readonly name?: string; readonly protocol?: string; readonly port?: number }[] | null | undefined,
): Port[] {
  if (!ports?.length) return [{ name: '', protocol: '', number: undefined }];
  return ports.map(({ name = '', protocol = '', port }) => ({ name, protocol, number: port }));
}

export interface Naming {
  readonly usesPodNames: boolean;
  readonly refusesDots: boolean;
}

/** Those of the ready endpoints. `cluster` is where an imported slice is from. */
export function endpointEntries(slice: ApiSlice, cluster: string | undefined, naming: Naming): Entry[] {
  const ports = portsOf(slice.ports);
  return (slice.endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses, hostname, targetRef }) =>
      addresses.flatMap((address) => {
        const label = hostname || podNameOf(targetRef?.name, naming) || dashed(address);
        const host = cluster === undefined ? label : `${label}.${cluster}`;
        return ports.map((port): Entry => ({ address, port, host }));
      }),
    );
}

function podNameOf(name: string | undefined, { usesPodNames, refusesDots }: Naming): string | undefined {
  if (name === undefined || !usesPodNames || name.length > 63) return undefined;
  return refusesDots && name.includes('.') ? undefined : name;
}
