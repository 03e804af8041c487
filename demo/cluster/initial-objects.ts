/** What a cluster holds at its start: what every Kubernetes cluster has, and the objects of the given manifests. */
import { ManifestError, manifestOf, readManifests } from './manifests.ts';
import type { Registry } from './registry/registry.ts';
import type { JsonObject } from './types.ts';

/** Creates all of them; throws a ManifestError that names every object that was refused. */
export function createInitialObjects(registry: Registry, manifestTexts: readonly string[]): void {
  const problems: string[] = [];
  const manifests = readManifests(manifestTexts);
  for (const { resource, namespace, body } of [...INITIAL_OBJECTS.map(manifestOf), ...manifests]) {
    try {
      registry.create(resource.plural, namespace, body);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length > 0) throw new ManifestError(problems);
}

/** Where the API server of the pretended cluster stands, next to the pretended nodes. */
const API_SERVER_ADDRESS = '172.18.0.2';

/** The namespaces, and the Service `kubernetes` with its hand-made EndpointSlice. */
const INITIAL_OBJECTS: readonly JsonObject[] = [
  ...['default', 'kube-node-lease', 'kube-public', 'kube-system'].map((name) => ({
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: { name },
  })),
  {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }] },
  },
  {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [API_SERVER_ADDRESS], conditions: { ready: true } }],
    ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
  },
];
