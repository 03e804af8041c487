/**
 * From an image back to the snapshot: for dumps, and as the other half of the law that nothing is lost on the way. Nothing
 * here is shared with the readers that answer questions, so each checks the other.
 */
import type { Address } from '../address.ts';
import { dashedLabel } from '../dashed.ts';
import type { GroupNode, Host, HostService, Members, OwnerGroup } from '../group.ts';
import type { RelativeName } from '../name.ts';
import type { Snapshot } from '../snapshot.ts';
import { addressOctets } from './group-reader.ts';
import { readImage } from './layout.ts';
import { afterCount, count, ImageError, text, u8, u16, u32 } from './octets.ts';
import { readPlainRRsets } from './plain-reader.ts';

/** Groups come in the image's own order, empty ancestors included. Throws ImageError. */
export function decodeImage(image: Uint8Array): Snapshot {
  const { header, section } = readImage(image);
  if (header.kind === 'retired') return header;
  return {
    kind: 'live',
    zones: header.zones.map((zone) => {
      if (zone.kind === 'reverse') return { kind: zone.kind, ttlSeconds: zone.ttlSeconds, prefixes: zone.prefixes };
      const { kind, origins, ttlSeconds } = zone;
      return { kind, origins, ttlSeconds, groups: decodeFragments(section(zone.fragments)) };
    }),
  };
}

function decodeFragments(octets: Uint8Array): OwnerGroup[] {
  const groups: OwnerGroup[] = [];
  for (let at = 0; at < octets.length; ) {
    const end = at + 4 + u32(octets, at);
    groups.push(new FragmentDecoder(octets.subarray(at + 4, end)).group());
    at = end;
  }
  return groups;
}

class FragmentDecoder {
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  group(): OwnerGroup {
    const base = this.#counted() as RelativeName;
    const ttlSeconds = this.#u32();
    const own = this.#addresses();
    const profiles = this.#times(this.#u8(), () => this.#times(this.#count(), () => this.#service()));
    this.#u32();
    const nodes = this.#times(this.#count(), () => this.#node());
    const hosts = this.#times(this.#count(), () => this.#run(profiles)).flat();
    return { base, ttlSeconds, own, hosts, nodes };
  }

  #run(profiles: readonly (readonly HostService[])[]): Host[] {
    const size = addressOctets(this.#u8());
    const services = profiles[this.#u8()];
    if (services === undefined) throw new ImageError('BAD_IMAGE', 'a run of hosts has no list of ports');
    return this.#times(this.#count(), () => {
      if (size === undefined) return { label: this.#counted(), addresses: this.#addresses(), services };
      const address = this.#text(size) as Address;
      return { label: dashedLabel(address), addresses: [address], services };
    });
  }

  #node(): GroupNode {
    const prefix = this.#counted() as RelativeName;
    const bodyOctets = this.#u32();
    const end = this.#at + bodyOctets;
    const addresses = this.#members();
    const services = this.#times(this.#count(), () => ({ ...this.#service(), targets: this.#members() }));
    const rrsets = readPlainRRsets(this.#octets, this.#at);
    this.#at = end;
    return { prefix, addresses, services, rrsets };
  }

  #members(): Members {
    const kind = this.#u8();
    const named = (['none', 'base', 'hosts'] as const)[kind];
    return named ?? this.#times(this.#count(), () => this.#u16());
  }

  #service(): HostService {
    return { priority: this.#u16(), weight: this.#u16(), port: this.#u16() };
  }

  #addresses(): Address[] {
    const ipv4 = this.#times(this.#count(), () => this.#text(4) as Address);
    return [...ipv4, ...this.#times(this.#count(), () => this.#text(16) as Address)];
  }

  #times<T>(count: number, read: () => T): T[] {
    return Array.from({ length: count }, read);
  }

  #counted(): string {
    return this.#text(this.#u8());
  }

  #text(length: number): string {
    this.#at += length;
    return text(this.#octets, this.#at - length, this.#at);
  }

  #count(): number {
    const value = count(this.#octets, this.#at);
    this.#at = afterCount(this.#octets, this.#at);
    return value;
  }

  #u8(): number {
    this.#at += 1;
    return u8(this.#octets, this.#at - 1);
  }

  #u16(): number {
    this.#at += 2;
    return u16(this.#octets, this.#at - 2);
  }

  #u32(): number {
    this.#at += 4;
    return u32(this.#octets, this.#at - 4);
  }
}
