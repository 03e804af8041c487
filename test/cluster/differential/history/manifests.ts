/** From the objects of a history to those of the API. Pure. */
import type { Kind } from '../../control-plane/kinds.ts';
import type { KubernetesObject } from '../../control-plane/manifests.ts';
import { dashed } from '../addresses.ts';
import { addressOf, namespaceName } from '../slots.ts';
import { clustersetZone, clusterZone, selectedLabel } from '../variations.ts';
import type {
  EndpointState,
  EndpointsState,
  ObjectIdentity,
  ObjectState,
  PodState,
  PortState,
  ServiceImportState,
  ServiceState,
  SliceState,
  Target,
} from './history.ts';
import { hostNamesOfSlices, serviceName } from './names.ts';

export const finalizer = 'kube-doh.test/held';
export const hideAnnotation = 'kube-doh/hide';

const kinds: Readonly<Record<ObjectIdentity['kind'], Kind>> = {
  namespace: 'Namespace',
  service: 'Service',
  slice: 'EndpointSlice',
  endpoints: 'Endpoints',
  pod: 'Pod',
  serviceImport: 'ServiceImport',
};

/** How the API calls it. */
export interface ApiName {
  readonly kind: Kind;
  readonly namespace?: string;
  readonly name: string;
}

export function apiNameOf({ kind, namespace, id }: ObjectIdentity, slot: number): ApiName {
  const within = namespaceName(slot, namespace);
  if (kind === 'namespace') return { kind: 'Namespace', name: within };
  return { kind: kinds[kind], namespace: within, name: nameOf(kind, id) };
}

function nameOf(kind: Exclude<ObjectIdentity['kind'], 'namespace'>, id: number): string {
  if (kind === 'slice') return `slice-${id}`;
  return kind === 'pod' ? `pod-${id}` : serviceName(id);
}

/** `clusterIpOf` tells the address that a Service has now, of the family if there are two. */
export type ClusterIpOf = (namespace: number, id: number, addressType: 'IPv4' | 'IPv6') => string | undefined;

export function manifestOf(object: ObjectState, slot: number, clusterIpOf: ClusterIpOf): KubernetesObject {
  const { kind, name, namespace } = apiNameOf(object, slot);
  const labels = { ...(object.isLabelled && { [selectedLabel.key]: selectedLabel.value }), ...labelsOf(object) };
  const metadata = {
    name,
    ...(namespace !== undefined && { namespace }),
    labels,
    ...(object.hide !== undefined && { annotations: { [hideAnnotation]: object.hide } }),
    ...(isHeld(object) && { finalizers: [finalizer] }),
  };
  return { apiVersion: apiVersions[object.kind], kind, metadata, ...bodyOf(object, slot, clusterIpOf) };
}

/** What is to be seen terminating must not be gone at once. */
function isHeld(object: ObjectState): boolean {
  return object.isHeld === true || (object.kind === 'pod' && object.appearsTerminating === true);
}

const apiVersions: Readonly<Record<ObjectIdentity['kind'], string>> = {
  namespace: 'v1',
  service: 'v1',
  slice: 'discovery.k8s.io/v1',
  endpoints: 'v1',
  pod: 'v1',
  serviceImport: 'multicluster.x-k8s.io/v1alpha1',
};

function labelsOf(object: ObjectState): Record<string, string> {
  if (object.kind === 'endpoints' && object.skipsMirroring === true) {
    return { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  }
  if (object.kind !== 'slice') return {};
  const { service, imported } = object;
  return {
    ...(service !== undefined && { 'kubernetes.io/service-name': serviceName(service) }),
    ...(imported !== undefined && {
      'multicluster.kubernetes.io/service-name': serviceName(imported.id),
      'multicluster.kubernetes.io/source-cluster': imported.cluster,
    }),
  };
}

function bodyOf(object: ObjectState, slot: number, clusterIpOf: ClusterIpOf): object {
  switch (object.kind) {
    case 'namespace':
      return {};
    case 'service':
      return { spec: serviceSpec(object, slot) };
    case 'slice':
      return sliceBody(object, slot, clusterIpOf);
    case 'endpoints':
      return { subsets: endpointsSubsets(object, slot) };
    case 'pod':
      // Nobody schedules it, so its status stays what it is given.
      return { spec: { schedulerName: 'nobody', containers: [{ name: 'main', image: 'none' }] } };
    case 'serviceImport':
      return { spec: serviceImportSpec(object, slot) };
  }
}

function serviceSpec({ namespace, id, shape, ports, hasSelector }: ServiceState, slot: number): object {
  const common = {
    ...(ports.length > 0 && { ports: ports.map(portOf) }),
    ...(hasSelector === true && { selector: { 'selects-nothing': 'true' } }),
  };
  switch (shape.type) {
    case 'headless':
      return { ...common, clusterIP: 'None', ...(shape.publishesNotReady && { publishNotReadyAddresses: true }) };
    case 'ExternalName':
      return { ...common, type: 'ExternalName', externalName: targetName(shape.target, namespace, id, slot) };
    default:
      return {
        ...common,
        type: shape.type,
        ipFamilies: shape.families,
        ipFamilyPolicy: shape.families.length > 1 ? 'RequireDualStack' : 'SingleStack',
        ...(shape.externalAddress !== undefined && { externalIPs: [shape.externalAddress] }),
      };
  }
}

function targetName(target: Target, namespace: number, id: number, slot: number): string {
  const nameIn = (namespace: number, id: number, zone: string): string =>
    `${serviceName(id)}.${namespaceName(slot, namespace)}.svc.${zone}`;
  switch (target.to) {
    case 'service':
      return nameIn(target.namespace, target.id, target.zone === 'cluster' ? clusterZone : clustersetZone);
    case 'itself':
      return nameIn(namespace, id, clusterZone);
    case 'belowItself':
      return `below.${nameIn(namespace, id, clusterZone)}`;
    case 'other':
      return target.text;
  }
}

function sliceBody({ addressType, endpoints, ports }: SliceState, slot: number, clusterIpOf: ClusterIpOf): object {
  return {
    addressType,
    endpoints: endpoints.flatMap((endpoint) => endpointOf(endpoint, addressType, slot, clusterIpOf)),
    ...(ports.length > 0 && { ports: ports.map(portOf) }),
  };
}

/** None where the Service whose address it would have has none. */
function endpointOf(
  { addresses, hostname, isReady: ready, isServing: serving, isTerminating: terminating, podName }: EndpointState,
  addressType: SliceState['addressType'],
  slot: number,
  clusterIpOf: ClusterIpOf,
): object[] {
  const texts = addresses.flatMap((address) => {
    if ('clusterIpOf' in address) {
      const { namespace, id } = address.clusterIpOf;
      return addressType === 'FQDN' ? [] : (clusterIpOf(namespace, id, addressType) ?? []);
    }
    return addressType === 'FQDN' ? hostNamesOfSlices[address.slot]! : addressOf(slot, address.slot);
  });
  if (texts.length === 0) return [];
  const label = typeof hostname === 'object' ? dashed(addressOf(slot, hostname.dashed)) : hostname;
  const conditions = { ...present({ ready, serving, terminating }) };
  const targetRef = podName === undefined ? undefined : { kind: 'Pod', name: podName };
  return [{ addresses: [...new Set(texts)], conditions, ...present({ hostname: label, targetRef }) }];
}

function endpointsSubsets({ subsets, hostname }: EndpointsState, slot: number): object[] {
  const everReady = new Set(subsets.flatMap(({ ready }) => ready));
  const addresses = (indexes: readonly number[]): object[] =>
    indexes.map((index) => ({ ip: addressOf(slot, index), ...present({ hostname }) }));
  return subsets
    .map((subset) => ({ ...subset, notReady: subset.notReady.filter((index) => !everReady.has(index)) }))
    .filter(({ ready, notReady }) => ready.length + notReady.length > 0)
    .map(({ ready, notReady, ports }) => ({
      ...(ready.length > 0 && { addresses: addresses(ready) }),
      ...(notReady.length > 0 && { notReadyAddresses: addresses(notReady) }),
      ...(ports.length > 0 && { ports: ports.map(portOf) }),
    }));
}

function serviceImportSpec({ type, addresses, ports }: ServiceImportState, slot: number): object {
  return {
    type,
    ...(type === 'ClusterSetIP' && { ips: addresses.map((index) => addressOf(slot, index)) }),
    ports: ports.map(portOf),
  };
}

function portOf({ name, protocol, number }: PortState): object {
  return { ...present({ name, protocol }), ...(number !== null && { port: number }) };
}

/** What the kubelet would say of the pod. */
export function podStatus({ phase, addresses }: PodState, slot: number): object {
  const podIPs = addresses.map((index) => ({ ip: addressOf(slot, index) }));
  return { phase, podIP: podIPs[0]?.ip ?? null, podIPs };
}

function present(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
