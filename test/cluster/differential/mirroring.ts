/** Waits until the controllers have made slices of core Endpoints, which nothing else shows. */

import type { ClusterObjects } from '../control-plane/apply.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import type { ApiEndpoints, ApiService, ApiSlice } from './facts.ts';
import { selectedLabel } from './variations.ts';

const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const mirroring = 'endpointslicemirroring-controller.k8s.io';
const timeoutSeconds = 30;

export async function untilMirrored(objects: ClusterObjects): Promise<void> {
  await waitUntil('the Endpoints to be mirrored', async () => (await isMirrored(objects)) === true, { timeoutSeconds });
}

async function isMirrored(objects: ClusterObjects): Promise<boolean> {
  const [endpoints, services, slices] = await Promise.all([
    objects.list<ApiEndpoints>('Endpoints'),
    objects.list<ApiService>('Service'),
    objects.list<ApiSlice>('EndpointSlice', { labelSelector: `${managedByLabel}=${mirroring}` }),
  ]);
  const mirrored = new Map(
    services.filter(({ spec }) => spec.selector === undefined).map((service) => [keyOf(service.metadata), service]),
  );
  const wanted = new Set(
    endpoints.filter(({ metadata }) => mirrored.has(keyOf(metadata)) && !isSkipped(metadata)).flatMap(linesOfEndpoints),
  );
  const found = new Set(slices.flatMap(linesOfSlice));
  return wanted.size === found.size && [...wanted].every((line) => found.has(line));
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function isSkipped({ labels = {} }: ApiEndpoints['metadata']): boolean {
  return labels['endpointslice.kubernetes.io/skip-mirror'] === 'true';
}

/** One line for each address and port, for the controller puts what is alike together. */
function linesOfEndpoints({ metadata, subsets = [] }: ApiEndpoints): string[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports }) => [
    ...addresses.flatMap(({ ip, hostname }) => lines(metadata, `${ip} ${hostname ?? ''} ready`, ports)),
    ...notReadyAddresses.flatMap(({ ip, hostname }) => lines(metadata, `${ip} ${hostname ?? ''} not ready`, ports)),
  ]);
}

function linesOfSlice({ metadata, endpoints, ports }: ApiSlice): string[] {
  const name = metadata.labels?.['kubernetes.io/service-name'] ?? '';
  return (endpoints ?? []).flatMap(({ addresses, hostname, conditions }) => {
    const isReady = conditions?.ready !== false;
    return addresses.flatMap((ip) =>
      lines({ ...metadata, name }, `${ip} ${hostname ?? ''} ${isReady ? '' : 'not '}ready`, ports),
    );
  });
}

function lines(
  { namespace, name, labels }: ApiEndpoints['metadata'],
  endpoint: string,
  ports: ApiSlice['ports'] = [],
): string[] {
  const object = `${namespace}/${name} ${labels?.[selectedLabel.key] ?? ''}`;
  const texts = ports?.length
    ? ports.map(({ name = '', protocol, port }) => `${name}/${protocol}/${port}`)
    : ['no port'];
  return texts.map((port) => `${object} ${endpoint} ${port}`);
}
