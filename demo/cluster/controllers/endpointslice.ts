/**
 * The EndpointSlice controller: the slices of one Service. Pure. Follows Kubernetes' own: slices are grouped by address
 * family and resolved ports, carry the Service's labels, and a Service without pods has one empty slice per family.
 */
import { isDeepStrictEqual } from 'node:util';
import { carriesAll } from '../selectors.ts';
import type { Draft, Endpoint, EndpointPort, EndpointSlice, IpFamily, Labels, Pod, Service } from '../types.ts';
import { endpointOf, endpointPortsOf } from './endpoint.ts';
import { controlledBy, controllerReference } from './ownership.ts';
import { packEndpoints } from './slice-packing.ts';

/** What is to be done to the slices of a Service. */
export interface SlicePlan {
  readonly create: readonly Draft<EndpointSlice>[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
const HEADLESS_LABEL = 'service.kubernetes.io/headless';
const CONTROLLER_NAME = 'endpointslice-controller.k8s.io';
const TRIGGER_TIME_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time';

/**
 * `pods` and `slices` are those of the Service's namespace. `triggerTime` is when the change happened that the plan is
 * for; written on what the plan touches. Slices that others manage are not touched.
 */
export function planSlices(
  service: Service,
  pods: readonly Pod[],
  slices: readonly EndpointSlice[],
  triggerTime: string | undefined,
): SlicePlan {
  if (service.spec.selector === undefined || service.spec.type === 'ExternalName') return NOTHING;
  const selected = podsOf(service, pods);
  const own = slicesOf(service, slices);
  const families = service.spec.ipFamilies ?? ['IPv4'];
  const plans = families.map((family) =>
    planFamily(
      service,
      selected,
      own.filter((slice) => slice.addressType === family),
      family,
    ),
  );
  const strays = own.filter(({ addressType }) => addressType === 'FQDN' || !families.includes(addressType));
  return {
    create: plans.flatMap(({ create }) => create).map((slice) => withTriggerTime(slice, triggerTime)),
    update: plans.flatMap(({ update }) => update).map((slice) => withTriggerTime(slice, triggerTime)),
    remove: [...strays, ...plans.flatMap(({ remove }) => remove)],
  };
}

/** The pods that a Service selects. */
export function podsOf(service: Service, pods: readonly Pod[]): readonly Pod[] {
  const { selector } = service.spec;
  if (selector === undefined) return [];
  return pods.filter(({ metadata }) => carriesAll(metadata.labels, selector));
}

const NOTHING: SlicePlan = { create: [], update: [], remove: [] };

function slicesOf(service: Service, slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  const labels = { [SERVICE_NAME_LABEL]: service.metadata.name, [MANAGED_BY_LABEL]: CONTROLLER_NAME };
  return controlledBy(
    service,
    slices.filter(({ metadata }) => carriesAll(metadata.labels, labels)),
  );
}

/** Endpoints with the same ports; they share slices. */
interface PortGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Endpoint[];
}

function planFamily(
  service: Service,
  pods: readonly Pod[],
  existing: readonly EndpointSlice[],
  family: IpFamily,
): SlicePlan {
  const groups = groupByPorts(service, pods, family);
  const existingBy = Map.groupBy(existing, ({ ports }) => portsKey(ports ?? []));
  const create: Draft<EndpointSlice>[] = [];
  const update: EndpointSlice[] = [];
  const remove = [...existingBy].flatMap(([key, slices]) => (groups.has(key) ? [] : slices));
  const labels = labelsFor(service);
  for (const [key, { ports, endpoints }] of groups) {
    const packed = (existingBy.get(key) ?? []).map((slice) => ({ slice, endpoints: slice.endpoints ?? [] }));
    const packing = packEndpoints(endpoints, packed);
    create.push(...packing.create.map((chunk) => newSlice(service, family, ports, chunk)));
    const relabelled = packing.unchanged.filter(({ slice }) => !isDeepStrictEqual(slice.metadata.labels, labels));
    for (const { slice, endpoints: content } of [...packing.update, ...relabelled]) {
      update.push({ ...slice, metadata: { ...slice.metadata, labels }, endpoints: content });
    }
    remove.push(...packing.remove);
  }
  if (existing.length === remove.length && create.length === 0) create.push(newSlice(service, family, [], []));
  return reusing(existing, { create, update, remove });
}

/** A slice that would be deleted while another is created becomes that other: its name stays, no gap is seen. */
function reusing(existing: readonly EndpointSlice[], plan: SlicePlan): SlicePlan {
  const create = [...plan.create];
  const update = [...plan.update];
  const remove: EndpointSlice[] = [];
  for (const slice of plan.remove) {
    const next = create.pop();
    if (next === undefined) remove.push(slice);
    else update.push({ ...slice, ports: next.ports, endpoints: next.endpoints, metadata: relabelled(slice, next) });
  }
  // A placeholder that would become itself is left alone.
  const changed = update.filter((slice) => !existing.some((present) => isSameContent(present, slice)));
  return { create, update: changed, remove };
}

function relabelled(slice: EndpointSlice, next: Draft<EndpointSlice>): EndpointSlice['metadata'] {
  const { labels } = next.metadata;
  return labels === undefined ? slice.metadata : { ...slice.metadata, labels };
}

function isSameContent(left: EndpointSlice, right: EndpointSlice): boolean {
  const content = ({ metadata, ports, endpoints }: EndpointSlice) => [metadata.uid, metadata.labels, ports, endpoints];
  return isDeepStrictEqual(content(left), content(right));
}

function groupByPorts(service: Service, pods: readonly Pod[], family: IpFamily): Map<string, PortGroup> {
  const groups = new Map<string, PortGroup>();
  for (const pod of pods) {
    const endpoint = endpointOf(service, pod, family);
    if (endpoint === undefined) continue;
    const ports = endpointPortsOf(service, pod);
    const key = portsKey(ports);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ports, endpoints: [endpoint] });
    else group.endpoints.push(endpoint);
  }
  return groups;
}

function portsKey(ports: readonly EndpointPort[]): string {
  return JSON.stringify(ports.map(({ name, port, protocol }) => [name, port, protocol]));
}

function newSlice(
  service: Service,
  family: IpFamily,
  ports: readonly EndpointPort[],
  endpoints: readonly Endpoint[],
): Draft<EndpointSlice> {
  const { name, namespace } = service.metadata;
  return {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: {
      name: '',
      generateName: `${name}-`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: labelsFor(service),
      ownerReferences: [controllerReference(service)],
    },
    addressType: family,
    endpoints: endpoints.length === 0 ? null : endpoints,
    ports: ports.length === 0 ? null : ports,
  };
}

/** The Service's own labels and those that say what the slice is for. */
function labelsFor(service: Service): Labels {
  const { clusterIP = '' } = service.spec;
  const isHeadless = clusterIP === 'None' || clusterIP === '';
  const { [HEADLESS_LABEL]: _reserved, ...own } = service.metadata.labels ?? {};
  return {
    ...own,
    [MANAGED_BY_LABEL]: CONTROLLER_NAME,
    [SERVICE_NAME_LABEL]: service.metadata.name,
    ...(isHeadless ? { [HEADLESS_LABEL]: '' } : {}),
  };
}

function withTriggerTime<T extends Draft<EndpointSlice>>(slice: T, triggerTime: string | undefined): T {
  const { [TRIGGER_TIME_ANNOTATION]: _previous, ...others } = slice.metadata.annotations ?? {};
  const annotations = triggerTime === undefined ? others : { ...others, [TRIGGER_TIME_ANNOTATION]: triggerTime };
  return { ...slice, metadata: { ...slice.metadata, annotations } };
}
