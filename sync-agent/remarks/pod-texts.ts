/** What is said of one pod of a Service, which is not there or has another name. One plain sentence each, and what to do. */
import type { Remark } from '../../zone/remarks/remarks.ts';
import { type ServiceName, titleOf } from './service-texts.ts';

export function podNotReady(
  service: ServiceName,
  label: string,
  pod: string | undefined,
  publishesNotReady: boolean,
): Remark {
  const { namespace, name } = service;
  const otherwise = publishesNotReady
    ? ''
    : `; if it must be found before, set publishNotReadyAddresses: true in Service ${name}`;
  const see =
    pod === undefined
      ? `"kubectl describe endpointslices -n ${namespace} -l kubernetes.io/service-name=${name}"`
      : `"kubectl describe pod ${pod} -n ${namespace}"`;
  return {
    code: 'NOT_READY',
    cause: `${subjectOf(label, pod)} of ${titleOf(service)} is not ready, so it has no records.`,
    next: `See why with ${see}${otherwise}.`,
  };
}

export function podTerminating(service: ServiceName, label: string, pod: string | undefined): Remark {
  const { namespace } = service;
  return {
    code: 'TERMINATING',
    cause: `${subjectOf(label, pod)} of ${titleOf(service)} is terminating, so it has no records any more.`,
    next: `Wait until its successor is ready; "kubectl get pods -n ${namespace}" shows it.`,
  };
}

/** The pod's name is made of its hostname, which is another one than its name. */
export function namedAfterHostname(service: ServiceName, pod: string, hostname: string): Remark {
  const { namespace, name } = service;
  return {
    code: 'OTHER_NAME',
    cause: `Pod ${pod} of ${titleOf(service)} has the hostname ${hostname}, of which its name is made.`,
    next: `Ask ${hostname}.${name}.${namespace}.svc.{zone}.`,
  };
}

/** `other` is the name of a Service in the same namespace below which the pod has a name, and `label` that name. */
export function belowOtherService(service: ServiceName, pod: string, other: string, label: string): Remark {
  const { namespace, name } = service;
  return {
    code: 'OTHER_SERVICE',
    cause: `Pod ${pod} in namespace ${namespace} has its name below Service ${other}, not below Service ${name}.`,
    next: `Ask ${label}.${other}.${namespace}.svc.{zone}.`,
  };
}

/** `dashed` is the label that it has instead; undefined while it has none. */
export function podWithoutHostname(service: ServiceName, pod: string, dashed: string | undefined): Remark {
  const { namespace, name } = service;
  const instead = dashed === undefined ? 'Make' : `Ask ${dashed}.${name}.${namespace}.svc.{zone}, or make`;
  return {
    code: 'NO_HOSTNAMES',
    cause: `Pod ${pod} of ${titleOf(service)} has no hostname below it.`,
    next: `${instead} it a pod of a StatefulSet with serviceName: ${name}.`,
  };
}

function subjectOf(label: string, pod: string | undefined): string {
  return pod === undefined ? `Endpoint ${label}` : `Pod ${pod}`;
}
