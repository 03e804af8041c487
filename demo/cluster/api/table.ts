/** Objects as tables: the columns that `kubectl get` prints, which a server computes. Pure. */
import type { IncomingMessage } from 'node:http';
import { isTerminating } from '../pod-readiness.ts';
import type { Resource } from '../resources.ts';
import type {
  ApiObject,
  Deployment,
  EndpointSlice,
  Kinds,
  Namespace,
  Pod,
  ReplicaSet,
  ResourceName,
  Service,
  StatefulSet,
} from '../types.ts';

/** Whether the client prefers a table to objects. */
export function wantsTable(request: IncomingMessage): boolean {
  return /as=Table;v=v1;g=meta\.k8s\.io/.test(request.headers.accept ?? '');
}

/** The objects as a metav1.Table; each row also carries its object's metadata. */
export function tableOf(resource: Resource, objects: readonly ApiObject[], metadata: object, nowMilliseconds: number) {
  const columns = COLUMNS[resource.plural] as readonly Column<ApiObject>[];
  const all: readonly Column<ApiObject>[] = [
    { name: 'Name', cell: (object) => object.metadata.name },
    ...columns.filter(({ wide }) => wide !== true),
    { name: 'Age', cell: (object) => ageOf(nowMilliseconds - Date.parse(object.metadata.creationTimestamp)) },
    ...columns.filter(({ wide }) => wide === true),
  ];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: all.map(({ name, wide }) => ({
      name,
      type: 'string',
      format: name === 'Name' ? 'name' : '',
      description: '',
      priority: wide === true ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: all.map(({ cell }) => cell(object)),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

interface Column<T extends ApiObject> {
  readonly name: string;
  readonly cell: (object: T) => string | number;
  /** Only shown by `kubectl get -o wide`. */
  readonly wide?: boolean;
}

/** What stands between name and age, and what wide tables add. */
const COLUMNS: { readonly [R in ResourceName]: readonly Column<Kinds[R]>[] } = {
  namespaces: [{ name: 'Status', cell: (namespace: Namespace) => namespace.status.phase }],
  services: [
    { name: 'Type', cell: (service: Service) => service.spec.type },
    { name: 'Cluster-IP', cell: (service) => service.spec.clusterIP ?? '<none>' },
    { name: 'External-IP', cell: externalAddress },
    { name: 'Port(s)', cell: portsOf },
    { name: 'Selector', cell: (service) => pairs(service.spec.selector), wide: true },
  ],
  pods: [
    { name: 'Ready', cell: (pod: Pod) => `${readyContainers(pod)}/${pod.spec.containers.length}` },
    { name: 'Status', cell: podState },
    { name: 'Restarts', cell: () => 0 },
    { name: 'IP', cell: (pod) => pod.status.podIP ?? '<none>', wide: true },
    { name: 'Node', cell: (pod) => pod.spec.nodeName ?? '<none>', wide: true },
  ],
  statefulsets: [
    { name: 'Ready', cell: (set: StatefulSet) => `${set.status.readyReplicas ?? 0}/${set.spec.replicas}` },
    { name: 'Containers', cell: (set) => names(set.spec.template.spec.containers, 'name'), wide: true },
    { name: 'Images', cell: (set) => names(set.spec.template.spec.containers, 'image'), wide: true },
  ],
  deployments: [
    {
      name: 'Ready',
      cell: (deployment: Deployment) => `${deployment.status.readyReplicas ?? 0}/${deployment.spec.replicas}`,
    },
    { name: 'Up-to-date', cell: (deployment) => deployment.status.updatedReplicas ?? 0 },
    { name: 'Available', cell: (deployment) => deployment.status.availableReplicas ?? 0 },
    { name: 'Selector', cell: (deployment) => pairs(deployment.spec.selector.matchLabels), wide: true },
  ],
  replicasets: [
    { name: 'Desired', cell: (set: ReplicaSet) => set.spec.replicas },
    { name: 'Current', cell: (set) => set.status.replicas ?? 0 },
    { name: 'Ready', cell: (set) => set.status.readyReplicas ?? 0 },
  ],
  endpointslices: [
    { name: 'AddressType', cell: (slice: EndpointSlice) => slice.addressType },
    { name: 'Ports', cell: (slice) => shortened((slice.ports ?? []).map(({ port, name }) => String(port ?? name))) },
    { name: 'Endpoints', cell: (slice) => shortened((slice.endpoints ?? []).flatMap(({ addresses }) => addresses)) },
  ],
};

function externalAddress({ spec }: Service): string {
  return spec.externalName ?? (spec.type === 'LoadBalancer' ? '<pending>' : '<none>');
}

function portsOf({ spec }: Service): string {
  const ports = spec.ports?.map(({ port, nodePort, protocol }) =>
    nodePort === undefined ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`,
  );
  return ports?.join(',') ?? '<none>';
}

function podState(pod: Pod): string {
  if (isTerminating(pod)) return 'Terminating';
  const isCreating = pod.status.containerStatuses?.some(({ state }) => state['waiting'] !== undefined) ?? false;
  return isCreating ? 'ContainerCreating' : pod.status.phase;
}

function readyContainers(pod: Pod): number {
  return pod.status.containerStatuses?.filter(({ ready }) => ready).length ?? 0;
}

function pairs(labels: Readonly<Record<string, string>> = {}): string {
  const list = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return list.length === 0 ? '<none>' : list.join(',');
}

function names<Field extends string>(items: readonly Readonly<Record<Field, string>>[], field: Field): string {
  return items.map((item) => item[field]).join(',');
}

/** The first three, and how many more there are. */
function shortened(list: readonly string[]): string {
  if (list.length === 0) return '<unset>';
  const more = list.length > 3 ? ` + ${list.length - 3} more...` : '';
  return list.slice(0, 3).join(',') + more;
}

/** A duration in one or two units, e.g. `75s`, `5m10s`, `3h`, `2d`. */
function ageOf(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (hours < 3) return `${minutes}m`;
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
