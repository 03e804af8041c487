/**
 * The remarks on one Service: a pure function of it, its slices, and what else is known of them.
 *
 * Whether a name is there is not decided here: the Service's records are computed as for the snapshot, and only what is not
 * among them has a remark.
 */
import { addressOfDashedLabel } from '../../zone/dashed.ts';
import type { OwnerGroup } from '../../zone/group.ts';
import { formatName, labelsOf, type Name } from '../../zone/name.ts';
import type { NameRemarks, Remark } from '../../zone/remarks/remarks.ts';
import type { EndpointSlice, Service } from '../cluster.ts';
import type { EndpointFacts, ServiceFacts, SliceFacts } from '../facts.ts';
import { mentionsIn, type Surroundings } from '../records/hiding.ts';
import type { RecordOptions } from '../records/options.ts';
import { recordsOfService } from '../records/service.ts';
import { expectedPods } from './expected-pods.ts';
import { endpointsInOrder, type PodLabels } from './pod-labels.ts';
import {
  allTerminating,
  clusterIp,
  externalName,
  faulty,
  hostNamesOnly,
  noEndpoints,
  noHostnames,
  noneReady,
  noPort,
  noSelector,
  noSuchEndpoint,
  portMissing,
  targetNotPublished,
  tooLong,
} from './service-texts.ts';

/** A Service that may be published, with all that is known of it. */
export interface ServiceView {
  readonly facts: ServiceFacts;
  /** Undefined where it can have no records. */
  readonly service: Service | undefined;
  readonly slices: readonly EndpointSlice[];
  readonly sliceFacts: readonly SliceFacts[];
}

type Line = Omit<NameRemarks, 'name'>;

export function remarksOnService(
  view: ServiceView,
  elsewhere: PodLabels,
  around: Surroundings,
  options: RecordOptions,
): NameRemarks {
  const { facts, service, slices } = view;
  const name = `${facts.name}.${facts.namespace}.svc`;
  if (service === undefined) return { name, ...absent(faulty(facts, facts.fault ?? 'no-cluster-ip')) };
  const { group } = recordsOfService(service, slices, around, options);
  if (service.kind.type === 'externalName') {
    return { name, ...remarksOnExternalName(facts, tellable(service.kind.target, facts, options), group) };
  }
  const endpoints = endpointsInOrder(view.sliceFacts);
  const hosts = new Set(group?.hosts.map(({ label }) => label));
  const isHeadless = service.kind.type === 'headless';
  const names = expectedPods({ facts, isHeadless, endpoints, hosts, elsewhere, options });
  if (group === undefined) return { name, ...absent(whyEmpty(view, endpoints, options)), names };
  const labels = [...hosts].filter((label) => addressOfDashedLabel(label) === undefined).sort();
  const ports = group.nodes.map(({ prefix }) => labelsOf(prefix)).filter(({ length }) => length === 2);
  const portLabels = ports.map((port) => port.join('.'));
  return {
    name,
    below: labels.length > 0 ? noSuchEndpoint(facts, labels) : isHeadless ? noHostnames(facts) : clusterIp(facts),
    service: noPort(facts, portLabels),
    names: { ...missingPorts(facts, service, new Set(portLabels)), ...names },
  };
}

/** The same reason for the name and for all below it. */
function absent(remark: Remark): Line {
  return { at: remark, below: remark };
}

function remarksOnExternalName(facts: ServiceFacts, target: string | undefined, group: OwnerGroup | undefined): Line {
  if (group === undefined) return absent(tooLong(facts));
  const isPublished = group.nodes.length > 0;
  return isPublished
    ? { below: externalName(facts, target) }
    : { at: targetNotPublished(facts), below: externalName(facts, undefined) };
}

/** Undefined for a name in another namespace: who may hear of this one alone is not told of it by DNS either. */
function tellable(target: Name, { namespace }: ServiceFacts, zones: RecordOptions): string | undefined {
  const isElsewhere = mentionsIn(target, zones).some((mention) => mention.namespace !== namespace);
  return isElsewhere ? undefined : formatName(target).slice(0, -1);
}

/** Why the Service is not in DNS at all. */
function whyEmpty(
  { facts, service, slices, sliceFacts }: ServiceView,
  endpoints: readonly EndpointFacts[],
  { selectsObjects, ignoresEmptyServices }: RecordOptions,
): Remark {
  const { namespace, name, hasSelector, publishesNotReady } = facts;
  const empty = { namespace, name, isHeadless: service?.kind.type === 'headless' };
  const needsEndpoints = empty.isHeadless || ignoresEmptyServices;
  if (!needsEndpoints || slices.some((slice) => slice.endpoints.length > 0)) return tooLong(facts);
  if (endpoints.length === 0) {
    if (sliceFacts.some(({ holdsHostNames }) => holdsHostNames)) return hostNamesOnly(facts);
    return hasSelector || selectsObjects ? noEndpoints(empty, selectsObjects) : noSelector(empty);
  }
  if (endpoints.every(({ standing }) => standing === 'terminating')) return allTerminating(empty);
  const arePods = endpoints.some(({ podName }) => podName !== undefined);
  const { size: count } = new Set(endpoints.map(({ podName, address }) => podName ?? address));
  return noneReady(empty, { count, arePods, publishesNotReady });
}

/** Named ports at which nothing is found. */
function missingPorts(
  facts: ServiceFacts,
  { ports }: Service,
  present: ReadonlySet<string>,
): Readonly<Record<string, Remark>> {
  const labels = ports.flatMap(({ name, protocol }) => (name === '' ? [] : [`_${name}._${protocol}`]));
  return Object.fromEntries(
    [...new Set(labels)]
      .filter((label) => !present.has(label))
      .map((label) => [label, portMissing(facts, label, facts.targetNames[label])]),
  );
}
