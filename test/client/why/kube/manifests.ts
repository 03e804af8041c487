/** Objects as an API server sends them, with what the tests do not care about filled in. */
import type { KubeObject } from './pocket-api.ts';

type Labels = Readonly<Record<string, string>>;

interface Meta {
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly deletionTimestamp?: string;
}

function metadata(name: string, { namespace = 'cache', ...more }: Meta) {
  return { name, namespace, ...more };
}

export function namespace(name = 'cache', more: Omit<Meta, 'namespace'> = {}): KubeObject {
  return { kind: 'Namespace', metadata: { name, ...more } };
}

/** Headless, with the selector app=redis, unless the spec says something else. */
export function service(name: string, spec: object = {}, meta: Meta = {}): KubeObject {
  const ports = [{ name: 'redis', protocol: 'TCP', port: 6379, targetPort: 6379 }];
  return {
    kind: 'Service',
    metadata: metadata(name, meta),
    spec: { clusterIP: 'None', selector: { app: 'redis' }, ports, ...spec },
  };
}

export function statefulSet(name: string, spec: object = {}, labels: Labels = { app: 'redis' }): KubeObject {
  const template = { metadata: { labels } };
  return {
    kind: 'StatefulSet',
    metadata: metadata(name, {}),
    spec: { replicas: 3, serviceName: 'redis-headless', template, ...spec },
  };
}

export function slice(service: string, addresses: readonly string[], name = `${service}-abc12`): KubeObject {
  return {
    kind: 'EndpointSlice',
    metadata: metadata(name, { labels: { 'kubernetes.io/service-name': service } }),
    endpoints: addresses.map((address) => ({ addresses: [address] })),
  };
}

interface PodParts extends Meta {
  readonly spec?: object;
  readonly status?: object;
  readonly owner?: readonly [kind: string, name: string] | undefined;
  /** Of the condition Ready, and of its container. */
  readonly isReady?: boolean;
}

/** A ready pod of the StatefulSet redis, whose governing Service is redis-headless. */
export function pod(name: string, parts: PodParts = {}): KubeObject {
  const { spec, status, owner = ['StatefulSet', 'redis'], isReady = true, ...meta } = parts;
  const [kind, ownerName] = owner;
  return {
    kind: 'Pod',
    metadata: {
      ...metadata(name, { labels: { app: 'redis' }, ...meta }),
      ...(kind === '' ? {} : { ownerReferences: [{ kind, name: ownerName, controller: true }] }),
    },
    spec: {
      hostname: name,
      subdomain: 'redis-headless',
      containers: [{ name: 'redis', ports: [{ name: 'redis', containerPort: 6379 }] }],
      ...spec,
    },
    status: {
      phase: 'Running',
      podIP: '10.244.0.5',
      conditions: [
        { type: 'Ready', status: isReady ? 'True' : 'False', ...(isReady ? {} : { reason: 'ContainersNotReady' }) },
      ],
      containerStatuses: [{ name: 'redis', ready: isReady, state: { running: {} } }],
      ...status,
    },
  };
}
