/**
 * The objects of a cluster as one side sees them: without what it filters, and with the names that it gives to endpoints.
 * Pure.
 */
import type { ApiService, ApiServiceImport, ApiSlice, Facts } from '../facts.ts';
import { hideAnnotation } from '../history/manifests.ts';
import { asItIs, isAlive } from '../seen-pods.ts';
import { clustersetZone, clusterZone, selectedLabel, type Variation } from '../variations.ts';
import type { Differs } from './differences.ts';
import { type Entry, endpointEntries, type Port, portsOf } from './entries.ts';
import { type Pointers, pointersOf } from './pointers.ts';
import { placeOf } from './question.ts';

/** What is asked about. */
export interface World {
  readonly variation: Variation;
  readonly differs: Differs;
  isExposed(namespace: string): boolean;
  /** Of one that exists, by `namespace/name`. An empty one that is ignored does not. */
  readonly services: ReadonlyMap<string, Service>;
  readonly imports: ReadonlyMap<string, ServiceImport>;
  /** Addresses of pods by Namespace, one for each pod that has it. */
  readonly podAddresses: ReadonlyMap<string, readonly string[]>;
  readonly pointers: Pointers;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly kind:
    | { readonly type: 'clusterIP'; readonly addresses: readonly string[] }
    | { readonly type: 'headless' }
    | { readonly type: 'externalName'; readonly target: string; readonly isKeptOut: boolean };
  readonly ports: readonly Port[];
  readonly endpoints: readonly Entry[];
}

export interface ServiceImport {
  /** Undefined for a headless one. */
  readonly addresses: readonly string[] | undefined;
  readonly ports: readonly Port[];
  readonly endpoints: readonly Entry[];
}

export const serviceLabel = 'kubernetes.io/service-name';
const importLabel = 'multicluster.kubernetes.io/service-name';
const clusterLabel = 'multicluster.kubernetes.io/source-cluster';

interface Metadata {
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** It carries the label that selectors ask for. */
function isSelected({ labels = {} }: Pick<Metadata, 'labels'>): boolean {
  return labels[selectedLabel.key] === selectedLabel.value;
}

export function worldOf(facts: Facts, variation: Variation, differs: Differs): World {
  const isHidden = ({ annotations = {} }: Pick<Metadata, 'annotations'>): boolean => {
    return differs('hidden') && hideAnnotation in annotations && annotations[hideAnnotation] !== 'false';
  };
  const hiddenNamespaces = new Set(
    facts.namespaces.flatMap(({ metadata }) => (isHidden(metadata) ? metadata.name : [])),
  );
  const exposed = new Set(
    facts.namespaces
      .filter(({ metadata }) => {
        if (isHidden(metadata)) return false;
        if (variation.namespaces === 'all') return true;
        return variation.namespaces === 'labelled'
          ? isSelected(metadata)
          : variation.namespaces.includes(metadata.name);
      })
      .map(({ metadata }) => metadata.name),
  );
  const isThere = ({ metadata }: { readonly metadata: Metadata }): boolean => {
    return !hiddenNamespaces.has(metadata.namespace) && (!variation.needsLabel || isSelected(metadata));
  };
  // Slices and pods are hidden with their Namespace or Service, and have no say of their own.
  const slices = facts.slices.filter(
    (slice) => isThere(slice) && !(differs('host-name-slices') && slice.addressType === 'FQDN'),
  );
  const naming = { usesPodNames: variation.usesPodNames, refusesDots: differs('dotted-pod-names') };
  const endpointsOf = (owned: readonly ApiSlice[]): Entry[] =>
    owned.flatMap((slice) => endpointEntries(slice, undefined, naming));

  const isImportThere = ({ metadata }: ApiServiceImport): boolean => {
    if (hiddenNamespaces.has(metadata.namespace) || isHidden(metadata)) return false;
    return !variation.needsLabel || !differs('import-labels') || isSelected(metadata);
  };

  const slicesOfServices = Map.groupBy(
    slices,
    ({ metadata }) => `${metadata.namespace}/${metadata.labels?.[serviceLabel]}`,
  );
  const keptOut = keptOutOf(facts, variation, exposed, isHidden);
  const services = new Map<string, Service>();
  const ignored = new Set<string>();
  for (const service of facts.services.filter(isThere)) {
    if (isHidden(service.metadata)) continue;
    const { namespace, name } = service.metadata;
    const key = `${namespace}/${name}`;
    const endpoints = endpointsOf(slicesOfServices.get(key) ?? []);
    const kind = kindOf(service, differs('hidden-targets') ? keptOut : () => false);
    if (variation.ignoresEmptyServices && kind.type === 'clusterIP' && endpoints.length === 0) ignored.add(key);
    services.set(key, { namespace, name, kind, ports: portsOf(service.spec.ports), endpoints });
  }
  const existing = new Map([...services].filter(([key]) => !ignored.has(key)));

  return {
    variation,
    differs,
    isExposed: (namespace) => exposed.has(namespace),
    services: existing,
    imports: importsOf(facts.serviceImports.filter(isImportThere), slices, differs, naming),
    podAddresses: podAddressesOf(facts, variation, hiddenNamespaces, differs),
    pointers: pointersOf({
      services: differs('ignored-pointers') ? existing : services,
      slices,
      naming,
      differs,
      isExposed: (namespace) => {
        const filters = differs('namespace-labels-pointers') || typeof variation.namespaces === 'object';
        return !filters || exposed.has(namespace);
      },
    }),
  };
}

function kindOf({ spec }: ApiService, isKeptOut: (target: string) => boolean): Service['kind'] {
  if (spec.type === 'ExternalName') {
    const target = (spec.externalName ?? '').replace(/\.$/, '').toLowerCase();
    return { type: 'externalName', target, isKeptOut: isKeptOut(target) };
  }
  const addresses = spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? ''];
  return addresses[0] === 'None' ? { type: 'headless' } : { type: 'clusterIP', addresses };
}

/**
 * Whether a name would tell of something that is kept out: of what is hidden, and of what is not among the selected, which
 * may be there and be hidden.
 */
function keptOutOf(
  { namespaces, services, serviceImports }: Facts,
  variation: Variation,
  exposed: ReadonlySet<string>,
  isHidden: (metadata: Metadata) => boolean,
): (target: string) => boolean {
  const known = new Set(namespaces.map(({ metadata }) => metadata.name));
  const hidden = { [clusterZone]: hiddenAmong(services), [clustersetZone]: hiddenAmong(serviceImports) };
  /** By `namespace/name`, those that are selected. */
  function hiddenAmong(objects: readonly { readonly metadata: Metadata & { readonly name: string } }[]) {
    const selected = objects.filter(({ metadata }) => !variation.needsLabel || isSelected(metadata));
    return new Map(selected.map(({ metadata }) => [`${metadata.namespace}/${metadata.name}`, isHidden(metadata)]));
  }
  return (target) => {
    const place = placeOf(target, variation);
    if (place === undefined || (place.zone !== clusterZone && place.zone !== clustersetZone)) return false;
    const [word, namespace, name] = place.labels.toReversed();
    if (namespace === undefined || (word !== 'svc' && word !== 'pod')) return false;
    if (!exposed.has(namespace) && (known.has(namespace) || variation.namespaces !== 'all')) return true;
    if (word === 'pod' || name === undefined) return false;
    return hidden[place.zone].get(`${namespace}/${name}`) ?? variation.needsLabel;
  };
}

function importsOf(
  serviceImports: readonly ApiServiceImport[],
  slices: readonly ApiSlice[],
  differs: Differs,
  naming: Parameters<typeof endpointEntries>[2],
): Map<string, ServiceImport> {
  const owned = Map.groupBy(slices, ({ metadata }) => `${metadata.namespace}/${metadata.labels?.[importLabel]}`);
  return new Map(
    serviceImports.map(({ metadata, spec }) => {
      const key = `${metadata.namespace}/${metadata.name}`;
      const endpoints = (owned.get(key) ?? []).flatMap((slice) =>
        endpointEntries(slice, slice.metadata.labels?.[clusterLabel] ?? '', naming),
      );
      const protocol = differs('imports-without-protocol') ? 'TCP' : '';
      const ports = spec.ports.map((port) => ({
        name: port.name ?? '',
        protocol: port.protocol ?? protocol,
        number: port.port,
      }));
      const none = differs('imports-without-ports') ? portsOf([]) : [];
      const addresses = spec.type === 'Headless' ? undefined : (spec.ips ?? []);
      return [key, { addresses, ports: ports.length > 0 ? ports : none, endpoints }];
    }),
  );
}

function podAddressesOf(
  { pods, seenPods }: Facts,
  { needsLabel }: Variation,
  hiddenNamespaces: ReadonlySet<string>,
  differs: Differs,
): Map<string, string[]> {
  const known = differs('terminating-pods') ? pods.filter(isAlive).map(asItIs) : [...seenPods.values()];
  const addresses = new Map<string, string[]>();
  for (const pod of known) {
    if (hiddenNamespaces.has(pod.namespace) || (needsLabel && !isSelected(pod))) continue;
    addresses.set(pod.namespace, [...(addresses.get(pod.namespace) ?? []), ...pod.addresses]);
  }
  return addresses;
}
