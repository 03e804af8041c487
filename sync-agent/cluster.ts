/**
 * The few fields of Kubernetes objects that decide DNS records. Everything else is dropped at the border (kube/trim.ts),
 * so memory follows what is kept, and nothing behind the border meets an unchecked field.
 */
import type { Address } from '../zone/address.ts';
import type { Name } from '../zone/name.ts';

/** An object with `isHidden` carries the annotation that keeps it, and all that belongs to it, out of the snapshot. */
interface Hideable {
  readonly isHidden: boolean;
}

export interface Namespace extends Hideable {
  readonly name: string;
}

export interface Service extends Hideable {
  readonly namespace: string;
  readonly name: string;
  readonly kind: ServiceKind;
  /** In the order of the spec; empty when the Service has none. */
  readonly ports: readonly Port[];
}

/** How cluster DNS treats the Service (Kubernetes DNS specification §2.3 to §2.5). */
export type ServiceKind =
  | { readonly type: 'clusterIP'; readonly addresses: readonly Address[] }
  | { readonly type: 'headless' }
  | { readonly type: 'externalName'; readonly target: Name };

/**
 * `name` is empty for an unnamed port. `protocol` is lower case: `tcp`, `udp`, `sctp`. `number` is 1 to 65535, or
 * undefined where the port stands for every number: it is no SRV record then, but its name has addresses.
 */
export interface Port {
  readonly name: string;
  readonly protocol: string;
  readonly number: number | undefined;
}

export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  /** What its endpoints belong to. Mostly one Service; a slice that names nothing is not kept. */
  readonly owners: readonly [SliceOwner, ...SliceOwner[]];
  readonly endpoints: readonly Endpoint[];
  /** Target ports, resolved by the controller; empty when the slice has none. */
  readonly ports: readonly Port[];
}

/** `service` is from the label `kubernetes.io/service-name`, or from its multi-cluster counterpart with the cluster. */
export type SliceOwner =
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'serviceImport'; readonly service: string; readonly cluster: string };

/** An endpoint that is in DNS: its `ready` condition is true or absent. The others are not kept. */
export interface Endpoint {
  readonly address: Address;
  /** One DNS label in lower case, when the pod has one for this Service. */
  readonly hostname: string | undefined;
  /** The name of the object behind it, where it is a label and names are made of it (`--endpoint-pod-names`). */
  readonly podName: string | undefined;
}

/** A pod that has not ended and is not hidden. Observed only where pods have names of their own (`--pods verified`). */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  /** At least one. */
  readonly addresses: readonly Address[];
}

/** A Service that several clusters share (Multi-Cluster Services API, v1alpha1). */
export interface ServiceImport extends Hideable {
  readonly namespace: string;
  readonly name: string;
  readonly kind: ServiceImportKind;
  readonly ports: readonly Port[];
}

export type ServiceImportKind =
  | { readonly type: 'clusterSetIP'; readonly addresses: readonly Address[] }
  | { readonly type: 'headless' };

/** What is observed of a cluster at one moment. Maps are keyed by `namespace/name`, Namespaces by name. */
export interface Cluster {
  /** Those that are observed: all, or the ones that the options select. */
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly services: ReadonlyMap<string, Service>;
  readonly endpointSlices: ReadonlyMap<string, EndpointSlice>;
  readonly pods: ReadonlyMap<string, Pod>;
  readonly serviceImports: ReadonlyMap<string, ServiceImport>;
}

/** An object, or a part of one, that cannot become records. The rest of the cluster is not affected. */
export interface Problem {
  /** Such as `EndpointSlice cache/redis-abc12`. */
  readonly object: string;
  /** Such as `endpoints[3].addresses[0]: "10.0.0" is not an address`. */
  readonly reason: string;
  /** Kept out because somebody wants it so, by an annotation or a selection: nothing to mend. */
  readonly isWithheld?: true;
}
