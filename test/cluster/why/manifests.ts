/** Kubernetes objects as people write them, short. Pure. */
import type { KubernetesObject } from '../control-plane/manifests.ts';

export type Labels = Readonly<Record<string, string>>;

const container = (ports: readonly object[] = []) => [{ name: 'main', image: 'main', ports }];

export function namespace(name: string, annotations: Labels = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, annotations } };
}

/** With one port named `http`, unless the spec has others. */
export function service(inside: string, name: string, spec: object, annotations: Labels = {}): KubernetesObject {
  const ports = [{ name: 'http', port: 80 }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: inside, name, annotations },
    spec: { ports, ...spec },
  };
}

export function headless(inside: string, name: string, app: string, spec: object = {}): KubernetesObject {
  return service(inside, name, { clusterIP: 'None', selector: { app }, ...spec });
}

export function externalName(inside: string, name: string, target: string): KubernetesObject {
  const spec = { type: 'ExternalName', externalName: target };
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace: inside, name }, spec };
}

/** Its pods have the label `app=NAME`. */
export function statefulSet(
  inside: string,
  name: string,
  serviceName: string,
  { replicas = 1, ...podSpec }: { readonly replicas?: number; readonly nodeSelector?: Labels } = {},
): KubernetesObject {
  const template = { metadata: { labels: { app: name } }, spec: { containers: container(), ...podSpec } };
  const spec = { serviceName, replicas, selector: { matchLabels: { app: name } }, template };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { namespace: inside, name }, spec };
}

/** Of one pod with the label `app=NAME`. */
export function deployment(inside: string, name: string): KubernetesObject {
  const template = { metadata: { labels: { app: name } }, spec: { containers: container() } };
  const spec = { replicas: 1, selector: { matchLabels: { app: name } }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: inside, name }, spec };
}

export function pod(inside: string, name: string, app: string, spec: object = {}): KubernetesObject {
  const metadata = { namespace: inside, name, labels: { app } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: container(), ...spec } };
}
