/**
 * Endpoints into slices of limited size, touching as few slices as possible. Pure. Follows reconcileByPortMapping of the
 * EndpointSlice controller:
 *
 *  1. what a slice holds and is still wanted stays there, in its present state; an emptied slice is deleted;
 *  2. slices that changed are filled up, the fullest first;
 *  3. the rest goes whole into one unchanged slice if it fits, else into new slices.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Endpoint } from '../types.ts';

/** The most endpoints that the controller puts into one slice. */
export const MAX_ENDPOINTS_PER_SLICE = 100;

/** A slice, as far as packing is concerned. */
export interface Packed<Slice> {
  readonly slice: Slice;
  readonly endpoints: readonly Endpoint[];
}

/** What is to be done to the slices. */
export interface Packing<Slice> {
  readonly create: readonly (readonly Endpoint[])[];
  readonly update: readonly Packed<Slice>[];
  readonly unchanged: readonly Packed<Slice>[];
  readonly remove: readonly Slice[];
}

export function packEndpoints<Slice>(
  wanted: readonly Endpoint[],
  existing: readonly Packed<Slice>[],
  max = MAX_ENDPOINTS_PER_SLICE,
): Packing<Slice> {
  const unplaced = new Map(wanted.map((endpoint) => [identityOf(endpoint), endpoint]));
  const update: { slice: Slice; endpoints: Endpoint[] }[] = [];
  const unchanged: Packed<Slice>[] = [];
  const remove: Slice[] = [];
  for (const { slice, endpoints } of existing) {
    const kept = endpoints.flatMap((endpoint) => {
      const identity = identityOf(endpoint);
      const present = unplaced.get(identity);
      unplaced.delete(identity);
      return present === undefined ? [] : [present];
    });
    if (kept.length === 0) remove.push(slice);
    else if (isDeepStrictEqual(kept, endpoints)) unchanged.push({ slice, endpoints });
    else update.push({ slice, endpoints: kept });
  }
  let rest = [...unplaced.values()];
  for (const { endpoints } of update.toSorted((left, right) => right.endpoints.length - left.endpoints.length)) {
    endpoints.push(...rest.splice(0, max - endpoints.length));
  }
  const create: Endpoint[][] = [];
  while (rest.length > 0) {
    const fitting = fullestThatFits(unchanged, rest.length, max);
    if (fitting === undefined) {
      create.push(rest.splice(0, max));
    } else {
      unchanged.splice(unchanged.indexOf(fitting), 1);
      update.push({ slice: fitting.slice, endpoints: [...fitting.endpoints, ...rest] });
      rest = [];
    }
  }
  return { create, update, unchanged, remove };
}

/** What makes an endpoint the same one: its addresses, its name, and the pod behind it. */
function identityOf({ addresses, hostname, targetRef }: Endpoint): string {
  return JSON.stringify([addresses.toSorted(), hostname, targetRef?.namespace, targetRef?.name]);
}

function fullestThatFits<Slice>(slices: readonly Packed<Slice>[], count: number, max: number) {
  return slices
    .filter(({ endpoints }) => endpoints.length + count <= max)
    .toSorted((left, right) => right.endpoints.length - left.endpoints.length)[0];
}
