/** What the API server says there is, in the fields that DNS reads. */
import type { ClusterObjects } from '../control-plane/apply.ts';

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}

interface ApiPort {
  readonly name?: string;
  readonly protocol?: string;
  readonly port?: number;
}

export interface ApiNamespace {
  readonly metadata: Metadata;
}

export interface ApiService {
  readonly metadata: Metadata;
  readonly spec: {
    readonly type: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalName?: string;
    readonly externalIPs?: readonly string[];
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly ApiPort[];
  };
}

export interface ApiSlice {
  readonly metadata: Metadata;
  readonly addressType: string;
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly hostname?: string;
        readonly conditions?: { readonly ready?: boolean };
        readonly targetRef?: { readonly name?: string };
      }[]
    | null;
  readonly ports?: readonly ApiPort[] | null;
}

export interface ApiPod {
  readonly metadata: Metadata;
  readonly status?: { readonly phase?: string; readonly podIPs?: readonly { readonly ip: string }[] };
}

export interface ApiServiceImport {
  readonly metadata: Metadata;
  readonly spec: { readonly type: string; readonly ips?: readonly string[]; readonly ports: readonly ApiPort[] };
}

interface EndpointAddress {
  readonly ip: string;
  readonly hostname?: string;
}

export interface ApiEndpoints {
  readonly metadata: Metadata;
  readonly subsets?: readonly {
    readonly addresses?: readonly EndpointAddress[];
    readonly notReadyAddresses?: readonly EndpointAddress[];
    readonly ports?: readonly ApiPort[];
  }[];
}

/** All objects of the cluster at one moment. */
export interface Facts {
  readonly namespaces: readonly ApiNamespace[];
  readonly services: readonly ApiService[];
  readonly slices: readonly ApiSlice[];
  readonly pods: readonly ApiPod[];
  readonly serviceImports: readonly ApiServiceImport[];
  /** What CoreDNS remembers of the addresses of pods, by their uid (seen-pods.ts). */
  readonly seenPods: ReadonlyMap<string, SeenPod>;
}

export interface SeenPod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly addresses: readonly string[];
}

/** Lists what is there. Nothing may change meanwhile. */
export async function readObjects(objects: ClusterObjects): Promise<Omit<Facts, 'seenPods'>> {
  const [namespaces, services, slices, pods, serviceImports] = await Promise.all([
    objects.list<ApiNamespace>('Namespace'),
    objects.list<ApiService>('Service'),
    objects.list<ApiSlice>('EndpointSlice'),
    objects.list<ApiPod>('Pod'),
    objects.list<ApiServiceImport>('ServiceImport'),
  ]);
  return { namespaces, services, slices, pods, serviceImports };
}
