/** What the API server says of the examples: which pods and Services there are, and their addresses. */
import type { ClusterObjects } from '../control-plane/apply.ts';

export interface PodFact {
  readonly name: string;
  readonly address: string;
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly status?: { readonly podIP?: string };
}

interface Service {
  readonly spec: { readonly clusterIP?: string };
}

/** The pods with the label `app=APP`, by name. */
export async function podsOf(objects: ClusterObjects, namespace: string, app: string): Promise<PodFact[]> {
  const pods = await objects.list<Pod>('Pod', { namespace, labelSelector: `app=${app}` });
  return pods
    .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.podIP !== undefined)
    .map(({ metadata, status }) => ({ name: metadata.name, address: status!.podIP! }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export async function clusterAddressOf(objects: ClusterObjects, namespace: string, name: string): Promise<string> {
  const service = await objects.get<Service>({ kind: 'Service', namespace, name });
  return service?.spec.clusterIP ?? '';
}
