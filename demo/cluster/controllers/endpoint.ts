/** One pod as one endpoint of one Service, and the ports it serves there. Pure. */
import { isFinished, isReady, isTerminating } from '../pod-readiness.ts';
import type { Endpoint, EndpointPort, IpFamily, Pod, Service, ServicePort } from '../types.ts';
import { fnv1a } from './hash.ts';

/**
 * The pod's endpoint in an address family, or undefined if it has none: no address of the family, or run to its end.
 *
 *     ready    = publishNotReadyAddresses, or serving and not terminating
 *     hostname = the pod's hostname, if its subdomain is the name of this Service
 */
export function endpointOf(service: Service, pod: Pod, family: IpFamily): Endpoint | undefined {
  if (isFinished(pod)) return undefined;
  const addresses = (pod.status.podIPs ?? []).map(({ ip }) => ip).filter((ip) => familyOf(ip) === family);
  if (addresses.length === 0) return undefined;
  const { name, namespace = '', uid } = pod.metadata;
  const { hostname, subdomain, nodeName } = pod.spec;
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const hasName = hostname !== undefined && hostname !== '' && subdomain === service.metadata.name;
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hasName ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName === undefined ? {} : { nodeName }),
  };
}

/**
 * The Service's ports at this pod; one whose name the pod does not know is left out. They are in the order of a hash, as
 * Kubernetes' own controller leaves them: readers must not take it for the order of the Service.
 */
export function endpointPortsOf(service: Service, pod: Pod): EndpointPort[] {
  const ports = (service.spec.ports ?? []).flatMap((servicePort): EndpointPort[] => {
    const port = portAt(pod, servicePort);
    return port === undefined ? [] : [{ name: servicePort.name ?? '', port, protocol: servicePort.protocol }];
  });
  const hashOf = ({ name, port, protocol }: EndpointPort) => fnv1a(`${protocol} ${port} ${name}`);
  return ports.toSorted((left, right) => hashOf(left) - hashOf(right));
}

/** A numeric target port is itself; a named one is looked up among the ports of the pod's containers. */
function portAt(pod: Pod, { targetPort, protocol }: ServicePort): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  return pod.spec.containers
    .flatMap(({ ports }) => ports ?? [])
    .find((port) => port.name === targetPort && port.protocol === protocol)?.containerPort;
}

function familyOf(address: string): IpFamily {
  return address.includes(':') ? 'IPv6' : 'IPv4';
}
