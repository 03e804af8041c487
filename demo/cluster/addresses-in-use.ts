/** Which addresses the stored pods and Services hold at the moment. */
import type { ObjectStore } from './store.ts';
import type { ApiObject, Pod, ResourceName, Service } from './types.ts';

/** Follows the store from now on; the returned function tells whether an address is held. */
export function followAddressesInUse(store: ObjectStore): (address: string) => boolean {
  const held = new Set<string>();
  store.subscribe(({ type, resource, object, previous }) => {
    if (previous !== undefined) for (const address of addressesOf(resource, previous)) held.delete(address);
    if (type !== 'DELETED') for (const address of addressesOf(resource, object)) held.add(address);
  });
  return (address) => held.has(address);
}

function addressesOf(resource: ResourceName, object: ApiObject): readonly string[] {
  switch (resource) {
    case 'services':
      return (object as Service).spec.clusterIPs?.filter((address) => address !== 'None') ?? [];
    case 'pods':
      return (object as Pod).status.podIPs?.map(({ ip }) => ip) ?? [];
    default:
      return [];
  }
}
