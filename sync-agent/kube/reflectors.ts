/** Which reflectors keep the view, of the whole cluster or of one namespace. */
import type { Tell } from '../agent-events.ts';
import type { EndpointSlice, Namespace, Pod, Service, ServiceImport } from '../cluster.ts';
import type { ServiceFacts, SliceFacts } from '../facts.ts';
import type { Clock } from './clock.ts';
import type { KubeApi } from './connection.ts';
import type { FactState } from './fact-state.ts';
import { serviceFacts, sliceFacts } from './facts.ts';
import { keptSlice } from './kept-slice.ts';
import { NamespaceReflector, type NamespaceReflectorOptions } from './namespace-reflector.ts';
import type { ClusterState } from './observed-cluster.ts';
import { OptionalReflector, type OptionalReflectorOptions } from './optional-reflector.ts';
import { bothSinks, readTwice } from './read-twice.ts';
import { Reflector, type ReflectorOptions, type Sink } from './reflector.ts';
import { type AnyReflector, ReflectorGroup } from './reflector-group.ts';
import {
  endpointSlices,
  namespaces,
  namespacesNamed,
  pods,
  type Resource,
  serviceImports,
  services,
  titleOf,
} from './resource.ts';
import type { ObservationScope } from './scope.ts';
import { trimEndpointSlice, trimNamespace, trimPod, trimService, trimServiceImport } from './trim.ts';
import type { Trimmed } from './trimmed.ts';

/** Where the objects of each kind go. */
export interface ClusterSinks {
  readonly namespaces: Sink<Trimmed<Namespace>>;
  readonly services: Sink<Trimmed<Service>>;
  readonly slices: Sink<Trimmed<EndpointSlice>>;
  readonly pods: Sink<Trimmed<Pod>>;
  readonly imports: Sink<Trimmed<ServiceImport>>;
  /** Of the same objects, where facts are kept. */
  readonly serviceFacts: Sink<Trimmed<ServiceFacts>>;
  readonly sliceFacts: Sink<Trimmed<SliceFacts>>;
}

/** What happens to any of the reflectors. None must throw. */
export type ReflectorEvents = Pick<ReflectorOptions<unknown>, 'onError' | 'onWell' | 'onAccepted'> &
  Pick<OptionalReflectorOptions<unknown>, 'onAbsent' | 'onPresent'>;

export interface ReflectingOptions {
  readonly api: KubeApi;
  readonly scope: ObservationScope;
  readonly clock: Clock;
  readonly random: () => number;
  readonly inactivityMilliseconds: number | undefined;
  readonly tell: Tell | undefined;
  /** As in NamespaceReflectorOptions, of listed namespaces. */
  readonly onAsked: NamespaceReflectorOptions<unknown>['onAsked'];
}

/** For all there is in the scope. */
export function clusterReflectors(
  sinks: ClusterSinks,
  events: ReflectorEvents,
  options: ReflectingOptions,
): ReflectorGroup {
  const { namespaces: wanted } = options.scope;
  const resource = namespaces(wanted.type === 'labelled' ? wanted.selector : undefined);
  const reflecting = { ...commonOptions(events, options), resource, read: trimNamespace, sink: sinks.namespaces };
  const entry: Entry = [titleOf(resource), new Reflector(reflecting)];
  return new ReflectorGroup([entry, ...objectReflectors(undefined, sinks, events, options)]);
}

/** For one Namespace and what is in it. */
export function namespaceReflectors(
  name: string,
  sinks: ClusterSinks,
  events: ReflectorEvents,
  options: ReflectingOptions,
): ReflectorGroup {
  const { onAsked } = options;
  const reflecting = { ...commonOptions(events, options), name, onAsked, read: trimNamespace, sink: sinks.namespaces };
  const entry: Entry = [titleOf(namespacesNamed(name)), new NamespaceReflector(reflecting)];
  return new ReflectorGroup([entry, ...objectReflectors(name, sinks, events, options)]);
}

/** The sinks of a whole state; lists replace all there is. */
export function wholeOf(state: ClusterState, facts: FactState): ClusterSinks {
  return {
    namespaces: state.namespaceStore,
    services: state.serviceStore,
    slices: state.sliceStore,
    pods: state.podStore,
    imports: state.importStore,
    serviceFacts: facts.serviceStore,
    sliceFacts: facts.sliceStore,
  };
}

/** Sinks for a part of a state; lists replace what came by the same part. */
export function partOf(state: ClusterState, facts: FactState): ClusterSinks {
  return {
    namespaces: state.namespaceStore.part(),
    services: state.serviceStore.part(),
    slices: state.sliceStore.part(),
    pods: state.podStore.part(),
    imports: state.importStore.part(),
    serviceFacts: facts.serviceStore.part(),
    sliceFacts: facts.sliceStore.part(),
  };
}

/** By its title. */
type Entry = readonly [string, AnyReflector];

function commonOptions(
  events: ReflectorEvents,
  { api, clock, random, tell, inactivityMilliseconds }: ReflectingOptions,
) {
  const inactivity = inactivityMilliseconds === undefined ? {} : { inactivityMilliseconds };
  return { ...events, api, clock, random, tell, ...inactivity };
}

/** Those of one namespace; of the whole cluster without one. */
function* objectReflectors(
  namespace: string | undefined,
  sinks: ClusterSinks,
  events: ReflectorEvents,
  options: ReflectingOptions,
): Generator<Entry, void, undefined> {
  const { scope } = options;
  const common = commonOptions(events, options);
  const reflector = <T>(resource: Resource, read: (object: unknown) => T, sink: Sink<T>): Entry => [
    titleOf(resource),
    new Reflector({ ...common, resource, read, sink }),
  ];

  const trimming = { keepsImports: scope.observesServiceImports, keepsPodNames: scope.keepsPodNames };
  const readSlice = (object: unknown): Trimmed<EndpointSlice> => {
    const trimmed = trimEndpointSlice(object, trimming);
    return trimmed.value === undefined ? trimmed : { ...trimmed, value: keptSlice(trimmed.value) };
  };
  if (scope.keepsFacts) {
    const serviceSink = bothSinks(sinks.services, sinks.serviceFacts);
    const sliceSink = bothSinks(sinks.slices, sinks.sliceFacts);
    yield reflector(services(namespace, scope), readTwice(trimService, serviceFacts), serviceSink);
    yield reflector(endpointSlices(namespace, scope), readTwice(readSlice, sliceFacts), sliceSink);
  } else {
    yield reflector(services(namespace, scope), trimService, sinks.services);
    yield reflector(endpointSlices(namespace, scope), readSlice, sinks.slices);
  }
  if (scope.observesPods) yield reflector(pods(namespace, scope), trimPod, sinks.pods);
  if (scope.observesServiceImports) {
    const resource = serviceImports(namespace, scope);
    const optional = new OptionalReflector({ ...common, resource, read: trimServiceImport, sink: sinks.imports });
    yield [titleOf(resource), optional];
  }
}
