/** What must be published: computed anew from plain lists of the API, with nothing that an agent has kept. */
import { ClusterState } from '../../../sync-agent/kube/observed-cluster.ts';
import type { Sink } from '../../../sync-agent/kube/reflector.ts';
import { endpointSlices, namespaces, pods, type Resource, services } from '../../../sync-agent/kube/resource.ts';
import type { ObservationScope } from '../../../sync-agent/kube/scope.ts';
import { trimEndpointSlice, trimNamespace, trimPod, trimService } from '../../../sync-agent/kube/trim.ts';
import { type NameOptions, type Selection, scopeOf, snapshotOptionsOf } from '../../../sync-agent/selection.ts';
import { SnapshotBuilder } from '../../../sync-agent/snapshot/snapshot-builder.ts';

/** The JSON of a GET of the API, for somebody who may read everything. */
export type ReadApi = (path: string) => Promise<unknown>;

/** Of all namespaces. Services of other clusters are not looked at. */
export async function freshImage(read: ReadApi, selection: Selection, names: NameOptions): Promise<Uint8Array> {
  const scope: ObservationScope = scopeOf(selection, names);
  const state = new ClusterState();
  const trimming = { keepsImports: false, keepsPodNames: scope.keepsPodNames };
  await fill(read, namespaces(undefined), trimNamespace, state.namespaceStore);
  await fill(read, services(undefined, scope), trimService, state.serviceStore);
  await fill(read, endpointSlices(undefined, scope), (object) => trimEndpointSlice(object, trimming), state.sliceStore);
  if (scope.observesPods) await fill(read, pods(undefined, scope), trimPod, state.podStore);
  const builder = new SnapshotBuilder(snapshotOptionsOf(selection, names));
  builder.update(state, state.takeChanges());
  return builder.image();
}

async function fill<T>(read: ReadApi, resource: Resource, trim: (object: unknown) => T, sink: Sink<T>): Promise<void> {
  const list = (await read(`${resource.path}?${new URLSearchParams(resource.selectors)}`)) as {
    readonly items?: readonly unknown[] | null;
  };
  sink.replace((list.items ?? []).map(trim));
}
