/** A cluster out of API objects, read as an agent with supplements reads them. */
import { FactState } from '../../../sync-agent/kube/fact-state.ts';
import { serviceFacts, sliceFacts } from '../../../sync-agent/kube/facts.ts';
import { keptSlice } from '../../../sync-agent/kube/kept-slice.ts';
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import { bothSinks, readTwice } from '../../../sync-agent/kube/read-twice.ts';
import { trimEndpointSlice, trimNamespace, trimService } from '../../../sync-agent/kube/trim.ts';
import type { ObservedView } from '../../../sync-agent/supplements/source.ts';

export interface ApiObjects {
  readonly namespaces: readonly object[];
  readonly services: readonly object[];
  readonly slices: readonly object[];
}

export type Kind = keyof ApiObjects;

const readService = readTwice(trimService, serviceFacts);
const readSlice = readTwice((object) => {
  const trimmed = trimEndpointSlice(object, { keepsImports: false, keepsPodNames: true });
  return trimmed.value === undefined ? trimmed : { ...trimmed, value: keptSlice(trimmed.value) };
}, sliceFacts);

export class ObservedObjects implements ObservedView {
  readonly cluster = new ClusterState();
  readonly facts = new FactState(() => {});
  readonly #services = bothSinks(this.cluster.serviceStore, this.facts.serviceStore);
  readonly #slices = bothSinks(this.cluster.sliceStore, this.facts.sliceStore);

  constructor({ namespaces, services, slices }: ApiObjects) {
    this.cluster.namespaceStore.replace(namespaces.map(trimNamespace));
    this.#services.replace(services.map(readService));
    this.#slices.replace(slices.map(readSlice));
  }

  upsert(kind: Kind, object: object): void {
    if (kind === 'namespaces') this.cluster.namespaceStore.upsert(trimNamespace(object));
    else if (kind === 'services') this.#services.upsert(readService(object));
    else this.#slices.upsert(readSlice(object));
  }

  remove(kind: Kind, object: object): void {
    if (kind === 'namespaces') this.cluster.namespaceStore.remove(trimNamespace(object));
    else if (kind === 'services') this.#services.remove(readService(object));
    else this.#slices.remove(readSlice(object));
  }
}
