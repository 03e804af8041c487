/**
 * An EndpointSlice as it is kept: its endpoints as three texts, for in a large cluster endpoints are most of what there is.
 * An endpoint costs its octets so, and not an object with strings of its own. Pure.
 */
import type { Address } from '../../zone/address.ts';
import type { Endpoint, EndpointSlice, Port, SliceOwner } from '../cluster.ts';

/** Equal to the slice; smaller, if its addresses are of one family, as those of slices are that a controller made. */
export function keptSlice(slice: EndpointSlice): EndpointSlice {
  const [first, ...others] = slice.endpoints;
  if (first === undefined || others.some(({ address }) => address.length !== first.address.length)) return slice;
  return new KeptSlice(slice, first.address.length);
}

/** Two of them are equal when their fields are. */
class KeptSlice implements EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  readonly owners: readonly [SliceOwner, ...SliceOwner[]];
  readonly ports: readonly Port[];
  readonly addressOctets: number;
  /** One after the other. */
  readonly addresses: string;
  /** With a space between them; empty for none, and altogether empty where no endpoint has one. */
  readonly hostnames: string;
  readonly podNames: string;

  constructor({ namespace, name, owners, ports, endpoints }: EndpointSlice, addressOctets: number) {
    this.namespace = namespace;
    this.name = name;
    this.owners = owners;
    this.ports = ports;
    this.addressOctets = addressOctets;
    this.addresses = endpoints.map(({ address }) => address).join('');
    this.hostnames = joined(endpoints.map(({ hostname }) => hostname));
    this.podNames = joined(endpoints.map(({ podName }) => podName));
  }

  /** Made anew each time. */
  get endpoints(): readonly Endpoint[] {
    const { addresses, addressOctets } = this;
    const hostnames = parted(this.hostnames);
    const podNames = parted(this.podNames);
    return Array.from({ length: addresses.length / addressOctets }, (_, i) => ({
      address: addresses.slice(i * addressOctets, (i + 1) * addressOctets) as Address,
      hostname: hostnames[i] || undefined,
      podName: podNames[i] || undefined,
    }));
  }
}

function joined(labels: readonly (string | undefined)[]): string {
  return labels.every((label) => label === undefined) ? '' : labels.join(' ');
}

function parted(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ');
}
