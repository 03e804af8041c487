/**
 * The few fields of Kubernetes objects that decide DNS records. Everything else is dropped at the border (kube/trim.ts),
 * so memory follows what is kept, and nothing behind the border meets an unchecked field.
 */
import type { Address } from '../zone/address.ts';
import type { Name } from '../zone/name.ts';

export interface Namespace {
  readonly name: string;
}

export interface Service {
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

/** `name` is empty for an unnamed port. `protocol` is lower case: `tcp`, `udp`, `sctp`. `number` is 1 to 65535. */
export interface Port {
  readonly name: string;
  readonly protocol: string;
  readonly number: number;
}

export interface EndpointSlice {
  readonly namespace: string;
  readonly name: string;
  /** The Service it belongs to, from the label `kubernetes.io/service-name`. */
  readonly service: string;
  readonly endpoints: readonly Endpoint[];
  /** Target ports, resolved by the controller; empty when the slice has none. */
  readonly ports: readonly Port[];
}

/** An endpoint that is in DNS: its `ready` condition is true or absent. The others are not kept. */
export interface Endpoint {
  readonly address: Address;
  /** One DNS label in lower case, when the pod has one for this Service. */
  readonly hostname: string | undefined;
}

/** What is observed of a cluster at one moment. Maps are keyed by `namespace/name`, Namespaces by name. */
export interface Cluster {
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly services: ReadonlyMap<string, Service>;
  readonly endpointSlices: ReadonlyMap<string, EndpointSlice>;
}

/** An object, or a part of one, that cannot become records. The rest of the cluster is not affected. */
export interface Problem {
  /** Such as `EndpointSlice cache/redis-abc12`. */
  readonly object: string;
  /** Such as `endpoints[3].addresses[0]: "10.0.0" is not an address`. */
  readonly reason: string;
}
