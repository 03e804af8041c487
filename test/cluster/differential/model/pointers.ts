/** Which names an address has. Pure. */
import { canonical, reverseName } from '../addresses.ts';
import type { ApiSlice } from '../facts.ts';
import { clusterZone } from '../variations.ts';
import type { Differs } from './differences.ts';
import { endpointEntries, type Naming } from './entries.ts';
import { type Service, serviceLabel } from './world.ts';

export interface Pointers {
  /** PTR targets by the address in its usual spelling; null where the answer cannot be written down. */
  readonly targets: ReadonlyMap<string, readonly string[] | null>;
  /** Whether the address of a PTR record has this name, or one below it. */
  exists(reverseName: string): boolean;
}

interface Sources {
  readonly services: ReadonlyMap<string, Service>;
  readonly slices: readonly ApiSlice[];
  readonly naming: Naming;
  readonly differs: Differs;
  readonly isExposed: (namespace: string) => boolean;
}

/** A cluster IP is its Service's alone; every other address has a name for each endpoint that it is. */
export function pointersOf({ services, slices, naming, differs, isExposed }: Sources): Pointers {
  const targets = new Map<string, readonly string[] | null>();
  for (const slice of slices) {
    const { namespace, labels = {} } = slice.metadata;
    const service = labels[serviceLabel];
    const owner = services.get(`${namespace}/${service}`);
    if (!isExposed(namespace)) continue;
    if (service === undefined ? differs('unlabelled-slices') : differs('orphan-slices') && !hasNames(owner)) continue;
    for (const { address, host } of endpointEntries(slice, undefined, naming)) {
      const key = canonical(address);
      if (key === undefined) continue;
      const before = targets.get(key) ?? [];
      const isWritable = service !== undefined && targets.get(key) !== null;
      targets.set(key, isWritable ? [...before, `${host}.${service}.${namespace}.svc.${clusterZone}`] : null);
    }
  }
  for (const { namespace, name, kind } of services.values()) {
    if (kind.type !== 'clusterIP' || !isExposed(namespace)) continue;
    for (const address of kind.addresses)
      targets.set(canonical(address) ?? address, [`${name}.${namespace}.svc.${clusterZone}`]);
  }
  const existing = new Set([...targets.keys()].flatMap((address) => suffixesOf(reverseName(address))));
  return { targets, exists: (name) => existing.has(name) };
}

function hasNames(service: Service | undefined): boolean {
  return service !== undefined && service.kind.type !== 'externalName';
}

function suffixesOf(name: string): string[] {
  const labels = name.split('.');
  return labels.map((_, i) => labels.slice(i).join('.'));
}
