/** Reads from the API server what one name depends on: a handful of small requests, and nothing that is written. */
import type { KubeApi } from '../../../sync-agent/kube/connection.ts';
import { KubeError } from '../../../sync-agent/kube/error.ts';
import type { AskedName } from './asked-name.ts';
import { itemsOf, readNamespace, readPod, readService, readSlice, readStatefulSet } from './objects.ts';
import { type Seen, type SeenObjects, there } from './seen.ts';
import { statefulSetOf } from './stateful-set-of.ts';

export type GetOnly = Pick<KubeApi, 'request'>;

const absent = 'absent' as const;
const timeoutMilliseconds = 10_000;
/** Enough to find the label that differs. */
const maxOtherPods = 200;

/** Rejects with KubeError when the API server cannot be asked; what it does not let one see is unknown. */
export async function readObjects(api: GetOnly, asked: AskedName): Promise<SeenObjects> {
  const { namespace, service: serviceName = '', host } = asked;
  const get = reader(api);
  const within = `/namespaces/${encodeURIComponent(namespace)}`;
  const core = `/api/v1${within}`;
  const [seenNamespace, service, slices, statefulSets, pod] = await Promise.all([
    get(core, readNamespace),
    asked.service === undefined ? absent : get(`${core}/services/${encodeURIComponent(serviceName)}`, readService),
    get(
      `/apis/discovery.k8s.io/v1${within}/endpointslices?${selecting({ 'kubernetes.io/service-name': serviceName })}`,
      (list) => itemsOf(list, readSlice),
    ),
    get(`/apis/apps/v1${within}/statefulsets`, (list) => itemsOf(list, readStatefulSet)),
    host === undefined ? absent : get(`${core}/pods/${encodeURIComponent(host)}`, readPod),
  ]);
  const selector = there(service)?.selector ?? {};
  const isSelecting = Object.keys(selector).length > 0;
  const pods = isSelecting ? await get(`${core}/pods?${selecting(selector)}`, (list) => itemsOf(list, readPod)) : [];
  const isEmpty = isSelecting && pods !== 'unknown' && pods.length === 0;
  const others = isEmpty ? await get(`${core}/pods?limit=${maxOtherPods}`, (list) => itemsOf(list, readPod)) : [];
  const sets = orUnknown(statefulSets);
  const governingName = statefulSetOf(asked, sets)?.serviceName ?? '';
  const hasGoverning = governingName !== '' && governingName !== asked.service;
  return {
    namespace: seenNamespace,
    service,
    namesakes: service === 'absent' && asked.service !== undefined ? await namesakes(get, asked.service) : [],
    slices: orUnknown(slices),
    pods: orUnknown(pods),
    otherPods: typeof others === 'string' ? [] : others,
    pod,
    statefulSets: sets,
    governing: hasGoverning
      ? await get(`${core}/services/${encodeURIComponent(governingName)}`, readService)
      : 'absent',
  };
}

type Get = <T>(path: string, read: (value: unknown) => T) => Promise<Seen<T>>;

function reader(api: GetOnly): Get {
  const limits = () => ({ signal: new AbortController().signal, timeoutMilliseconds });
  return async (path, read) => {
    try {
      return read(await api.request(path, limits()));
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (error.code === 'NOT_FOUND') return 'absent';
      if (error.code === 'FORBIDDEN') return 'unknown';
      throw error;
    }
  };
}

async function namesakes(get: Get, name: string): Promise<readonly string[]> {
  const query = new URLSearchParams({ fieldSelector: `metadata.name=${name}` });
  const found = await get(`/api/v1/services?${query}`, (list) => itemsOf(list, readService));
  return typeof found === 'string'
    ? []
    : found.filter((service) => service.name === name).map((each) => each.namespace);
}

function selecting(labels: Readonly<Record<string, string>>): URLSearchParams {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  return new URLSearchParams({ labelSelector });
}

/** A namespace that is not there has none of them. */
function orUnknown<T>(seen: Seen<readonly T[]>): readonly T[] | 'unknown' {
  return seen === 'absent' ? [] : seen;
}
