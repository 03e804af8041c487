/**
 * What is observed for supplements alone: why something is not in DNS, and the endpoints that are not. Records are made
 * without it (cluster.ts), and nothing of it is kept where no supplement is published.
 */
import type { Standing } from '../zone/endpoints/line.ts';
import type { Endpoint, Port } from './cluster.ts';

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
  /** Of its endpoints, ready or not. */
  readonly ports: readonly Port[];
}

/**
 * An endpoint that has an address; `podName` only where a pod is behind it. It may be no label: that of a static pod ends
 * with the name of its node.
 */
export interface EndpointFacts extends Endpoint {
  readonly standing: Standing;
  /** Of whatever is behind it: what it is named after in DNS, or would be if it were ready (`--endpoint-pod-names`). */
  readonly targetName: string | undefined;
  /** Of the node that it is on, and of the zone that is in; undefined where the slice does not say. */
  readonly nodeName: string | undefined;
  readonly topologyZone: string | undefined;
}

/** The endpoint that records are made of, or would be if it were ready. */
export function asInDns({ address, hostname, targetName: podName }: EndpointFacts): Endpoint {
  return { address, hostname, podName };
}

/** The name of the pod behind it, where that can be a label in DNS. */
export function podLabelOf({ podName, targetName }: EndpointFacts): string | undefined {
  return podName === undefined ? undefined : targetName;
}

/** A live view. Keys are `namespace/name` of Services, also of the slices of each, by `namespace/name` of the slice. */
export interface ObservedFacts {
  readonly services: ReadonlyMap<string, ServiceFacts>;
  readonly slicesByService: ReadonlyMap<string, ReadonlyMap<string, SliceFacts>>;
}
