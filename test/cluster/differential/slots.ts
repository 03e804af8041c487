/**
 * Many histories run side by side in one cluster. Each has a slot: namespaces and addresses of its own, so that none is
 * seen in the answers about another. Pure.
 */

export const slotCount = 20;
export const namespacesPerSlot = 3;

/** The namespace that a history calls `index`. */
export function namespaceName(slot: number, index: number): string {
  return `h${slot}-${'abc'[index]}`;
}

export function namespacesOf(slot: number): string[] {
  return Array.from({ length: namespacesPerSlot }, (_, index) => namespaceName(slot, index));
}

/** In an allow-list are the first two namespaces of every slot. */
export const allowedNamespaces = Array.from({ length: slotCount }, (_, slot) => namespacesOf(slot).slice(0, 2)).flat();

/** Addresses by the index that histories use: private, public, and IPv6 with every way to shorten it. */
export function addressOf(slot: number, index: number): string {
  const addresses = addressesOf(slot);
  return addresses[index % addresses.length]!;
}

/** The first are IPv4, the rest IPv6. */
export function addressesOf(slot: number): readonly string[] {
  const block = (slot + 1).toString(16);
  return [...ipv4AddressesOf(slot), `fd00:200:${block}::1`, `fd00:200:${block}::`, `2001:db8:0:${block}:0:1:0:1`];
}

export function ipv4AddressesOf(slot: number): readonly string[] {
  return [...[1, 2, 3, 10].map((last) => `10.200.${slot}.${last}`), `203.0.113.${slot + 1}`];
}

export const ipv4Count = ipv4AddressesOf(0).length;
export const addressCount = addressesOf(0).length;
