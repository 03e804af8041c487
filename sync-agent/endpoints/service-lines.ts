/**
 * The endpoints of one Service as lines: a pure function of it and its slices, whatever order these are in.
 *
 * One line for each slice and address family, since labels and ports are those of the slice; one without endpoints for a
 * Service that has none.
 */
import type { Address } from '../../zone/address.ts';
import { formatEndpointsLine } from '../../zone/endpoints/format.ts';
import type { EndpointsLine, LinePort, Standing } from '../../zone/endpoints/line.ts';
import { apex, NameError, type RelativeName } from '../../zone/name.ts';
import type { Port, Service } from '../cluster.ts';
import type { EndpointFacts, SliceFacts } from '../facts.ts';
import type { RecordOptions } from '../records/options.ts';
import { ownerName } from '../records/owner-name.ts';
import { columnsOf, endpointRows } from './endpoint-columns.ts';

/** A Service that is published, and its slices. */
export interface ServiceEndpoints {
  readonly service: Pick<Service, 'namespace' | 'name'>;
  readonly slices: readonly SliceFacts[];
}

/** Endpoints of one slice and family, by the octets of its addresses. */
interface Part {
  readonly slice: SliceFacts;
  readonly family: 4 | 16;
  readonly endpoints: readonly EndpointFacts[];
}

/** As many as the API documents for a slice. */
const maxPorts = 100;
const maxEndpoints = 500;

/** In their order, as they are written. None where the Service's name is too long for one of the zones. */
export function* linesOfService(
  { service, slices }: ServiceEndpoints,
  options: RecordOptions,
): Generator<string, void, undefined> {
  const { namespace, name } = service;
  const base = ownerName([name, namespace, 'svc'], apex, options.zoneOrigins);
  if (base instanceof NameError) return;
  const parts = partsOf(slices);
  if (parts.length === 0) yield* textsOf(lineOf(service, undefined, base, options));
  for (const part of parts) {
    for (let from = 0; from < part.endpoints.length; from += maxEndpoints) {
      const endpoints = part.endpoints.slice(from, from + maxEndpoints);
      yield* textsOf(lineOf(service, { ...part, endpoints }, base, options));
    }
  }
}

/** Halves, and halves of these, where a line would be too long. */
function* textsOf(line: EndpointsLine): Generator<string, void, undefined> {
  const text = formatEndpointsLine(line);
  const { length } = line.endpoints;
  if (text !== undefined) yield text;
  else if (length > 1) {
    const half = Math.ceil(length / 2);
    yield* textsOf({ ...line, endpoints: line.endpoints.slice(0, half) });
    yield* textsOf({ ...line, endpoints: line.endpoints.slice(half) });
  }
}

function lineOf(
  { namespace, name }: ServiceEndpoints['service'],
  part: Part | undefined,
  base: RelativeName,
  options: RecordOptions,
): EndpointsLine {
  const columns = columnsOf(part?.endpoints ?? []);
  return {
    name: `${name}.${namespace}.svc`,
    labels: {
      __meta_kubernetes_namespace: namespace,
      __meta_kubernetes_service_name: name,
    },
    ports: (part?.slice.ports ?? []).slice(0, maxPorts).map(portOf),
    columns: columns.map(({ label }) => label),
    endpoints: endpointRows(part?.endpoints ?? [], columns, base, options),
  };
}

function portOf({ number, name, protocol }: Port): LinePort {
  const labels = {
    ...(name !== '' && { __meta_kubernetes_endpointslice_port_name: name }),
    ...(protocol !== 'tcp' && { __meta_kubernetes_endpointslice_port_protocol: protocol.toUpperCase() }),
  };
  return [number ?? null, name, labels];
}

/** In the order of the slices' names, IPv4 first; the endpoints of each in the order of their addresses. */
function partsOf(slices: readonly SliceFacts[]): Part[] {
  const ordered = [...slices].sort((a, b) => (a.name < b.name ? -1 : 1));
  const kept = keptEndpoints(ordered);
  const parts = ordered.flatMap((slice) =>
    ([4, 16] as const).map((family): Part => {
      const endpoints = slice.endpoints.filter((one) => one.address.length === family && kept.has(one));
      return { slice, family, endpoints: endpoints.sort(compareEndpoints) };
    }),
  );
  return parts.filter(({ endpoints }) => endpoints.length > 0);
}

/** Of an endpoint that is there more than once, as a pod is that moves from slice to slice, the one that stands best. */
function keptEndpoints(slices: readonly SliceFacts[]): ReadonlySet<EndpointFacts> {
  const kept = new Map<string, EndpointFacts>();
  for (const { endpoints, ports } of slices) {
    const offer = portsKey(ports);
    for (const endpoint of endpoints) {
      const key = identityOf(endpoint, offer);
      const other = kept.get(key);
      if (other === undefined || rank[endpoint.standing] < rank[other.standing]) kept.set(key, endpoint);
    }
  }
  return new Set(kept.values());
}

const rank: Readonly<Record<Standing, number>> = { ready: 0, 'not-ready': 1, terminating: 2 };

/**
 * Several pods of one node may have its address. What is no pod is told apart by what it offers: whoever writes slices by
 * hand gives an address several ports so, or several names.
 */
function identityOf({ address, hostname = '', podName }: EndpointFacts, offer: string): string {
  return podName === undefined ? `${address} ${hostname} ${offer}` : `${address} ${hostname}/${podName}`;
}

function portsKey(ports: readonly Port[]): string {
  return ports.map(({ name, protocol, number }) => `${name} ${protocol} ${number}`).join();
}

function compareEndpoints(a: EndpointFacts, b: EndpointFacts): number {
  return (
    compare(a.address, b.address) ||
    compare(a.podName ?? '', b.podName ?? '') ||
    compare(a.hostname ?? '', b.hostname ?? '')
  );
}

function compare(a: Address | string, b: Address | string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
