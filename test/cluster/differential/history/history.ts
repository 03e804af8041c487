/**
 * A history is plain data: what happens to the objects of a cluster, step by step. Namespaces, Services and addresses are
 * numbers, which a slot turns into names. A history stays one when parts of it are left out. Pure.
 */

export interface History {
  readonly steps: readonly Step[];
}

/** Happens together; the answers are compared afterwards. An object occurs at most once. */
export type Step = readonly Operation[];

/** `put` creates an object, or makes the one that is there like this. */
export type Operation =
  | { readonly do: 'put'; readonly object: ObjectState }
  | { readonly do: 'delete'; readonly object: ObjectIdentity };

export type ObjectState = NamespaceState | ServiceState | SliceState | EndpointsState | PodState | ServiceImportState;

export type ObjectKind = ObjectState['kind'];

export interface ObjectIdentity {
  readonly kind: ObjectKind;
  readonly namespace: number;
  /** Of its kind in its namespace; 0 for the namespace itself. */
  readonly id: number;
}

interface Common extends ObjectIdentity {
  /** It carries the label that selectors ask for. */
  readonly isLabelled: boolean;
  /** The annotation that keeps it out of the snapshot. */
  readonly hide?: 'true' | 'false';
  /** A finalizer keeps it, terminating, after it was deleted. */
  readonly isHeld?: boolean;
}

export interface NamespaceState extends Common {
  readonly kind: 'namespace';
}

export interface ServiceState extends Common {
  readonly kind: 'service';
  readonly shape: ServiceShape;
  readonly ports: readonly PortState[];
  /** A selector that selects nothing: the controller then keeps an empty slice. */
  readonly hasSelector?: boolean;
}

export type ServiceShape =
  | {
      readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
      readonly families: readonly Family[];
      readonly externalAddress?: string;
    }
  | { readonly type: 'headless'; readonly publishesNotReady?: boolean }
  | { readonly type: 'ExternalName'; readonly target: Target };

export type Family = 'IPv4' | 'IPv6';

/** Where an ExternalName points. */
export type Target =
  | { readonly to: 'service'; readonly namespace: number; readonly id: number; readonly zone: 'cluster' | 'clusterset' }
  /** The name itself, and another one below it. */
  | { readonly to: 'itself' | 'belowItself' }
  | { readonly to: 'other'; readonly text: string };

export interface PortState {
  readonly name?: string;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  /** Null stands for every number; a slice may have it. */
  readonly number: number | null;
}

export interface SliceState extends Common {
  readonly kind: 'slice';
  readonly addressType: Family | 'FQDN';
  /** The Service in its label; without it the slice belongs to none. */
  readonly service?: number;
  /** What it was imported for, and from where. */
  readonly imported?: { readonly id: number; readonly cluster: string };
  readonly endpoints: readonly EndpointState[];
  /** Without ports a slice stands for every port. */
  readonly ports: readonly PortState[];
}

export interface EndpointState {
  readonly addresses: readonly EndpointAddress[];
  readonly hostname?: Hostname;
  readonly isReady?: boolean;
  readonly isServing?: boolean;
  readonly isTerminating?: boolean;
  /** The name of the pod that it refers to. */
  readonly podName?: string;
}

/** An address of the slot, or the one that a Service has. */
export type EndpointAddress =
  | { readonly slot: number }
  | { readonly clusterIpOf: { readonly namespace: number; readonly id: number } };

/** A label, or the one that another address of the slot would have. */
export type Hostname = string | { readonly dashed: number };

/** Core Endpoints, which a controller turns into slices. Its id is that of the Service. */
export interface EndpointsState extends Common {
  readonly kind: 'endpoints';
  readonly subsets: readonly SubsetState[];
  /** Of all its addresses. */
  readonly hostname?: string;
  readonly skipsMirroring?: boolean;
}

/** An address that is ready somewhere is not given as one that is not. */
export interface SubsetState {
  readonly ready: readonly number[];
  readonly notReady: readonly number[];
  readonly ports: readonly PortState[];
}

export interface PodState extends Common {
  readonly kind: 'pod';
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  /** At most one of each family. */
  readonly addresses: readonly number[];
  /** It is terminating before anybody who passes over failed pods has seen it. */
  readonly appearsTerminating?: boolean;
}

export interface ServiceImportState extends Common {
  readonly kind: 'serviceImport';
  readonly type: 'ClusterSetIP' | 'Headless';
  readonly addresses: readonly number[];
  readonly ports: readonly PortState[];
}

/** What tells objects apart. */
export function keyOf({ kind, namespace, id }: ObjectIdentity): string {
  return `${kind} ${namespace} ${id}`;
}
