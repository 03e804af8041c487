/**
 * What is said of names that are above Services: the zone itself, `svc`, `pod`, and Namespaces.
 *
 * What is kept out is never named: of what is not published nobody learns whether it exists.
 */
import type { Remark } from '../../zone/remarks/remarks.ts';
import type { PodMode } from '../records/options.ts';

export const belowZone: Remark = {
  code: 'NOT_A_SERVICE',
  cause: '{label}.{zone} is not the name of a Service or a pod.',
  next: 'Write SERVICE.NAMESPACE.svc.{zone}, or HOST.SERVICE.NAMESPACE.svc.{zone} for one pod.',
};

export const atServices: Remark = {
  code: 'INCOMPLETE_NAME',
  cause: 'svc.{zone} has no records of its own: below it are the namespaces.',
  next: 'Write SERVICE.NAMESPACE.svc.{zone}.',
};

export const noNamespace: Remark = {
  code: 'NO_NAMESPACE',
  cause: 'Namespace {child} does not exist, or is not published.',
  next: 'Write SERVICE.NAMESPACE.svc.{zone}; "kubectl get namespaces" lists the namespaces that there are.',
};

export function atNamespace(namespace: string): Remark {
  return {
    code: 'INCOMPLETE_NAME',
    cause: `${namespace}.svc.{zone} is a namespace, which has no records of its own.`,
    next: `Ask for a Service in it: SERVICE.${namespace}.svc.{zone}.`,
  };
}

export function noService(namespace: string): Remark {
  return {
    code: 'NO_SERVICE',
    cause: `There is no Service {child} in namespace ${namespace}, or it is not published.`,
    next: `Compare with "kubectl get services -n ${namespace}"; one that is there may be hidden, or not among those that the agent selects.`,
  };
}

/** Another sentence than below it: the name itself exists, and what is said of both alike denies that. */
export const atPodsDisabled: Remark = {
  code: 'PODS_DISABLED',
  cause: 'pod.{zone} has no records: names of pods by address, which would be below it, are not published.',
  next: 'Ask for a pod below its Service, or run the agent with "--pods verified".',
};

export const podsDisabled: Remark = {
  code: 'PODS_DISABLED',
  cause: 'Names of pods by address, below pod.{zone}, are not published for this cluster.',
  next: 'Ask for the pod below its Service, or run the agent with "--pods verified".',
};

export const atPods: Remark = {
  code: 'INCOMPLETE_NAME',
  cause: 'pod.{zone} has no records of its own: below it are the namespaces.',
  next: 'Write ADDRESS.NAMESPACE.pod.{zone}, the address with dashes: 10-0-0-1.',
};

export const noPodNamespace: Remark = {
  code: 'NO_NAMESPACE',
  cause: noNamespace.cause,
  next: 'Write ADDRESS.NAMESPACE.pod.{zone}; "kubectl get namespaces" lists the namespaces that there are.',
};

export function atPodNamespace(namespace: string): Remark {
  return {
    code: 'INCOMPLETE_NAME',
    cause: `${namespace}.pod.{zone} is a namespace, which has no records of its own.`,
    next: `Ask for an address in it, with dashes: 10-0-0-1.${namespace}.pod.{zone}.`,
  };
}

/** Below the name of a Namespace under `pod`. */
export function noPodAddress(namespace: string, mode: Exclude<PodMode, 'disabled'>): Remark {
  const cause =
    mode === 'insecure'
      ? `{label} spells no address, as names below ${namespace}.pod.{zone} must.`
      : `No pod in namespace ${namespace} has the address that {label} spells, or it is not published.`;
  return { code: 'NO_POD_ADDRESS', cause, next: `Compare with "kubectl get pods -n ${namespace} -o wide".` };
}
