/** What is said of a Service: why it has no records, or nothing below it. One plain sentence each, and what to do. */
import type { Remark } from '../../zone/remarks/remarks.ts';
import type { ServiceFault } from '../facts.ts';

/** What a remark is about. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** Of an ExternalName whose target would not fit into a sentence only the type is said. */
const maxTargetCharacters = 80;
/** Names that are listed in a sentence. */
const maxListed = 3;

export function faulty(service: ServiceName, fault: ServiceFault): Remark {
  const { namespace, name } = service;
  return fault === 'no-target'
    ? {
        code: 'EXTERNAL_NAME_INVALID',
        cause: `${titleOf(service)} is an ExternalName without a domain name, so it points nowhere.`,
        next: 'Set spec.externalName to a domain name; for an address, make a Service without a selector and an EndpointSlice.',
      }
    : {
        code: 'NO_CLUSTER_IP',
        cause: `${titleOf(service)} has no cluster IP, and is not headless.`,
        next: `Look at its events with "kubectl describe service ${name} -n ${namespace}", or set clusterIP: None.`,
      };
}

export function tooLong(service: ServiceName): Remark {
  return {
    code: 'NAME_TOO_LONG',
    cause: `The names of ${titleOf(service)} are too long for one of the cluster's zones.`,
    next: 'Use shorter names, or run the agent with a shorter --alias.',
  };
}

/** Why a Service is not in DNS, for want of endpoints. `isHeadless`: it has no address of its own either. */
export interface EmptyService extends ServiceName {
  readonly isHeadless: boolean;
}

/** `isSelected`: whether the agent selects slices by their labels, so that some may not be seen. */
export function noEndpoints(service: EmptyService, isSelected: boolean): Remark {
  const { namespace, name } = service;
  if (isSelected) {
    return {
      code: 'NO_ENDPOINTS',
      cause: `${titleOf(service)} has no pods among what the agent selects, ${soOf(service)}.`,
      next: `Compare the agent's --labels with "kubectl get endpointslices -n ${namespace} --show-labels".`,
    };
  }
  return {
    code: 'NO_ENDPOINTS',
    cause: `The selector of ${titleOf(service)} matches no running pod, ${soOf(service)}.`,
    next: `Compare "kubectl describe service ${name} -n ${namespace}" with "kubectl get pods -n ${namespace} --show-labels".`,
  };
}

export function noSelector(service: EmptyService): Remark {
  const { name } = service;
  return {
    code: 'NO_SELECTOR',
    cause: `${titleOf(service)} has no selector and no endpoints, ${soOf(service)}.`,
    next: `Give it a selector, or make an EndpointSlice with the label kubernetes.io/service-name: ${name}.`,
  };
}

export function hostNamesOnly(service: ServiceName): Remark {
  return {
    code: 'NO_ADDRESSES',
    cause: `The EndpointSlices of ${titleOf(service)} hold host names, which cannot be addresses in DNS.`,
    next: 'Make EndpointSlices with addresses, or a Service of type ExternalName.',
  };
}

/** None of `count` pods, or of other endpoints where it has no pods. */
export function noneReady(
  service: EmptyService,
  { count, arePods, publishesNotReady }: { count: number; arePods: boolean; publishesNotReady: boolean },
): Remark {
  const { namespace, name } = service;
  const noun = arePods ? 'pod' : 'endpoint';
  const subject =
    count === 1
      ? `The only ${noun} of ${titleOf(service)} is not ready`
      : `None of the ${count} ${noun}s of ${titleOf(service)} is ready`;
  const see = arePods
    ? `"kubectl describe pods -n ${namespace}"`
    : `"kubectl describe endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}"`;
  const otherwise =
    publishesNotReady || !arePods
      ? ''
      : `; if its pods must find each other before, set publishNotReadyAddresses: true in Service ${name}`;
  return { code: 'NONE_READY', cause: `${subject}, ${soOf(service)}.`, next: `See why with ${see}${otherwise}.` };
}

export function allTerminating(service: EmptyService): Remark {
  const { namespace } = service;
  return {
    code: 'TERMINATING',
    cause: `All pods of ${titleOf(service)} are terminating, ${soOf(service)}.`,
    next: `Wait until their successors are ready; "kubectl get pods -n ${namespace}" shows them.`,
  };
}

/** A Service with a cluster IP is there without endpoints too, unless the agent was told otherwise. */
function soOf({ isHeadless }: EmptyService): string {
  return isHeadless ? 'so it has no addresses' : 'so the agent leaves it out (--ignore-empty-service)';
}

/** `target` undefined where it is not to be told. */
export function externalName(service: ServiceName, target: string | undefined): Remark {
  const { namespace, name } = service;
  const own = `${name}.${namespace}.svc.{zone}`;
  if (target === undefined || target.length > maxTargetCharacters) {
    return {
      code: 'EXTERNAL_NAME',
      cause: `${titleOf(service)} is an ExternalName, so there is nothing below it.`,
      next: `Ask ${own} itself.`,
    };
  }
  return {
    code: 'EXTERNAL_NAME',
    cause: `${titleOf(service)} is another name for ${target}, so there is nothing below it.`,
    next: `Ask ${own} itself, or a name below ${target}.`,
  };
}

export function targetNotPublished(service: ServiceName): Remark {
  return {
    code: 'TARGET_NOT_PUBLISHED',
    cause: `${titleOf(service)} is an ExternalName, and what it points to is not published.`,
    next: 'Point it to something else, or let the agent publish what it points to.',
  };
}

/** Below a Service with a cluster IP of which no pod has a name of its own. */
export function clusterIp(service: ServiceName): Remark {
  const { namespace, name } = service;
  return {
    code: 'CLUSTER_IP',
    cause: `${titleOf(service)} has a cluster IP, and none of its pods has a name of its own below it.`,
    next: `Ask ${name}.${namespace}.svc.{zone}; for a name of each pod use a headless Service (clusterIP: None) as the serviceName of a StatefulSet.`,
  };
}

/** Below a headless Service of which no pod has a host name. */
export function noHostnames(service: ServiceName): Remark {
  const { name } = service;
  return {
    code: 'NO_HOSTNAMES',
    cause: `The pods of ${titleOf(service)} have no hostnames below it, only names made of their addresses.`,
    next: `Make them pods of a StatefulSet with serviceName: ${name}, or set hostname and subdomain: ${name} in each pod.`,
  };
}

/** `labels` are those that there are, at least one. */
export function noSuchEndpoint(service: ServiceName, labels: readonly string[]): Remark {
  const { namespace } = service;
  return {
    code: 'NO_SUCH_POD',
    cause: `${titleOf(service)} has no ready pod {label}; it has ${listed(labels)}.`,
    next: `Ask for one that it has, or see with "kubectl get pods -n ${namespace} --show-labels" whether the pod is there, ready and selected.`,
  };
}

/** `labels` are the names of its ports, such as `_redis._tcp`. */
export function noPort(service: ServiceName, labels: readonly string[]): Remark {
  const { namespace, name } = service;
  if (labels.length === 0) {
    return {
      code: 'NO_PORT',
      cause: `${titleOf(service)} has no port {label}: none of its ports has a name.`,
      next: `Name the ports in Service ${name}: the SRV name is _PORT._PROTOCOL.${name}.${namespace}.svc.{zone}.`,
    };
  }
  return {
    code: 'NO_PORT',
    cause: `${titleOf(service)} has no port {label}; it has ${listed(labels)}.`,
    next: `Ask for one that it has, or name the port in Service ${name}.`,
  };
}

/** `target` is the name of a container's port, where the port of the Service has one. */
export function portMissing(service: ServiceName, label: string, target: string | undefined): Remark {
  const { namespace, name } = service;
  if (target === undefined) {
    return {
      code: 'PORT_MISSING',
      cause: `No ready endpoint of ${titleOf(service)} has the port ${label}.`,
      next: `Compare its ports with "kubectl describe endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}".`,
    };
  }
  return {
    code: 'PORT_MISSING',
    cause: `No ready pod of ${titleOf(service)} has a container port named ${target}, to which ${label} points.`,
    next: `Name the container's port ${target} in the pods, or set targetPort to its number in Service ${name}.`,
  };
}

export function titleOf({ namespace, name }: ServiceName): string {
  return `Service ${name} in namespace ${namespace}`;
}

/** Such as `a, b and c`, or `a, b, c and 4 more`. */
function listed(labels: readonly string[]): string {
  const named = labels.slice(0, maxListed);
  const left = labels.length - named.length;
  const last = left > 0 ? `${left} more` : named.pop();
  return named.length === 0 ? `${last}` : `${named.join(', ')} and ${last}`;
}
