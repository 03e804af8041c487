/**
 * What is observed for remarks alone: why something is not in DNS. Records are made without it (cluster.ts), and nothing of
 * it is kept where no remarks are published.
 */
import type { Endpoint } from './cluster.ts';

/** Of a Service that is not hidden, also of one that can have no records. */
export interface ServiceFacts {
  readonly namespace: string;
  readonly name: string;
  readonly hasSelector: boolean;
  /** Whether pods are to be found before they are ready. */
  readonly publishesNotReady: boolean;
  /** Target ports that are names of containers' ports, by the SRV labels of the Service's port: `_redis._tcp`. */
  readonly targetNames: Readonly<Record<string, string>>;
  /** Why it cannot be in DNS. */
  readonly fault: ServiceFault | undefined;
}

/** It has no cluster IP yet; it is an ExternalName without a domain name. */
export type ServiceFault = 'no-cluster-ip' | 'no-target';

/** Of a slice that belongs to a Service. */
export interface SliceFacts {
  readonly namespace: string;
  readonly name: string;
  /** By its label, whether or not there is such a Service. */
  readonly service: string;
  /** Whether it holds host names, which are no addresses. */
  readonly holdsHostNames: boolean;
  readonly endpoints: readonly EndpointFacts[];
}

/** An endpoint that has an address, as it is or would be in DNS; `podName` only where a pod is behind it. */
export interface EndpointFacts extends Endpoint {
  readonly standing: Standing;
}

/** Only those that are `ready` are in DNS. */
export type Standing = 'ready' | 'not-ready' | 'terminating';

/** A live view. Keys are `namespace/name` of Services, also of the slices of each, by `namespace/name` of the slice. */
export interface ObservedFacts {
  readonly services: ReadonlyMap<string, ServiceFacts>;
  readonly slicesByService: ReadonlyMap<string, ReadonlyMap<string, SliceFacts>>;
}
