/**
 * Sets of records made of what stands in a fragment.
 */
import type { RRset, Service, Target } from '../../rrset.ts';
import { text, u16 } from '../octets.ts';
import type { GroupParts } from './group-parts.ts';
import type { Place } from './places.ts';

/**
 * A set of more records is given with its first ones: no DNS message holds as many. So a set costs a bounded amount of
 * work, whatever stands in an image.
 */
export const maxRecords = 8192;

export type AddressSet = Extract<RRset, { type: 'A' | 'AAAA' }>;

/** The addresses at all places, which are within the group; undefined when there are none. */
export function addressSet(
  { octets, ttlSeconds, hasRepeats }: GroupParts,
  type: AddressSet['type'],
  places: readonly Place[],
): AddressSet | undefined {
  const size = type === 'A' ? 4 : 16;
  let length = 0;
  for (const place of places) length += place.length;
  if (length === 0) return undefined;
  const addresses = new Uint8Array(Math.min(length, maxRecords * size));
  let to = 0;
  for (const { from, length } of places) {
    const end = from + Math.min(length, addresses.length - to);
    for (let at = from; at < end; at += 1) addresses[to++] = octets[at]!;
  }
  return { type, ttlSeconds, addresses: hasRepeats ? withoutRepeats(addresses, size) : addresses };
}

/** Undefined when there are no services. */
export function serviceSet({ ttlSeconds, hasRepeats }: GroupParts, services: readonly Service[]): RRset | undefined {
  if (services.length === 0) return undefined;
  return { type: 'SRV', ttlSeconds, services: hasRepeats ? uniqueServices(services) : services };
}

/** Priority, weight and port at `at`, and the target. Throws ImageError. */
export function serviceAt(octets: Uint8Array, at: number, target: Target): Service {
  return { priority: u16(octets, at), weight: u16(octets, at + 2), port: u16(octets, at + 4), target };
}

function withoutRepeats(addresses: Uint8Array, size: 4 | 16): Uint8Array {
  const seen = new Set<string>();
  for (let at = 0; at < addresses.length; at += size) seen.add(text(addresses, at, at + size));
  return Uint8Array.from([...seen].join(''), (octet) => octet.charCodeAt(0));
}

function uniqueServices(services: readonly Service[]): Service[] {
  const key = ({ priority, weight, port, target }: Service): string => `${priority} ${weight} ${port} ${target.name}`;
  return [...new Map(services.map((service) => [key(service), service])).values()];
}
