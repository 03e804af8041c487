/**
 * The remarks of a cluster: a pure function of what is observed. Nothing hidden and nothing that the options keep out has a
 * line of its own or stands in another's.
 */
import type { NameRemarks } from '../../zone/remarks/remarks.ts';
import type { ObservedFacts, ServiceFacts, SliceFacts } from '../facts.ts';
import type { ObservedCluster } from '../kube/observed-cluster.ts';
import { isExposed } from '../records/hiding.ts';
import type { RecordOptions } from '../records/options.ts';
import { podLabelsOf } from './pod-labels.ts';
import { remarksOnService, type ServiceView } from './service-remarks.ts';
import {
  atNamespace,
  atPodNamespace,
  atPods,
  atPodsDisabled,
  atServices,
  belowZone,
  noNamespace,
  noPodAddress,
  noPodNamespace,
  noService,
  podsDisabled,
} from './zone-texts.ts';

/** Both live views; what is seen between two lines may be newer than what was seen before. */
export interface RemarksView {
  readonly cluster: Pick<ObservedCluster, 'namespaces' | 'services' | 'serviceImports' | 'slicesByService'>;
  readonly facts: ObservedFacts;
}

/** Every line, each base name once, in no particular order. Each costs no more than its Service. */
export function* remarksOf(view: RemarksView, options: RecordOptions): Generator<NameRemarks, void, undefined> {
  const { cluster, facts } = view;
  const namespaces = [...cluster.namespaces.keys()].filter((name) => isExposed(name, cluster));
  yield { name: '', below: belowZone };
  yield { name: 'svc', at: atServices, below: noNamespace };
  yield options.pods === 'disabled'
    ? { name: 'pod', at: atPodsDisabled, below: podsDisabled }
    : { name: 'pod', at: atPods, below: noPodNamespace };
  const servicesByNamespace = Map.groupBy([...facts.services.values()], ({ namespace }) => namespace);
  for (const namespace of namespaces) {
    const services = servicesByNamespace.get(namespace) ?? [];
    yield* remarksInNamespace(namespace, services, view, options);
    if (options.pods === 'disabled') continue;
    const below = noPodAddress(namespace, options.pods);
    yield { name: `${namespace}.pod`, at: atPodNamespace(namespace), below };
  }
}

function* remarksInNamespace(
  namespace: string,
  services: readonly ServiceFacts[],
  view: RemarksView,
  options: RecordOptions,
): Generator<NameRemarks, void, undefined> {
  const elsewhere = podLabelsOf(slicesOfNamed(services, view));
  for (const { name } of services) {
    const service = viewOf(`${namespace}/${name}`, view);
    if (service !== undefined) yield remarksOnService(service, elsewhere, view.cluster, options);
  }
  yield { name: `${namespace}.svc`, at: atNamespace(namespace), below: noService(namespace) };
}

/** The slices of Services below which pods have names. */
function* slicesOfNamed(
  services: readonly ServiceFacts[],
  { cluster, facts }: RemarksView,
): Generator<SliceFacts, void, undefined> {
  for (const { namespace, name } of services) {
    const key = `${namespace}/${name}`;
    const type = cluster.services.get(key)?.kind.type;
    if (type === 'headless' || type === 'clusterIP') yield* facts.slicesByService.get(key)?.values() ?? [];
  }
}

/** Undefined for a Service that is hidden, or has gone. */
function viewOf(key: string, { cluster, facts }: RemarksView): ServiceView | undefined {
  const service = cluster.services.get(key);
  const serviceFacts = facts.services.get(key);
  if (serviceFacts === undefined || service?.isHidden === true) return undefined;
  return {
    facts: serviceFacts,
    service,
    slices: [...(cluster.slicesByService.get(key)?.values() ?? [])],
    sliceFacts: [...(facts.slicesByService.get(key)?.values() ?? [])],
  };
}
